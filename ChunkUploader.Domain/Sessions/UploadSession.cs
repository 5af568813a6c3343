using ChunkUploader.Domain.Catalog;
using ChunkUploader.Domain.Chunks;
using ChunkUploader.Domain.Clients;
using ChunkUploader.Domain.Completion;
using ChunkUploader.Domain.Hashing;

namespace ChunkUploader.Domain.Sessions;

/// <summary>One file on its way in.</summary>
public sealed class UploadSession
{
    ChunkMap? _received;

    UploadSession()
    {
    }

    public Id<UploadSession> Id { get; private init; }

    /// <summary>The key of the owner who began it, or has taken it over since.</summary>
    public string Owner { get; private set; } = "";

    /// <summary>False if the owner is only guessed.</summary>
    public bool OwnerIsStable { get; private set; }

    /// <summary>Where the owner was when the session became his.</summary>
    public string OwnerAddress { get; private set; } = "";

    public string FileName { get; private set; } = "";

    public string? RelativePath { get; private init; }

    public string ContentType { get; private set; } = "";

    /// <summary>When the file last changed on the client, in Unix milliseconds.</summary>
    public long? LastModified { get; private init; }

    public Sha256Digest? FirstBlock { get; private set; }

    public ChunkPlan Plan { get; private set; } = ChunkPlan.Open();

    /// <summary>What only an upload of a form client has; null for one through the native API.</summary>
    public ClientState? Client { get; set; }

    /// <summary>Where the bytes go; once completed, where they are: perhaps another upload's blob.</summary>
    public Id<Blob> BlobId { get; private set; }

    /// <summary>Which part the received bytes were written to, as the store tells parts apart; null before the first
    /// chunk.</summary>
    public string? Part { get; private set; }

    public UploadState State { get; private set; }

    /// <summary>The digest that the client announced; once completed, the one it has.</summary>
    public Md5Digest? Md5 { get; private set; }

    /// <inheritdoc cref="Md5"/>
    public ContentHash? ContentHash { get; private set; }

    /// <summary>
    /// The digests at the end were not the announced ones: a new beginning does not resume this session.
    /// </summary>
    public bool HasDigestMismatch { get; private set; }

    /// <summary>The instant upload that is on offer; chunks are taken meanwhile.</summary>
    public PossessionChallenge? Challenge { get; private set; }

    /// <summary>While completing: the digests of all blocks, 32 bytes each.</summary>
    public byte[]? BlockDigests { get; private set; }

    /// <summary>Once completed: the file.</summary>
    public Id<StoredFile>? FileId { get; private set; }

    /// <summary>The machine may have lost received bytes that were not flushed: they are read before they are trusted.
    /// </summary>
    public bool NeedsVerification { get; private set; }

    /// <summary>Counts how often the session was saved: one that somebody else has saved since it was read is not saved
    /// over.</summary>
    public int Version { get; private set; }

    public DateTimeOffset CreatedAt { get; private init; }

    public DateTimeOffset ExpiresAt { get; private set; }

    /// <summary>Which chunks are in. A session at rest is given its map when it is loaded.</summary>
    public ChunkMap Received
    {
        get => LazyInitializer.EnsureInitialized(ref _received, () => new ChunkMap(Plan.Count ?? 0)); // by many at once
        init => _received = value;
    }

    /// <summary>The last chunk, where it is kept as long as nobody knows its place; null if it is not kept so.</summary>
    public int? StagedChunk => Client?.StagedBlob is null ? null : Plan.Count - 1;

    /// <summary>How many bytes are in from the start on without a gap.</summary>
    public long Prefix => (Received.Next is { } next ? Plan.OffsetOf(next) : Plan.Size) ?? 0;

    /// <summary>How much of the file is not there yet; 0 while its size or that of its chunks is not known.</summary>
    public long BytesToCome
    {
        get
        {
            if (State != UploadState.Receiving
                || Plan is not { Size: { } size, ChunkSize: { } chunkSize, Count: { } count and > 0 })
            {
                return 0;
            }

            var last = Plan[count - 1];
            var isLastIn = Received.Contains(last.Index);
            return size - (Received.ReceivedCount * chunkSize) - (isLastIn ? last.Length - chunkSize : 0);
        }
    }

    /// <summary>The lowest chunk that its client has not been told to be in; null when there is none.</summary>
    public int? NextUnacknowledged =>
        Client?.Inherited is not { } inherited
            ? Received.Next
            : Received.Missing()
                .SelectMany(run => Enumerable.Range(run.First, run.Last - run.First + 1))
                .Where(index => !inherited.Contains(index))
                .Select(index => (int?)index)
                .FirstOrDefault();

    /// <summary>Whether a chunk is in, be it staged.</summary>
    public bool HasChunk(int index) => Received.Contains(index) || index == StagedChunk;

    public static UploadSession Begin(
        FileDescription file,
        Owner owner,
        ChunkPlan plan,
        DateTimeOffset now,
        TimeSpan lifetime,
        Id<Blob>? blob = null) =>
        new()
        {
            Id = file.SessionId ?? Id<UploadSession>.New(),
            Owner = owner.Key,
            OwnerIsStable = owner.IsStable,
            OwnerAddress = owner.Address,
            FileName = file.FileName,
            RelativePath = file.RelativePath,
            ContentType = file.ContentType,
            LastModified = file.LastModified,
            FirstBlock = file.FirstBlock,
            Plan = plan,
            BlobId = blob ?? Id<Blob>.New(),
            Md5 = file.Md5,
            ContentHash = file.ContentHash,
            Client = file.ClientKey is { } key ? new ClientState(key) { Inherited = file.Inherited, Lost = file.Lost } : null,
            CreatedAt = now,
            ExpiresAt = now + lifetime,
        };

