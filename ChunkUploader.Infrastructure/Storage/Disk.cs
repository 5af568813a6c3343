using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace ChunkUploader.Infrastructure.Storage;

/// <summary>What .NET has no call for.</summary>
static partial class Disk
{
    const int OutOfSpace = 28; // ENOSPC
    const int OverQuota = 122; // EDQUOT
    const int WindowsDiskFull = unchecked((int)0x80070070);

    /// <summary>Makes the names in a directory survive a loss of power: a rename is not safe before that.</summary>
    /// <exception cref="IOException"/>
    public static void FlushDirectory(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return; // NTFS keeps its directories in a journal, and cannot be asked to flush one.
        }

        var descriptor = Open(path, 0);
        if (descriptor < 0)
        {
            throw LastError(path);
        }

        try
        {
            if (Flush(descriptor) != 0)
            {
                throw LastError(path);
            }
        }
        finally
        {
            _ = Close(descriptor);
        }
    }

    /// <summary>
    /// Takes room for bytes that are about to be written. The system does that by the piece otherwise, which costs a
    /// third of the whole write. Where it cannot, it does it later.
    /// </summary>
    /// <exception cref="IOException">There is no room.</exception>
    public static void Allocate(SafeFileHandle file, long offset, long length)
    {
        if (OperatingSystem.IsLinux()
            && Allocate(file, mode: 0, offset, length) != 0
            && Marshal.GetLastPInvokeError() is OutOfSpace or OverQuota)
        {
            throw new IOException(Marshal.GetLastPInvokeErrorMessage(), Marshal.GetLastPInvokeError());
        }
    }

    /// <summary>A text that is another one after each boot of the machine; null where the system has none.</summary>
    public static string? BootId()
    {
        const string Path = "/proc/sys/kernel/random/boot_id";
        return File.Exists(Path) ? File.ReadAllText(Path).Trim() : null;
    }

    public static bool IsFull(IOException exception) =>
        exception.HResult is OutOfSpace or OverQuota or WindowsDiskFull;

    static IOException LastError(string path) =>
        new($"Flushing the directory '{path}' failed: {Marshal.GetLastPInvokeErrorMessage()}");

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Flush(int descriptor);

    [LibraryImport("libc", EntryPoint = "fallocate", SetLastError = true)]
    private static partial int Allocate(SafeFileHandle file, int mode, long offset, long length);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
