using System.Security.Cryptography;
using System.Text;
using ChunkUploader.Domain.Sessions;
using ChunkUploader.Infrastructure.Storage;

namespace ChunkUploader.Web.Security;

/// <summary>
/// A secret that stays the same over restarts, so that what is derived from an address can't be computed by others
/// and does not tell the address.
/// </summary>
public sealed class ServerSecret
{
    readonly byte[] _key;

    public ServerSecret(BlobPaths paths)
    {
        var path = Path.Combine(paths.Keys, "guest.key");
        if (!File.Exists(path))
        {
            var temporary = $"{path}.new";
            var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }

            using (var file = new FileStream(temporary, options))
            {
                file.Write(RandomNumberGenerator.GetBytes(HMACSHA256.HashSizeInBytes));
                file.Flush();
                Disk.Flush(file.SafeFileHandle);
            }

            File.Move(temporary, path);
            Disk.FlushDirectory(paths.Keys);
        }

        _key = File.ReadAllBytes(path);
        if (_key.Length != HMACSHA256.HashSizeInBytes)
        {
            throw new IOException(
                $"The key '{path}' is damaged: put a backup in its place, or remove it, and guests begin anew.");
        }
    }

    public string Derive(string text) => Convert.ToHexStringLower(Mac(text));

    /// <summary>Under a key of their own, which no guess by an address can be equal to.</summary>
    public ResumeSecrets ResumeSecrets() => new(Mac("resume links"));

    byte[] Mac(string text) => HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes(text));
}
