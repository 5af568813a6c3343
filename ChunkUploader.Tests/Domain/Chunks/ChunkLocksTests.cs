using ChunkUploader.Domain;
using ChunkUploader.Domain.Chunks;
using ChunkUploader.Tests.Support.Core;
using NUnit.Framework;

namespace ChunkUploader.Tests.Domain.Chunks;

/// <summary>One writer at a time in each chunk, and none that keeps it without writing.</summary>
[TestFixture]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public class ChunkLocksTests
{
    static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    readonly ManualTime _time = new();
    readonly ChunkLocks _locks;

    public ChunkLocksTests() => _locks = new ChunkLocks(_time);

    [Test]
    public async Task Writers_of_different_chunks_do_not_meet()
    {
        using var one = await _locks.AcquireAsync(1, default);
        using var other = await _locks.AcquireAsync(2, default).WaitAsync(Until.Limit);
        Assert.That(other, Is.Not.SameAs(one));
    }

    [Test]
    public async Task A_second_writer_waits_until_the_first_has_left()
    {
        var first = await _locks.AcquireAsync(1, default);
        var second = _locks.AcquireAsync(1, default);
        Assert.That(second.IsCompleted, Is.False);
        first.Dispose();
        using var writer = await second;
        Assert.That(first.Aborted.IsCancellationRequested, Is.False);
    }

    [Test]
    public async Task A_silent_writer_is_aborted_and_replaced()
    {
        var first = await _locks.AcquireAsync(1, default);
        var second = _locks.AcquireAsync(1, default);
        _time.Advance(4.9 * Second);
        Assert.That(first.Aborted.IsCancellationRequested, Is.False);
        _time.Advance(0.1 * Second);
        await Until.IsAsync(() => first.Aborted.IsCancellationRequested);
        Assert.That(second.IsCompleted, Is.False, "it has not left yet");
        first.Dispose();
        (await second).Dispose();
    }

    [Test]
    public async Task A_writer_that_has_been_silent_before_is_aborted_at_once()
    {
        var first = await _locks.AcquireAsync(1, default);
        _time.Advance(5 * Second);
        var second = _locks.AcquireAsync(1, default);
        Assert.That(first.Aborted.IsCancellationRequested, Is.True);
        first.Dispose();
        (await second).Dispose();
    }

    [Test]
    public async Task A_writer_that_goes_on_is_left_alone_and_the_other_sent_away_after_10_s()
    {
        using var first = await _locks.AcquireAsync(1, default);
        var second = _locks.AcquireAsync(1, default);
        for (var tick = 0; tick < 9; tick++)
        {
            await AdvanceAsync(Second, second);
            first.ReportProgress();
            Assert.That(second.IsCompleted, Is.False);
        }

        await AdvanceAsync(Second, second);
        var refusal = await Refusal.OfAsync(UploadErrorCode.ChunkBusy, () => second);
        Assert.That(refusal.RetryAfter, Is.GreaterThan(TimeSpan.Zero));
        Assert.That(first.Aborted.IsCancellationRequested, Is.False);
    }

    [Test]
    public async Task A_writer_that_does_not_leave_although_it_is_aborted_keeps_the_chunk_busy()
    {
        using var first = await _locks.AcquireAsync(1, default);
        var second = _locks.AcquireAsync(1, default);
        await AdvanceAsync(5 * Second, second);
        Assert.That(first.Aborted.IsCancellationRequested, Is.True);
        await AdvanceAsync(5 * Second, second);
        await Refusal.OfAsync(UploadErrorCode.ChunkBusy, () => second);
    }

    [Test]
    public async Task Whoever_hangs_up_while_waiting_is_gone()
    {
        var first = await _locks.AcquireAsync(1, default);
        using var cancellation = new CancellationTokenSource();
        var second = _locks.AcquireAsync(1, cancellation.Token);
        await cancellation.CancelAsync();
        await Assert.CatchAsync<OperationCanceledException>(() => second);
        first.Dispose();
        (await _locks.AcquireAsync(1, default)).Dispose();
    }

    [Test]
    public async Task Of_many_who_wait_one_after_the_other_gets_in()
    {
        var (inside, most, entered) = (0, 0, 0);
        await Task.WhenAll(Enumerable.Range(0, 50).Select(async _ =>
        {
            using var writer = await _locks.AcquireAsync(7, default);
            most = Math.Max(most, Interlocked.Increment(ref inside));
            await Task.Yield();
            entered++;
            Interlocked.Decrement(ref inside);
        }));
        Assert.That((most, entered), Is.EqualTo((1, 50)));
    }

    [Test]
    public async Task Closing_aborts_who_is_in_waits_for_them_and_lets_nobody_in()
    {
        var first = await _locks.AcquireAsync(1, default);
        var second = _locks.AcquireAsync(1, default);
        var closing = _locks.CloseAsync();
        Assert.That(first.Aborted.IsCancellationRequested, Is.True);
        Assert.That(closing.IsCompleted, Is.False);
        await Refusal.OfAsync(UploadErrorCode.ChunkBusy, () => _locks.AcquireAsync(2, default));
        first.Dispose();
        await closing;
        await Refusal.OfAsync(UploadErrorCode.ChunkBusy, () => second);
        await _locks.CloseAsync();
    }

    [Test]
    public async Task Leaving_twice_does_not_throw_the_next_one_out()
    {
        var first = await _locks.AcquireAsync(1, default);
        first.Dispose();
        using var second = await _locks.AcquireAsync(1, default);
        first.Dispose();
        var third = _locks.AcquireAsync(1, default);
        Assert.That(third.IsCompleted, Is.False);
    }

    /// <summary>Goes on until the one who waits has looked around, and waits again or has an answer.</summary>
    async Task AdvanceAsync(TimeSpan by, Task waiting)
    {
        _time.Advance(by);
        await Until.IsAsync(() => _time.Waits > 0 || waiting.IsCompleted);
    }
}
