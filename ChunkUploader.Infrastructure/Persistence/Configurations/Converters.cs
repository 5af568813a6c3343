using ChunkUploader.Domain;
using ChunkUploader.Domain.Chunks;
using ChunkUploader.Domain.Hashing;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace ChunkUploader.Infrastructure.Persistence.Configurations;

sealed class IdConverter<T>() : ValueConverter<Id<T>, byte[]>(id => id.ToBytes(), bytes => Id<T>.FromBytes(bytes));

sealed class Sha256Converter()
    : ValueConverter<Sha256Digest, byte[]>(digest => digest.ToBytes(), bytes => new Sha256Digest(bytes));

sealed class Md5Converter()
    : ValueConverter<Md5Digest, byte[]>(digest => digest.ToBytes(), bytes => new Md5Digest(bytes));

sealed class ContentHashConverter()
    : ValueConverter<ContentHash, byte[]>(
        hash => hash.Value.ToBytes(), bytes => new ContentHash(new Sha256Digest(bytes)));

sealed class IndexSetConverter() : ValueConverter<IndexSet, string>(set => set.ToString(), text => IndexSet.Parse(text));

sealed class UnixMillisecondsConverter()
    : ValueConverter<DateTimeOffset, long>(
        time => time.ToUnixTimeMilliseconds(), milliseconds => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds));
