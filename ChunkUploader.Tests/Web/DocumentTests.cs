using ChunkUploader.Tests.Support;
using ChunkUploader.Web.Errors;
using NUnit.Framework;

namespace ChunkUploader.Tests.Web;

/// <summary>What the documents say is what is there.</summary>
[TestFixture]
public sealed class DocumentTests
{
    [Test]
    public void Every_error_code_has_its_row()
    {
        var rows = ErrorTable.Rows.Values.Select(row => $"| {row.Status} | `{row.Code}` |");
        foreach (var row in rows.Append($"| 403 | `{ErrorTable.CrossSite}` |"))
        {
            Assert.That(Documents.Api, Does.Contain(row));
        }

        foreach (var code in ErrorTable.Codes)
        {
            Assert.That(Documents.Api, Does.Contain($" | `{code}` |"));
        }
    }

    [Test]
    public void Every_setting_has_its_row()
    {
        var settings = typeof(ChunkUploader.Web.Configuration.UploaderSettings).GetProperties()
            .SelectMany(group => group.PropertyType.IsClass && group.PropertyType != typeof(string)
                ? group.PropertyType.GetProperties().Select(setting => $"| `{group.Name}:{setting.Name}` |")
                : [$"| `{group.Name}` |"]);
        foreach (var setting in settings)
        {
            Assert.That(Documents.Operations, Does.Contain(setting));
        }
    }
}