    /// <summary>A copy that shares the map, to be changed and saved before this session is changed.</summary>
    public UploadSession Copy()
    {
        _ = Received;
        return (UploadSession)MemberwiseClone();
    }

    /// <summary>Takes over everything from a changed copy of this session.</summary>
    public void Become(UploadSession copy)
    {
        (Owner, OwnerIsStable, OwnerAddress) = (copy.Owner, copy.OwnerIsStable, copy.OwnerAddress);
        (FileName, ContentType, FirstBlock) = (copy.FileName, copy.ContentType, copy.FirstBlock);
        (_received, Plan, Client, BlobId) = (copy._received, copy.Plan, copy.Client, copy.BlobId);
        (Md5, ContentHash, HasDigestMismatch) = (copy.Md5, copy.ContentHash, copy.HasDigestMismatch);
        (Challenge, BlockDigests, FileId) = (copy.Challenge, copy.BlockDigests, copy.FileId);
        NeedsVerification = copy.NeedsVerification;

        Version = copy.Version;

        // A chunk may have prolonged it meanwhile, or begun its part.
        Part ??= copy.Part;
        ExpiresAt = Client?.ConflictAt is null && ExpiresAt > copy.ExpiresAt ? ExpiresAt : copy.ExpiresAt;
        State = copy.State; // last: who sees it sees the rest
    }

    /// <summary>
    /// Whether this session may be for that file: the same name, path and size, and whatever else both sides know.
    /// </summary>
    public bool Matches(FileDescription file) =>
        State == UploadState.Receiving
        && !HasDigestMismatch
        && Client is null
        && FileName == file.FileName
        && RelativePath == file.RelativePath
        && Plan.Size == file.Size
        && AreCompatible(LastModified, file.LastModified)
        && AreCompatible(FirstBlock, file.FirstBlock)
        && AreCompatible(Md5, file.Md5)
        && AreCompatible(ContentHash, file.ContentHash);

    /// <summary>
    /// Takes the digests that the client has found out meanwhile, or has corrected. Those that are verified stay.
    /// </summary>
    /// <returns>True if that changed anything.</returns>
    public bool SetDeclaredDigests(Md5Digest? md5, ContentHash? contentHash, Sha256Digest? firstBlock = null)
    {
        if (State != UploadState.Receiving)
        {
            return false;
        }

        var before = (Md5, ContentHash, FirstBlock);
        (Md5, ContentHash, FirstBlock) = (md5 ?? Md5, contentHash ?? ContentHash, firstBlock ?? FirstBlock);
        return before != (Md5, ContentHash, FirstBlock);
    }

    /// <summary>Takes what its chunks have told of an open plan.</summary>
    public void Learn(ChunkPlan plan)
    {
        // Nothing is in as long as the count is not known. The map comes first: a plan that is not open must never be
        // seen with the empty map of an open one, which would be complete.
        _received = plan.Count == Plan.Count ? _received : new ChunkMap(plan.Count ?? 0);
        Plan = plan;
    }

    public void Rename(string fileName, string contentType) => (FileName, ContentType) = (fileName, contentType);

    public void KeepPart(string part) => Part = part;

    public void TransferOwnership(Owner owner) =>
        (Owner, OwnerIsStable, OwnerAddress) = (owner.Key, owner.IsStable, owner.Address);

    public void Offer(PossessionChallenge challenge) => Challenge = challenge;

    /// <summary>Takes the offer back: it can be answered once.</summary>
    /// <returns>True if there was one.</returns>
    public bool TakeChallenge()
    {
        var was = Challenge;
        Challenge = null;
        return was is not null;
    }

    /// <summary>The offer, as long as it holds.</summary>
    public PossessionChallenge? PendingChallenge(DateTimeOffset now) =>
        State == UploadState.Receiving && Challenge is { } challenge && challenge.ExpiresAt > now ? challenge : null;

    public void Prolong(DateTimeOffset expiresAt) =>
        ExpiresAt = expiresAt > ExpiresAt && Client?.ConflictAt is null ? expiresAt : ExpiresAt;

    /// <summary>Two files have met in this form upload: it is refused until it expires, and never published.</summary>
    public void MarkConflict(DateTimeOffset now, TimeSpan lifetime)
    {
        Client = Client! with { ConflictAt = now };
        ExpiresAt = now + lifetime;
    }

    public void MarkDigestMismatch() => HasDigestMismatch = true;

    /// <summary>Everything is in, verified and flushed.</summary>
    public void MarkCompleting(Md5Digest md5, ContentHash contentHash, byte[] blockDigests)
    {
        (Md5, ContentHash, BlockDigests) = (md5, contentHash, blockDigests);
        HasDigestMismatch = false;
        State = UploadState.Completing;
    }

    /// <summary>The file is published.</summary>
    public void MarkCompleted(StoredFile file)
    {
        (FileId, BlobId) = (file.Id, file.BlobId);
        (BlockDigests, Challenge) = (null, null);
        State = UploadState.Completed;
    }

    static bool AreCompatible<T>(T? one, T? other)
        where T : struct =>
        one is not { } a || other is not { } b || a.Equals(b);
}
