using Microsoft.Playwright;
using NUnit.Framework;
using static Microsoft.Playwright.Assertions;

namespace ChunkUploader.Tests.Browser;

[TestFixture]
public sealed class AdminPageTests : BrowserTests
{
    ILocator FileRows => Page.GetByTestId("file-row");

    [Test]
    public async Task Lets_in_only_who_has_the_password()
    {
        await Page.GotoAsync($"{Server.BaseAddress}admin?search=x");
        await Page.GetByLabel("Password").FillAsync("wrong");
        await Page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await Expect(Page.GetByRole(AriaRole.Alert)).ToHaveTextAsync("That is not the password.");
        await Screenshots.TakeAsync(Page, "sign-in");

        await Page.GetByLabel("Password").FillAsync(await Server.AdminPasswordAsync());
        await Page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await Expect(Page).ToHaveURLAsync($"{Server.BaseAddress}admin?search=x");

        await Page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await Page.GotoAsync($"{Server.BaseAddress}admin");
        await Expect(Page.GetByLabel("Password")).ToBeVisibleAsync();
    }

    [Test]
    public async Task Stops_guessing_after_ten_wrong_passwords()
    {
        await Page.GotoAsync($"{Server.BaseAddress}admin");
        for (var i = 0; i < 10; i++)
        {
            await SendPasswordAsync("wrong", 401);
        }

        await SendPasswordAsync(await Server.AdminPasswordAsync(), 429);
        await Expect(Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("Too many");
    }

    [Test]
    public async Task Stays_signed_in_over_a_restart()
    {
        var server = await GoToProcessAsync();
        await SignInAsync();
        await server.StopAsync();
        await server.StartAgainAsync();
        await Page.ReloadAsync();
        await Expect(Page.GetByRole(AriaRole.Heading, new() { Name = "Stored files" })).ToBeVisibleAsync();
    }

    [Test]
    public async Task Lists_the_newest_first_and_finds_by_name_and_md5()
    {
        await UploadAsync("first.txt", "1");
        await UploadAsync("second.txt", "2");
        await SignInAsync();
        await Expect(FileRows).ToHaveCountAsync(2);
        await Expect(FileRows.First).ToContainTextAsync("second.txt");
        await Expect(FileRows.First).ToContainTextAsync("c81e728d9d4c2f636f067f89cc14862c");
        await Screenshots.TakeAsync(Page, "admin");

        await SearchAsync("FIRST");
        await Expect(FileRows).ToHaveCountAsync(1);
        await Expect(FileRows).ToContainTextAsync("first.txt");
        await SearchAsync("c81e728d9d4c2f636f067f89cc14862c");
        await Expect(FileRows).ToHaveCountAsync(1);
        await Expect(FileRows).ToContainTextAsync("second.txt");
        await SearchAsync("%");
        await Expect(Page.GetByText("No file matches.")).ToBeVisibleAsync();
    }

    [Test]
    public async Task Turns_pages()
    {
        using (var client = new HttpClient { BaseAddress = Server.BaseAddress })
        {
            for (var i = 0; i <= 50; i++)
            {
                using var form = new MultipartFormDataContent
                {
                    { new StringContent($"{i:00}.txt"), "fileName" },
                    { new StringContent("2"), "size" },
                    { new StringContent($"{i:00}"), "file", "blob" },
                };
                using var answer = await client.PostAsync(new Uri("uploads", UriKind.Relative), form);
                answer.EnsureSuccessStatusCode();
            }
        }

        await SignInAsync();
        await Expect(FileRows).ToHaveCountAsync(50);
        await Expect(FileRows.First).ToContainTextAsync("50.txt");
        await Page.GetByRole(AriaRole.Link, new() { Name = "Older" }).ClickAsync();
        await Expect(FileRows).ToHaveCountAsync(1);
        await Expect(FileRows).ToContainTextAsync("00.txt");
        await Page.GetByRole(AriaRole.Link, new() { Name = "Newer" }).ClickAsync();
        await Expect(FileRows).ToHaveCountAsync(50);
    }

    [Test]
    public async Task Deletes_a_file_and_keeps_the_bytes_that_another_one_shares()
    {
        await UploadAsync("one.txt", "same");
        await UploadAsync("two.txt", "same");
        await SignInAsync();
        await DeleteAsync("one.txt");
        await Expect(Page.GetByRole(AriaRole.Status)).ToHaveTextAsync("“one.txt” was deleted.");
        await Expect(FileRows).ToHaveCountAsync(1);
        Assert.That(Blobs(), Has.Length.EqualTo(1));
        await DeleteAsync("two.txt");
        await Expect(Page.GetByText("Nothing has been uploaded yet.")).ToBeVisibleAsync();
        Assert.That(Blobs(), Is.Empty);
    }

    [Test]
    public async Task Says_so_when_a_file_is_already_gone_and_refuses_a_form_that_is_not_its_own()
    {
        await UploadAsync("one.txt", "1");
        await SignInAsync();
        var other = await Page.Context.NewPageAsync();
        await other.GotoAsync(Page.Url);
        await DeleteAsync("one.txt");
        await other.GetByText("Delete…").ClickAsync();
        await other.GetByRole(AriaRole.Button, new() { Name = "Delete for good: one.txt" }).ClickAsync();
        await Expect(other.GetByRole(AriaRole.Alert)).ToContainTextAsync("Nothing was deleted.");

        var forged = await Page.EvaluateAsync<int>(
            $"() => fetch('/admin/delete/{new string('0', 32)}', {{ method: 'POST' }}).then(answer => answer.status)");
        Assert.That(forged, Is.EqualTo(400), "There was no antiforgery token.");
    }

    async Task UploadAsync(string name, string text)
    {
        await PickAsync(MakeFile(name, System.Text.Encoding.UTF8.GetBytes(text)));
        await BecomesAsync(Rows.Filter(new() { HasText = name }), "done");
    }

    async Task SearchAsync(string text)
    {
        await Page.GetByLabel("Name or MD5").FillAsync(text);
        await Page.GetByRole(AriaRole.Button, new() { Name = "Search" }).ClickAsync();
    }

    async Task DeleteAsync(string name)
    {
        await FileRows.Filter(new() { HasText = name }).GetByText("Delete…").ClickAsync();
        await Page.GetByRole(AriaRole.Button, new() { Name = $"Delete for good: {name}" }).ClickAsync();
    }

    async Task SendPasswordAsync(string password, int status)
    {
        await Page.GetByLabel("Password").FillAsync(password);
        var answer = await Page.RunAndWaitForResponseAsync(
            () => Page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync(),
            response => response.Request.Method == "POST");
        Assert.That(answer.Status, Is.EqualTo(status));
    }

    string[] Blobs() => Directory.GetFiles(Path.Combine(DataFolder, "blobs"), "*", SearchOption.AllDirectories);
}
