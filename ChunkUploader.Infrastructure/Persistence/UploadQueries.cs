using ChunkUploader.Domain;
using ChunkUploader.Domain.Sessions;
using Microsoft.EntityFrameworkCore;

namespace ChunkUploader.Infrastructure.Persistence;

/// <summary>How sessions are looked up. What nearly every request asks is translated to SQL once.</summary>
static class UploadQueries
{
    public static readonly Func<UploaderDbContext, Id<UploadSession>, Task<UploadSession?>> FindAsync =
        EF.CompileAsyncQuery((UploaderDbContext context, Id<UploadSession> id) => context.UploadSessions
            .AsNoTracking()
            .FirstOrDefault(session => session.Id == id));

    public static readonly Func<UploaderDbContext, string, Task<int>> CountAsync =
        EF.CompileAsyncQuery((UploaderDbContext context, string owner) => context.UploadSessions
            .Count(session => session.Owner == owner && session.State == UploadState.Receiving));

    public static readonly Func<UploaderDbContext, string, string, int, IAsyncEnumerable<UploadSession>> OfForm =
        EF.CompileAsyncQuery((UploaderDbContext context, string owner, string key, int limit) => context.UploadSessions
            .AsNoTracking()
            .Where(session => session.Owner == owner && session.Client!.Key == key)
            .OrderBy(session => session.State == UploadState.Completed)
            .ThenByDescending(session => session.CreatedAt)
            .Take(limit));

    public static readonly Func<UploaderDbContext, string, int, IAsyncEnumerable<UploadSession>> OfFormOfAnyone =
        EF.CompileAsyncQuery((UploaderDbContext context, string key, int limit) => context.UploadSessions
            .AsNoTracking()
            .Where(session => session.Client!.Key == key)
            .OrderBy(session => session.State == UploadState.Completed)
            .ThenByDescending(session => session.CreatedAt)
            .Take(limit));

    public static readonly Func<UploaderDbContext, string, string, string, int, IAsyncEnumerable<UploadSession>> NearGuest =
        EF.CompileAsyncQuery((UploaderDbContext context, string guest, string address, string key, int limit) => context.UploadSessions
            .AsNoTracking()
            .Where(session => session.Client!.Key == key
                && session.Owner != guest
                && (session.Owner.StartsWith(Owner.GuestPrefix) || (address != "" && session.OwnerAddress == address)))
            .OrderBy(session => session.State == UploadState.Completed)
            .ThenByDescending(session => session.CreatedAt)
            .Take(limit));

    /// <summary>The owner's sessions of the native API that still receive, newest first.</summary>
    public static IQueryable<UploadSession> Receiving(UploaderDbContext context, string owner) =>
        context.UploadSessions
            .AsNoTracking()
            .Where(session =>
                session.Owner == owner && session.State == UploadState.Receiving && session.Client == null)
            .OrderByDescending(session => session.CreatedAt);

    /// <summary>The sessions that have been completed and have rows of what they received all the same.</summary>
    public static IQueryable<UploadSession> CompletedWithRests(UploaderDbContext context) =>
        context.UploadSessions.Where(session => session.State == UploadState.Completed
            && (context.ReceivedChunks.Any(row => row.SessionId == session.Id)
                || context.SavedBlocks.Any(row => row.SessionId == session.Id)));
}
