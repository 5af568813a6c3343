using ChunkUploader.Tests.Support;
using NUnit.Framework;

namespace ChunkUploader.Tests.Web.Pages;

/// <summary>Scripts find what they need by <c>data-action</c> and <c>data-part</c>, tests what people see by its role and name.</summary>
[TestFixture]
public sealed class TestHooksTests
{
    static readonly (string Folder, string Pattern)[] Product =
        [("Views", "*.cshtml"), ("ClientApp/src", "*.ts"), ("wwwroot/css", "*.css"), ("wwwroot/examples", "*.js"), ("Docs", "*.md")];

    static IEnumerable<TestCaseData> Sources => Product.SelectMany(source => Directory
        .GetFiles(Path.Combine(ProjectFolders.Web, source.Folder), source.Pattern, SearchOption.AllDirectories)
        .Select(path => new TestCaseData(path).SetArgDisplayNames(Path.GetRelativePath(ProjectFolders.Web, path))));

    [TestCaseSource(nameof(Sources))]
    public void Nothing_is_there_for_tests_only(string path) =>
        Assert.That(File.ReadAllText(path), Does.Not.Contain("testid").IgnoreCase);
}
