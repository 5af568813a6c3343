using System.Security.Cryptography;

namespace ChunkUploader.Domain.Hashing;

/// <summary>
/// Makes the MD5 of a file and the digests of those of its blocks that are not known, in one pass. For one thread at a
/// time.
/// </summary>
/// <param name="start">The end of a block.</param>
sealed class FileHasher(BlockDigests blocks, Md5State start) : IDisposable
{
    readonly IncrementalHash _block = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    bool _hashingBlock;

    public ResumableMd5 Md5 { get; } = new(start);

    public long Position { get; private set; } = start.Length;

    /// <summary>The MD5 at the end of the last whole block.</summary>
    public Md5State LastBlockEnd { get; private set; } = start;

    /// <summary>The whole blocks whose digests were made here, until the list is cleared.</summary>
    public List<int> Made { get; } = [];

    public int BytesToBlockEnd => (int)(Block.Size - (Position % Block.Size));

    public void Append(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var take = Math.Min(bytes.Length, BytesToBlockEnd);
            Md5.Append(bytes[..take]);
            AppendToBlock(bytes[..take]);
            bytes = bytes[take..];
        }
    }

    /// <summary>Takes bytes of one block that are in <see cref="Md5"/> already.</summary>
    public void AppendToBlock(ReadOnlySpan<byte> bytes)
    {
        var block = (int)(Position / Block.Size);
        if (Position % Block.Size == 0 && !bytes.IsEmpty)
        {
            _hashingBlock = blocks[block] is null;
        }

        if (_hashingBlock)
        {
            _block.AppendData(bytes);
        }

        Position += bytes.Length;
        if (Position % Block.Size == 0 && !bytes.IsEmpty)
        {
            LastBlockEnd = Md5.State;
            if (_hashingBlock)
            {
                Made.Add(block);
                EndBlock();
            }
        }
    }

    /// <summary>The file ends here, so its last block does.</summary>
    public void EndFile()
    {
        if (_hashingBlock)
        {
            EndBlock();
        }
    }

    public void Dispose() => _block.Dispose();

    void EndBlock()
    {
        blocks.Set((int)((Position - 1) / Block.Size), new Sha256Digest(_block.GetHashAndReset()));
        _hashingBlock = false;
    }
}
