using System.Globalization;
using ChunkUploader.Tests.Browser.Pages;
using Microsoft.Playwright;
using NUnit.Framework;
using static Microsoft.Playwright.Assertions;

namespace ChunkUploader.Tests.Browser;

[TestFixture]
public sealed class AdminPageTests : BrowserTests
{
    ILocator FileRows => Admin.FileRows;

    ILocator TrashRows => Admin.TrashRows;

    [Test]
    public async Task Lets_in_only_who_has_the_password()
    {
        await Page.GotoAsync($"{Server.BaseAddress}admin?search=x");
        await Page.Labelled("Password").FillAsync("wrong");
        await Page.Named(AriaRole.Button, "Sign in").ClickAsync();
        await Expect(Page.GetByRole(AriaRole.Alert)).ToHaveTextAsync("That is not the password.");
        await Screenshots.CheckFitAsync(Page, "sign-in");

        await Page.Labelled("Password").FillAsync(await Server.AdminPasswordAsync());
        await Page.Named(AriaRole.Button, "Sign in").ClickAsync();
        await Expect(Page).ToHaveURLAsync($"{Server.BaseAddress}admin?search=x");

        await Page.Named(AriaRole.Button, "Sign out").ClickAsync();
        await Page.GotoAsync($"{Server.BaseAddress}admin");
        await Expect(Page.Labelled("Password")).ToBeVisibleAsync();
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
        await Expect(Page.Named(AriaRole.Heading, "Stored files")).ToBeVisibleAsync();
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
        await Screenshots.CheckFitAsync(Page, "admin");

        await SearchAsync("FIRST");
        await Expect(FileRows).ToHaveCountAsync(1);
        await Expect(FileRows).ToContainTextAsync("first.txt");
        await SearchAsync("c81e728d9d4c2f636f067f89cc14862c");
        await Expect(FileRows).ToHaveCountAsync(1);
        await Expect(FileRows).ToContainTextAsync("second.txt");
        await SearchAsync("%");
        await Expect(Page.Reading("No file matches.")).ToBeVisibleAsync();
    }

    [Test]
    public async Task Turns_pages()
    {
        using (var client = Server.NewHttpClient())
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
        await Page.Named(AriaRole.Link, "Older").ClickAsync();
        await Expect(FileRows).ToHaveCountAsync(1);
        await Expect(FileRows).ToContainTextAsync("00.txt");
        await Page.Named(AriaRole.Link, "Newer").ClickAsync();
        await Expect(FileRows).ToHaveCountAsync(50);
    }

    [Test]
    public async Task Deletes_a_file_into_the_trash_and_restores_it_with_its_links()
    {
        await UploadAsync("one.txt", "1");
        var link = await Row.Open("one.txt").GetAttributeAsync("href");
        await SignInAsync();
        await DeleteAsync("one.txt");
        await Expect(Page.GetByRole(AriaRole.Status)).ToHaveTextAsync("“one.txt” is in the trash now.");
        await Expect(Page.Reading("Nothing has been uploaded yet.")).ToBeVisibleAsync();
        foreach (var path in new[] { link, $"{link}/download", $"{link}/preview", $"files?id={link!.Split('/')[^1]}" })
        {
            Assert.That(await StatusOfAsync(path!), Is.EqualTo(404), path);
        }

        await Page.Named(AriaRole.Link, "Trash").ClickAsync();
        await Expect(TrashRows).ToHaveCountAsync(1);
        await Expect(TrashRows).ToContainTextAsync("1 byte");
        var (deleted, end) = (await TimeAsync(0), await TimeAsync(1));
        Assert.That(end - deleted, Is.EqualTo(TimeSpan.FromDays(7)));
        Assert.That(deleted, Is.EqualTo(DateTimeOffset.UtcNow).Within(TimeSpan.FromMinutes(5)));
        await Admin.Restore("one.txt").ClickAsync();
        await Expect(Page.GetByRole(AriaRole.Status)).ToHaveTextAsync("“one.txt” was restored.");
        await Expect(Page.Reading("The trash is empty.")).ToBeVisibleAsync();
        Assert.That(await StatusOfAsync($"{link}/download"), Is.EqualTo(200));

        async Task<DateTimeOffset> TimeAsync(int index) => DateTimeOffset.Parse(
            (await TrashRows.Locator("time").Nth(index).GetAttributeAsync("datetime"))!, CultureInfo.InvariantCulture);
    }

