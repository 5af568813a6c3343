using System.Runtime.InteropServices;
using ChunkUploader.Domain;
using Microsoft.Win32.SafeHandles;

namespace ChunkUploader.Infrastructure.Storage;

/// <summary>What .NET has no call for, or none that tells of a failure.</summary>
public static partial class Disk
{
    const int Interrupted = 4; // EINTR
    const int KeepSize = 1; // FALLOC_FL_KEEP_SIZE
    const int PunchHole = 2; // FALLOC_FL_PUNCH_HOLE
    const int TryAgain = 11; // EAGAIN
    const int TryAgainOnMac = 35;
    const int WindowsSharingViolation = unchecked((int)0x80070020);

    /// <summary>Returns when a file's bytes would survive a loss of power. <see cref="RandomAccess.FlushToDisk"/> and
    /// <see cref="FileStream.Flush(bool)"/> call <c>fsync</c> too, but do not look at its result.</summary>
    /// <exception cref="IOException">The disk has not taken them. The system may have dropped them from its cache, so
    /// that a later call succeeds without them.</exception>
    public static void Flush(SafeFileHandle file)
    {
        if (!OperatingSystem.IsLinux())
        {
            RandomAccess.FlushToDisk(file); // on macOS that also empties the disk's own cache
        }

        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var isReferenced = false;
        try
        {
            file.DangerousAddRef(ref isReferenced);
            Flush((int)file.DangerousGetHandle(), "a file");
        }
        finally
        {
            if (isReferenced)
            {
                file.DangerousRelease();
            }
        }
    }

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
            throw LastError($"the directory '{path}'");
        }

        try
        {
            Flush(descriptor, $"the directory '{path}'");
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
            && new IOException(Marshal.GetLastPInvokeErrorMessage(), Marshal.GetLastPInvokeError()) is var fault
            && UploadException.IsStorageFull(fault))
        {
            throw fault;
        }
    }

    /// <summary>Gives a file a second name, in the same file system.</summary>
    /// <returns>False where that cannot be done.</returns>
    public static bool TryLink(string path, string second) => !OperatingSystem.IsWindows() && Link(path, second) == 0;

    /// <summary>Gives a range's room back; from then on it reads as zeros. Bytes beside it are not touched. Where the
    /// system cannot, the room stays taken.</summary>
    public static void Release(SafeFileHandle file, long offset, long length)
    {
        if (OperatingSystem.IsLinux())
        {
            _ = Allocate(file, PunchHole | KeepSize, offset, length);
        }
    }

    /// <summary>A text that is another one after each boot of the machine; null where the system has none.</summary>
    public static string? BootId()
    {
        const string Path = "/proc/sys/kernel/random/boot_id";
        return File.Exists(Path) ? File.ReadAllText(Path).Trim() : null;
    }

    static void Flush(int descriptor, string what)
    {
        while (Flush(descriptor) != 0)
        {
            if (Marshal.GetLastPInvokeError() != Interrupted)
            {
                throw LastError(what);
            }
        }
    }

    static IOException LastError(string what) =>
        new($"Flushing {what} failed: {Marshal.GetLastPInvokeErrorMessage()}", Marshal.GetLastPInvokeError());

    /// <summary>Whether another process has the file and shares it with nobody.</summary>
    public static bool IsInUse(IOException exception) =>
        exception.HResult is TryAgain or TryAgainOnMac or WindowsSharingViolation;

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Flush(int descriptor);

    [LibraryImport("libc", EntryPoint = "link", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Link(string path, string second);

    [LibraryImport("libc", EntryPoint = "fallocate", SetLastError = true)]
    private static partial int Allocate(SafeFileHandle file, int mode, long offset, long length);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
