using System.Reflection;
using System.Runtime.CompilerServices;
using System.Xml.Linq;
using ChunkUploader.Domain.Sessions;
using ChunkUploader.Infrastructure;
using ChunkUploader.Infrastructure.Storage;
using ChunkUploader.Web.Configuration;
using Microsoft.AspNetCore.Authorization;
using NUnit.Framework;

namespace ChunkUploader.Tests.Infrastructure;

/// <summary>The walls between the layers.</summary>
[TestFixture]
public class ArchitectureTests
{
    static readonly Assembly Domain = typeof(UploadService).Assembly;
    static readonly Assembly Storage = typeof(BlobPaths).Assembly;
    static readonly Assembly Web = typeof(UploaderServices).Assembly;

    [Test]
    public void The_domain_knows_the_BCL_only()
    {
        var shared = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        var others = Domain.GetReferencedAssemblies()
            .Where(name => !File.Exists(Path.Combine(shared, name.Name + ".dll")));
        Assert.That(others, Is.Empty);
    }

    [Test]
    public void The_domains_project_references_nothing()
    {
        var project = XDocument.Load(Path.Combine(Root(), "ChunkUploader.Domain", "ChunkUploader.Domain.csproj"));
        Assert.That(project.Descendants().Select(element => element.Name.LocalName),
            Has.None.AnyOf("PackageReference", "ProjectReference", "FrameworkReference", "Reference"));
    }

    [Test]
    public void Only_the_infrastructure_knows_the_database()
    {
        foreach (var assembly in new[] { Domain, Web })
        {
            Assert.That(assembly.GetReferencedAssemblies().Select(name => name.Name),
                Has.None.StartsWith("Microsoft.EntityFrameworkCore").And.None.StartsWith("Microsoft.Data.Sqlite")
                    .And.None.StartsWith("SQLitePCL"));
        }

        Assert.That(Storage.GetReferencedAssemblies().Select(name => name.Name),
            Has.Some.EqualTo("Microsoft.EntityFrameworkCore"), "else this test would see nothing");
    }

    [Test]
    public void Only_a_folder_of_its_own_knows_which_database_it_is()
    {
        const string Namespace = "ChunkUploader.Infrastructure.Persistence.Sqlite";
        var knowing = Storage.GetTypes()
            .Where(type => ReferencedTypes.Of(type).Any(used => used.Assembly.GetName().Name is "Microsoft.Data.Sqlite"
                or "Microsoft.EntityFrameworkCore.Sqlite" or "SQLitePCLRaw.core"))
            .ToList();
        Assert.That(knowing.Select(type => type.Namespace), Does.Contain(Namespace), "else this test would see nothing");
        Assert.That(
            knowing.Where(type => type.Namespace is not Namespace and not "ChunkUploader.Infrastructure.Persistence.Migrations"
                && type.FullName!.Split('+')[0] != typeof(InfrastructureServices).FullName),
            Is.Empty);
    }

    [Test]
    public void Whoever_is_let_in_is_said_by_the_name_of_a_policy()
    {
        var rules = Web.GetTypes()
            .SelectMany(type => type.GetMethods().Cast<MemberInfo>().Prepend(type))
            .SelectMany(member => member.GetCustomAttributes<AuthorizeAttribute>(inherit: false))
            .ToList();
        Assert.That(rules, Is.Not.Empty);
        Assert.That(rules.Select(rule => rule.Policy), Has.None.Null, "a bare [Authorize] lets every user in");
    }

    [Test]
    public void Only_where_it_is_put_together_the_web_knows_the_infrastructure()
    {
        var knowing = Web.GetTypes().Where(type => ReferencedTypes.Of(type).Any(used => used.Assembly == Storage)).ToList();
        Assert.That(knowing, Does.Contain(typeof(UploaderServices)), "else this test would see nothing");
        Assert.That(
            knowing.Where(type => type.FullName!.Split('+')[0] is not "Program" && type.Namespace != typeof(UploaderServices).Namespace),
            Is.Empty);
    }

    static string Root([CallerFilePath] string path = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(path)!, "..", ".."));
}
