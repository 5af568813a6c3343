using System.Text.Json;
using ChunkUploader.Domain;
using ChunkUploader.Tests.Support;
using NUnit.Framework;

namespace ChunkUploader.Tests.Domain;

/// <summary>The server says sizes as the page's scripts do: one table tests both.</summary>
[TestFixture]
public sealed class ByteSizeTests
{
    static IEnumerable<TestCaseData> Cases =>
        JsonDocument.Parse(File.ReadAllText(Path.Combine(ProjectFolders.Web, "ClientApp/tests/texts/sizes.json")))
            .RootElement.EnumerateArray()
            .Select(row => new TestCaseData(row[0].GetInt64(), row[1].GetString()));

    [TestCaseSource(nameof(Cases))]
    public void A_size_is_said_with_three_digits_at_most(long bytes, string text) =>
        Assert.That(ByteSize.Format(bytes), Is.EqualTo(text));
}
