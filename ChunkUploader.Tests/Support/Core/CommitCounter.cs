using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace ChunkUploader.Tests.Support.Core;

/// <summary>Counts what is committed, and can hold a commit back for a while.</summary>
sealed class CommitCounter : DbTransactionInterceptor
{
    int _commits;

    public int Commits => _commits;

    /// <summary>Asked before each commit.</summary>
    public Func<Task> BeforeCommit { get; set; } = () => Task.CompletedTask;

    /// <summary>Lets one commit fail: the next one, or one after it.</summary>
    /// <param name="after">How many succeed before it.</param>
    public void FailNext(int after = 0) =>
        BeforeCommit = () => after-- == 0 ? throw new IOException("The disk is full.") : Task.CompletedTask;

    public override async ValueTask<InterceptionResult> TransactionCommittingAsync(
        DbTransaction transaction,
        TransactionEventData eventData,
        InterceptionResult result,
        CancellationToken cancellationToken = default)
    {
        Interlocked.Increment(ref _commits);
        await BeforeCommit();
        return result;
    }
}
