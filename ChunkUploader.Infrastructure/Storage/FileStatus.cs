using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace ChunkUploader.Infrastructure.Storage;

/// <summary>What tells an open file from any other, and how it is.</summary>
/// <param name="Links">How many names it has; 0 once it is removed.</param>
/// <param name="Length">In bytes.</param>
readonly partial record struct FileStatus(FileIdentity Identity, long Links, long Length)
{
    const int EmptyPath = 0x1000; // AT_EMPTY_PATH
    const uint Basic = 0x7ff; // STATX_BASIC_STATS
    const uint Birth = 0x800; // STATX_BTIME
    const int SeekHole = 4; // SEEK_HOLE
    const int CurrentFolder = -100; // AT_FDCWD
    const int NoFollow = 0x100; // AT_SYMLINK_NOFOLLOW
    const uint Type = 1; // STATX_TYPE
    const int TypeBits = 0xf000; // S_IFMT
    const int Regular = 0x8000; // S_IFREG
    const int Folder = 0x4000; // S_IFDIR

    /// <exception cref="IOException"/>
    public static FileStatus Of(SafeFileHandle file) =>
        OperatingSystem.IsLinux() && Statx(file, "", EmptyPath, Basic | Birth, out var status) == 0
            ? new(
                new(
                    status.DeviceMajor,
                    status.DeviceMinor,
                    status.Inode,
                    (status.Mask & Birth) == 0 ? 0 : status.BirthSeconds,
                    (status.Mask & Birth) == 0 ? 0 : status.BirthNanoseconds),
                status.Links,
                (long)status.Length)
            : new(new(0, 0, 0, File.GetCreationTimeUtc(file).Ticks, 0), 1, RandomAccess.GetLength(file));

    /// <summary>Whether there is a range in a file, before its end, that was never written.</summary>
    /// <param name="length">The file's.</param>
    public static bool HasHole(SafeFileHandle file, long length) =>
        OperatingSystem.IsLinux() && Seek(file, 0, SeekHole) is var hole && hole >= 0 && hole < length;

    /// <summary>Whether there is something else than a regular file or a folder: opening a named pipe waits for somebody
    /// to write into it.</summary>
    /// <param name="orLink">Whether a link is something else, too, whatever it leads to.</param>
    public static bool IsSpecial(string path, bool orLink = false) =>
        OperatingSystem.IsLinux()
        && Statx(CurrentFolder, path, orLink ? NoFollow : 0, Type, out var status) == 0
        && (status.Mode & TypeBits) is not (Regular or Folder);

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Statx(int folder, string path, int flags, uint mask, out Status status);

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Statx(SafeFileHandle file, string path, int flags, uint mask, out Status status);

    [LibraryImport("libc", EntryPoint = "lseek", SetLastError = true)]
    private static partial long Seek(SafeFileHandle file, long offset, int whence);

    /// <summary><c>struct statx</c>, which is the same on every processor.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    struct Status
    {
        [FieldOffset(0)]
        public uint Mask;

        [FieldOffset(16)]
        public uint Links;

        [FieldOffset(28)]
        public ushort Mode;

        [FieldOffset(32)]
        public ulong Inode;

        [FieldOffset(40)]
        public ulong Length;

        [FieldOffset(80)]
        public long BirthSeconds;

        [FieldOffset(88)]
        public uint BirthNanoseconds;

        [FieldOffset(136)]
        public uint DeviceMajor;

        [FieldOffset(140)]
        public uint DeviceMinor;
    }
}

/// <summary>A file on this machine. The number of an inode is given again once it is free, so its birth belongs to
/// it.</summary>
readonly record struct FileIdentity(
    uint DeviceMajor, uint DeviceMinor, ulong Inode, long BirthSeconds, uint BirthNanoseconds)
{
    public override string ToString() =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{DeviceMajor}:{DeviceMinor}:{Inode}:{BirthSeconds}.{BirthNanoseconds:d9}");
}
