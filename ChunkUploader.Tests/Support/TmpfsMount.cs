using System.Diagnostics;
using System.Globalization;
using NUnit.Framework;

namespace ChunkUploader.Tests.Support;

/// <summary>A file system of its own that is soon full, or that nobody may write to.</summary>
sealed class TmpfsMount : IDisposable
{
    readonly TempFolder _folder = new();

    TmpfsMount(long size) =>
        Run("mount", "-t", "tmpfs", "-o", string.Create(CultureInfo.InvariantCulture, $"size={size}"), "none", Path);

    public string Path => _folder.Path;

    string Filler => _folder.Combine("filler");

    /// <summary>Where mounting is not allowed the test is skipped, or fails where <c>CI=true</c>.</summary>
    /// <param name="size">In bytes.</param>
    public static TmpfsMount Mount(long size)
    {
        if (!OperatingSystem.IsLinux() || !Environment.IsPrivilegedProcess)
        {
            const string Missing = "This test mounts a small disk, so it needs Linux and root.";
            if (Environment.GetEnvironmentVariable("CI") == "true")
            {
                Assert.Fail(Missing);
            }

            Assert.Ignore(Missing);
        }

        return new TmpfsMount(size);
    }

    /// <summary>Takes the last byte that is free.</summary>
    public void Fill()
    {
        using var filler = new FileStream(Filler, FileMode.Append, FileAccess.Write, FileShare.None, bufferSize: 0);
        foreach (var length in new[] { 1 << 20, 4096, 1 })
        {
            try
            {
                for (var block = new byte[length]; ;)
                {
                    filler.Write(block);
                }
            }
            catch (IOException)
            {
                // No block of this length has room any more.
            }
        }
    }

    public void Empty() => File.Delete(Filler);

    public void MakeReadOnly() => Run("mount", "-o", "remount,ro", Path);

    public void Dispose()
    {
        Run("umount", "-l", Path);
        _folder.Dispose();
    }

    static void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        process.WaitForExit();
        Assert.That(process.ExitCode, Is.Zero, $"{program} {string.Join(' ', arguments)}");
    }
}
