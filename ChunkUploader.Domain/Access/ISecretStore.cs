namespace ChunkUploader.Domain.Access;

/// <summary>Random keys of the server's, which stay the same over restarts.</summary>
public interface ISecretStore
{
    /// <summary>The key of this name; one that is not there is made, and would survive a loss of power.</summary>
    /// <param name="length">In bytes.</param>
    /// <exception cref="IOException">The key is damaged, or can be neither read nor made.</exception>
    byte[] GetOrCreate(string name, int length);
}
