using ChunkUploader.Tests.Support;
using ChunkUploader.Web.Configuration;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Moq;
using NUnit.Framework;

namespace ChunkUploader.Tests.Web;

/// <summary>What is wrong with the configuration is said at once, and nothing is begun with it.</summary>
[TestFixture]
public class SettingsTests
{
    [TestCase("Storage:Root", "", "Storage:Root must name a folder")]
    [TestCase("Storage:FreeSpaceReserve", "-1", "Storage:FreeSpaceReserve must not be negative")]
    [TestCase("Uploads:MaxFileSize", "-1", "Uploads:MaxFileSize must be from 0 to 17592186044416 bytes")]
    [TestCase("Uploads:MaxFileSize", "17592186044417", "Uploads:MaxFileSize must be from 0 to 17592186044416 bytes")]
    [TestCase("Uploads:MaxFileSize", "much", "Uploads:MaxFileSize")]
    [TestCase("Uploads:ChunkSize", "1000", "Uploads:ChunkSize must be from 262144 to 67108864 bytes")]
    [TestCase("Uploads:ChunkSize", "67108865", "Uploads:ChunkSize must be from 262144 to 67108864 bytes")]
    [TestCase("Uploads:SessionLifetime", "00:00:59", "Uploads:SessionLifetime must be from one minute to 3650 days")]
    [TestCase(
        "Uploads:SessionLifetime",
        "10675199.00:00:00",
        "Uploads:SessionLifetime must be from one minute to 3650 days")]
    [TestCase("Trash:Lifetime", "00:00:59", "Trash:Lifetime must be from one minute to 3650 days")]
    [TestCase("InstantUpload:Scope", "7", "InstantUpload:Scope must be one of Anyone, Owner, Off")]
    [TestCase("InstantUpload:Scope", "1", "InstantUpload:Scope must be one of Anyone, Owner, Off")]
    [TestCase("InstantUpload:Md5Scope", "Anyone,Off", "InstantUpload:Md5Scope must be one of Anyone, Owner, Off")]
    [TestCase("Recover", "adopt,quarantine", "Recover must be one of")]
    [TestCase("Recover", "1", "Recover must be one of")]
    [TestCase("Limits:OpenUploads", "0", "Limits:OpenUploads must be at least 1")]
    [TestCase("Limits:PromisedShare", "1.1", "Limits:PromisedShare must be from 0 to 1")]
    [TestCase("InstantUpload:Scope", "Everyone", "InstantUpload:Scope")]
    [TestCase("Downloads:AccelPrefix", "stored/", "Downloads:AccelPrefix must be a path of the proxy")]
    [TestCase("Downloads:AccelPrefix", "/", "Downloads:AccelPrefix must be a path of the proxy")]
    [TestCase("Downloads:AccelPrefix", "/a/../b", "Downloads:AccelPrefix must be a path of the proxy")]
    [TestCase("Limits:BeginBurst", "0", "Limits:BeginBurst must be at least 1")]
    [TestCase("Limits:BeginsPerSecond", "0", "Limits:BeginsPerSecond must be at least 1")]
    [TestCase("Limits:WrongGuesses", "-3", "Limits:WrongGuesses must be at least 1")]
    [TestCase("Admin:ResetPassword", "perhaps", "Admin:ResetPassword")]
    [TestCase("recover", "perhaps", "Recover")]
    [TestCase("PublicUrl", "example.com", "PublicUrl must be an address")]
    [TestCase("PublicUrl", "https://example.com/?a=b", "PublicUrl must be an address")]
    [TestCase("PublicUrl", "https://example.com/files", "whose path is none of the application's own")]
    [TestCase("PublicUrl", "https://example.com/files/0123456789abcdef0123456789abcdef", "none of the application's own")]
    [TestCase("PublicUrl", "https://example.com/admin/app", "whose path is none of the application's own")]
    [TestCase("PublicUrl", "https://example.com//x", "PublicUrl must be an address")]
    [TestCase("PublicUrl", "https://example.com/共享", "PublicUrl must be an address")]
    [TestCase("PublicUrl", "https://example.com/for%20all", "PublicUrl must be an address")]
    [TestCase("Storage:Root:Foo", "/x", "Storage:Root:Foo is no setting; did you mean Storage:Root?")]
    [TestCase("Storage_Root", "/x", "Storage_Root is no setting; did you mean Storage:Root?")]
    [TestCase("StorageRoot", "/x", "StorageRoot is no setting; did you mean Storage:Root?")]
    [TestCase("STRAGE:ROOT", "/x", "STRAGE:ROOT is no setting; did you mean Storage:Root?")]
    [TestCase("ChunkUploader:Storage:Root", "/x", "ChunkUploader:Storage:Root is no setting; did you mean Storage:Root?")]
    [TestCase("Storage:Rot", "/x", "Storage:Rot is no setting; did you mean Storage:Root?")]
    [TestCase("Uploads:MaxFilesize2", "1", "did you mean Uploads:MaxFileSize?")]
    [TestCase("Proxy:Known", "10.0.0.0/99", "Proxy:Known must be addresses or networks")]
    [TestCase("Proxy:Known", "everybody", "Proxy:Known must be addresses or networks")]
    public void A_setting_that_makes_no_sense_is_named(string key, string value, string message)
    {
        var environment = new Mock<IHostEnvironment>();
        environment.SetupGet(host => host.ContentRootPath).Returns("/srv");
        using var services = new ServiceCollection()
            .AddSingleton(environment.Object)
            .AddSingleton<IConfiguration>(
                new ConfigurationBuilder().AddInMemoryCollection([new(key, value)]).Build())
            .AddUploader()
            .BuildServiceProvider();
        var invalid = Assert.Throws<OptionsValidationException>(
            services.GetRequiredService<IStartupValidator>().Validate)!;
        Assert.That(invalid.Failures, Has.One.Contain(message));
    }

