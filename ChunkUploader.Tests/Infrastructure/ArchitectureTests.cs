using System.Reflection;
using System.Runtime.CompilerServices;
using System.Xml.Linq;
using ChunkUploader.Domain.Sessions;
using ChunkUploader.Infrastructure.Storage;
using ChunkUploader.Web.Configuration;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
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
    public void Controllers_do_not_know_the_infrastructure()
    {
        var controllers = Web.GetTypes()
            .Where(type => type.IsAssignableTo(typeof(ControllerBase)))
            .ToList();
        Assert.That(controllers, Is.Not.Empty);
        foreach (var controller in controllers)
        {
            Assert.That(TypesOf(controller).Where(type => type.Assembly == Storage), Is.Empty, controller.Name);
        }
    }

    /// <summary>Whatever a type is made of: parameters, results, fields and the locals of its methods.</summary>
    static IEnumerable<Type> TypesOf(Type type)
    {
        const BindingFlags All = BindingFlags.Public | BindingFlags.NonPublic
            | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;
        var methods = type.GetMethods(All).Cast<MethodBase>().Concat(type.GetConstructors(All)).ToList();
        var found = type.GetFields(All).Select(field => field.FieldType)
            .Concat(methods.SelectMany(method => method.GetParameters()).Select(parameter => parameter.ParameterType))
            .Concat(methods.OfType<MethodInfo>().Select(method => method.ReturnType))
            .Concat(methods.SelectMany(method => method.GetMethodBody()?.LocalVariables ?? [])
                .Select(local => local.LocalType))
            .Append(type.BaseType!);
        return found.SelectMany(one => one.IsGenericType ? one.GetGenericArguments().Append(one) : [one]);
    }

    static string Root([CallerFilePath] string path = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(path)!, "..", ".."));
}