    [Test]
    public async Task Deletes_for_good_from_the_trash_and_keeps_the_bytes_that_another_one_shares()
    {
        await UploadAsync("one.txt", "same");
        await UploadAsync("two.txt", "same");
        await SignInAsync();
        await DeleteAsync("one.txt");
        await DeleteAsync("two.txt");
        await Page.GotoAsync($"{Server.BaseAddress}admin/trash?search=one");
        await Expect(TrashRows).ToHaveCountAsync(1);
        await DeleteForGoodAsync("one.txt");
        await Expect(Page.GetByRole(AriaRole.Status)).ToHaveTextAsync("“one.txt” was deleted for good.");
        await Expect(Page.Reading("No file matches.")).ToBeVisibleAsync();
        Assert.That(Blobs(), Has.Length.EqualTo(1));
        await Page.GotoAsync($"{Server.BaseAddress}admin/trash");
        await DeleteForGoodAsync("two.txt");
        await Expect(Page.Reading("The trash is empty.")).ToBeVisibleAsync();
        Assert.That(Blobs(), Is.Empty);
    }

    [Test]
    public async Task A_double_click_deletes_nothing_and_to_keep_it_is_what_the_question_is_for()
    {
        await UploadAsync("one.txt", "1");
        await SignInAsync();
        var delete = Admin.Delete("one.txt");
        await delete.DblClickAsync();
        var question = Admin.DeletingQuestion;
        await Expect(question.Element).ToContainTextAsync("one.txt");
        await Expect(question.KeepIt).ToBeFocusedAsync();

        // The second click of a double one, just where the button is that does it.
        var box = (await question.Confirm.BoundingBoxAsync())!;
        await Page.Mouse.MoveAsync(box.X + (box.Width / 2), box.Y + (box.Height / 2));
        await Page.Mouse.DownAsync(new() { ClickCount = 2 });
        await Page.Mouse.UpAsync(new() { ClickCount = 2 });
        await Expect(question.Element).ToBeVisibleAsync();
        await Page.Keyboard.PressAsync("Enter");
        await Expect(question.Element).ToBeHiddenAsync();
        await Expect(delete).ToBeFocusedAsync();
        await Page.Keyboard.PressAsync("Enter");
        await Expect(question.Element).ToBeVisibleAsync();
        await Page.Keyboard.PressAsync("Escape");
        await Expect(question.Element).ToBeHiddenAsync();
        await Page.ReloadAsync();
        await Expect(FileRows).ToHaveCountAsync(1);
    }

    [TestCase("en", "is in the trash now", "was restored", "was deleted for good already")]
    [TestCase("zh-Hans", "已移到回收站", "已恢复", "早已永久删除")]
    public async Task What_is_done_already_is_said_to_be_done(string language, string trashed, string restored, string gone)
    {
        await UploadAsync("one.txt", "1");
        await SignInAsync();
        await KeepLanguageAsync(language);
        await SubmitTwiceAsync("admin", DeleteAsync, trashed);
        await SubmitTwiceAsync("admin/trash", list => list.Restore("one.txt").ClickAsync(), restored);
        await SubmitTwiceAsync("admin", DeleteAsync, trashed);
        await SubmitTwiceAsync("admin/trash", DeleteForGoodAsync, gone);

        async Task DeleteAsync(AdminPage list)
        {
            await list.Delete("one.txt").ClickAsync();
            await list.DeletingQuestion.Confirm.ClickAsync();
        }

        async Task DeleteForGoodAsync(AdminPage list)
        {
            await list.DeleteForGood("one.txt").ClickAsync();
            await list.DeletingForGoodQuestion.Confirm.ClickAsync();
        }

        // The list in two tabs, as before a double click; and the same in each.
        async Task SubmitTwiceAsync(string list, Func<AdminPage, Task> submit, string said)
        {
            await Page.GotoAsync($"{Server.BaseAddress}{list}");
            var other = await Page.Context.NewPageAsync();
            await other.GotoAsync(Page.Url);
            foreach (var tab in new[] { Page, other })
            {
                await submit(new(tab, Texts));
                await Expect(tab.GetByRole(AriaRole.Status)).ToBeVisibleAsync();
            }

            await Expect(other.GetByRole(AriaRole.Status)).ToContainTextAsync(said);
            await other.CloseAsync();
        }
    }