    [Test]
    public async Task What_the_framework_and_editors_read_is_no_unknown_setting()
    {
        using var folder = new TempFolder();
        await using var server = await ServerProcess.StartAsync(
            folder.Path,
            settings: ["--suppressStatusMessages=false", "--$schema=x", "--Logging:LogLevel:Default=Information"]);
        Assert.That(server.Output, Does.Contain("Now listening"));
    }

    [TestCase("--Uploads:ChunkSize=1", "--Limits:WrongGuesses=0")]
    [TestCase("--Uploads:ChunkSize=much", "--Uploads:MaxFileSize=1000")]
    [TestCase("--Upload:ChunkSize=1000000", "--Uploads:MaxFileSize=1000")]
    [TestCase("--ChunkSize=1000000", "--Uploads:MaxFileSize=1000")]
    public async Task The_start_ends_with_all_that_is_wrong_before_anything_is_begun(params string[] settings)
    {
        using var folder = new TempFolder();
        var root = folder.Combine("data");

        var (exitCode, output) = await ServerProcess.RunAsync(
            ["--urls", "http://127.0.0.1:0", "--Storage:Root", root, .. settings]);

        Assert.That(exitCode, Is.EqualTo(1), output);
        Assert.That(output, Does.Contain("The configuration is not valid").And.Contain("Uploads:ChunkSize"));
        Assert.That(output.Contains("Limits:WrongGuesses"), Is.EqualTo(settings[1] == "--Limits:WrongGuesses=0"));
        Assert.That(output, Does.Not.Contain("   at "), "people get a sentence, not a stack");
        Assert.That(Directory.Exists(root), Is.False);
    }

    [TestCase("--Storage:Root needs a value", "--Storage:Root")]
    [TestCase("--Storage:Root needs a value", "--Storage:Root", "--urls", "http://127.0.0.1:0")]
    [TestCase("--Admin:ResetPassword needs a value", "--Storage:Root", "x", "--Admin:ResetPassword")]
    [TestCase("-Storage:Root is no setting", "-Storage:Root", "x")]
    [TestCase("-Storage:Root=/x is no setting", "-Storage:Root=/x")]
    [TestCase("extra is no setting", "--Storage:Root", "x", "extra")]
    [TestCase("/srv/x is no setting", "/srv/x", "--Storage:Root", "x")]
    [TestCase(null, "--Storage:Root", "/srv/x", "--Cors:Origins", "", "/Uploads:ChunkSize=1", "--a=--b", "", "Storage:Root=/srv/x")]
    [TestCase(null)]
    public void An_argument_that_is_no_setting_or_has_no_value_is_named(string? sentence, params string[] arguments) =>
        Assert.That(
            CommandLineArguments.FindFault(arguments), sentence is null ? Is.Null : Does.StartWith(sentence));

    [Test]
    public async Task A_setting_without_a_value_stops_the_start()
    {
        var (exitCode, output) = await ServerProcess.RunAsync("--urls", "http://127.0.0.1:0", "--Storage:Root");
        Assert.That((exitCode, output.Trim()), Is.EqualTo((1, "--Storage:Root needs a value.")));
    }

    [Test]
    public async Task A_value_for_a_whole_group_is_no_setting()
    {
        var (exitCode, output) = await ServerProcess.RunAsync("--urls", "http://127.0.0.1:0", "--Uploads=5");
        Assert.That(exitCode, Is.EqualTo(1), output);
        Assert.That(output, Does.Contain("Uploads is no setting"));
    }

    [Test]
    public async Task Where_nobody_says_where_it_listens_on_port_5080()
    {
        using var folder = new TempFolder();

        var (_, output) = await ServerProcess.RunAsync("--Storage:Root", folder.Path);

        // Where something else has that port, the start fails and says so.
        Assert.That(
            output, Does.Contain("Now listening on: http://localhost:5080").Or.Match(":5080.*address already in use"));
    }

    [Test]
    public async Task A_relative_data_folder_is_relative_to_the_application()
    {
        using var folder = new TempFolder();

        await using var server = await ServerProcess.StartAsync(
            "some/where", settings: ["--contentRoot", folder.Path]);

        Assert.That(File.Exists(folder.Combine("some", "where", "uploader.db")), server.Output);
    }

    [Test]
    public async Task A_data_folder_is_used_by_one_process_at_a_time()
    {
        using var folder = new TempFolder();
        await using var first = await ServerProcess.StartAsync(folder.Path);
        using var client = new UploadClient(first.BaseAddress);

        var (exitCode, output) = await ServerProcess.RunAsync(
            "--urls", "http://127.0.0.1:0", "--Storage:Root", folder.Path);

        Assert.That(exitCode, Is.EqualTo(1), output);
        Assert.That(output, Does.Contain($"The data folder '{folder.Path}' is in use by another process."));
        Assert.That(output, Does.Not.Contain("   at "));
        Assert.That(
            (await client.UploadAsync(TestFile.Random(10))).State, Is.EqualTo("completed"), "the first goes on");
        await first.StopAsync();
        await using var next = await ServerProcess.StartAsync(folder.Path);
    }
}
