using System.Security.Cryptography;
using ChunkUploader.Domain.Access;

namespace ChunkUploader.Infrastructure.Storage;

/// <summary>Keeps each key in a file that only the server's user can read.</summary>
public sealed class FileSecretStore(BlobPaths paths) : ISecretStore
{
    public byte[] GetOrCreate(string name, int length)
    {
        var path = Path.Combine(paths.Keys, $"{name}.key");
        if (!File.Exists(path))
        {
            Create(path, RandomNumberGenerator.GetBytes(length));
        }

        var key = File.ReadAllBytes(path);
        return key.Length == length ? key : throw new IOException(
            $"The key '{path}' is damaged: put a backup in its place, or remove it, and guests begin anew.");
    }

    void Create(string path, byte[] key)
    {
        var temporary = $"{path}.new";
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using (var file = new FileStream(temporary, options))
        {
            file.Write(key);
            file.Flush();
            Disk.Flush(file.SafeFileHandle);
        }

        File.Move(temporary, path);
        Disk.FlushDirectory(paths.Keys);
    }
}