    [Test]
    public async Task Says_so_when_a_file_is_there_no_more_and_refuses_a_form_that_is_not_its_own()
    {
        await UploadAsync("one.txt", "1");
        await SignInAsync();
        var other = await Page.Context.NewPageAsync();
        await other.GotoAsync(Page.Url);
        await DeleteAsync("one.txt");
        await other.GotoAsync($"{Server.BaseAddress}admin/trash");
        await Page.GotoAsync(other.Url);
        await Admin.Restore("one.txt").ClickAsync();
        await Expect(Page.GetByRole(AriaRole.Status)).ToContainTextAsync("was restored");
        await DeleteForGoodAsync("one.txt", other);
        await Expect(other.GetByRole(AriaRole.Alert)).ToContainTextAsync("Nothing was deleted.");
        await Page.GotoAsync($"{Server.BaseAddress}admin");
        await Expect(FileRows).ToHaveCountAsync(1);

        foreach (var action in new[] { "delete", "trash/delete", "trash/restore" })
        {
            var forged = await Page.EvaluateAsync<int>(
                $"() => fetch('{Server.BaseAddress}admin/{action}/{new string('0', 32)}', {{ method: 'POST' }}).then(it => it.status)");
            Assert.That(forged, Is.EqualTo(400), "There was no antiforgery token.");
        }
    }

    async Task UploadAsync(string name, string text)
    {
        await PickAsync(MakeFile(name, System.Text.Encoding.UTF8.GetBytes(text)));
        await BecomesAsync(RowOf(name), "done");
    }

    async Task SearchAsync(string text)
    {
        await Page.Labelled("Name, folder or MD5").FillAsync(text);
        await Page.Named(AriaRole.Button, "Search").ClickAsync();
    }

    /// <summary>From the list of the stored files.</summary>
    async Task DeleteAsync(string name)
    {
        await Admin.Delete(name).ClickAsync();
        await Admin.DeletingQuestion.Confirm.ClickAsync();
        await Page.GetByRole(AriaRole.Status).WaitForAsync();
    }

    /// <summary>From the trash.</summary>
    async Task DeleteForGoodAsync(string name, IPage? page = null)
    {
        page ??= Page;
        var trash = new AdminPage(page, Texts);
        await trash.DeleteForGood(name).ClickAsync();
        await trash.DeletingForGoodQuestion.Confirm.ClickAsync();
        await page.GetByRole(AriaRole.Status).Or(page.GetByRole(AriaRole.Alert)).WaitForAsync();
    }

    async Task<int> StatusOfAsync(string path)
    {
        using var client = Server.NewHttpClient();
        using var answer = await client.GetAsync(new Uri(Server.BaseAddress, path));
        return (int)answer.StatusCode;
    }

    async Task SendPasswordAsync(string password, int status)
    {
        await Page.Labelled("Password").FillAsync(password);
        var answer = await Page.RunAndWaitForResponseAsync(
            () => Page.Named(AriaRole.Button, "Sign in").ClickAsync(),
            response => response.Request.Method == "POST");
        Assert.That(answer.Status, Is.EqualTo(status));
    }

    string[] Blobs() => Directory.GetFiles(Path.Combine(DataFolder, "blobs"), "*", SearchOption.AllDirectories);
}
