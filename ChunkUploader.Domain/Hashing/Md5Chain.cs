namespace ChunkUploader.Domain.Hashing;

/// <summary>The chaining value of MD5: what is kept from one block to the next.</summary>
readonly record struct Md5Chain<TWord>(TWord A, TWord B, TWord C, TWord D)
    where TWord : unmanaged;
