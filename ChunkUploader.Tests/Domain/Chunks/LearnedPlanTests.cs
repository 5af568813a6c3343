using ChunkUploader.Domain.Chunks;
using ChunkUploader.Domain.Sessions;
using NUnit.Framework;

namespace ChunkUploader.Tests.Domain.Chunks;

/// <summary>A session learns its plan while others look at it.</summary>
[TestFixture]
public class LearnedPlanTests
{
    const int Rounds = 200_000;

    [Test]
    public async Task A_plan_that_is_not_open_is_never_seen_without_its_map()
    {
        // By chance, but in so many rounds the other order is seen hundreds of times.
        var (learning, complete, isOver) = (Begin(), 0, false);
        var looking = Task.Factory.StartNew(Look, TaskCreationOptions.LongRunning);
        for (var round = 0; round < Rounds; round++)
        {
            var session = Begin();
            Volatile.Write(ref learning, session);
            session.Learn(ChunkPlan.For(3, 1));
        }

        Volatile.Write(ref isOver, true);
        await looking;
        Assert.That(complete, Is.Zero, "none of its chunks is in");

        void Look()
        {
            while (!Volatile.Read(ref isOver))
            {
                if (Volatile.Read(ref learning) is { Plan.IsOpen: false, Received.IsComplete: true })
                {
                    complete++;
                }
            }
        }
    }

    static UploadSession Begin()
    {
        var session = UploadSession.Begin(
            new FileDescription { FileName = "a.bin", Size = null, ContentType = "application/octet-stream" },
            new Owner("alice", IsStable: true),
            ChunkPlan.Open(),
            default,
            TimeSpan.FromDays(1));
        _ = session.Received; // the map of an open plan, which misses nothing
        return session;
    }
}
