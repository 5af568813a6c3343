using NUnit.Framework;

namespace ChunkUploader.Tests.Support;

/// <summary>Programs of the machine that some tests need.</summary>
static class Programs
{
    /// <returns>The program's path; without it the test is skipped, or fails where <c>CI=true</c>.</returns>
    public static string Require(string name)
    {
        var folders = $"{Environment.GetEnvironmentVariable("PATH")}:/usr/sbin".Split(Path.PathSeparator);
        var program = folders.Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);
        if (program is null)
        {
            var missing = $"This test needs {name}: apt-get install {name}.";
            if (Environment.GetEnvironmentVariable("CI") == "true")
            {
                Assert.Fail(missing);
            }

            Assert.Ignore(missing);
        }

        return program!;
    }
}
