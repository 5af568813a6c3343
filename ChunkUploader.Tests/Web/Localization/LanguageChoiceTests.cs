using System.Text.RegularExpressions;
using ChunkUploader.Tests.Support;
using NUnit.Framework;

namespace ChunkUploader.Tests.Web.Localization;

[TestFixture]
public partial class LanguageChoiceTests : ServedTests
{
    [TestCase(null, "en")]
    [TestCase("en-GB,en;q=0.9", "en")]
    [TestCase("zh-CN,zh;q=0.9,en;q=0.8", "zh-Hans")]
    [TestCase("zh-Hans-CN", "zh-Hans")]
    [TestCase("zh", "zh-Hans")]
    [TestCase("ZH-hans", "zh-Hans")]
    [TestCase("de-CH,de;q=0.9,zh-SG;q=0.8,en;q=0.7", "zh-Hans")]
    [TestCase("zh;q=0.5,en;q=0.6", "en")]
    [TestCase("zh;q=0,en", "en")]
    [TestCase("*", "en")]
    [TestCase("-,;;=,\u007f", "en")]
    public async Task A_page_comes_in_the_language_that_the_browser_prefers(string? accepted, string language)
    {
        var page = await GetAsync("", ("Accept-Language", accepted));

        Assert.That(LanguageOf(page), Is.EqualTo(language));
        Assert.That(page.Headers.GetValues("Vary"), Is.EqualTo(["Accept-Language", "Cookie"]));
    }

    [Test]
    public async Task What_was_chosen_wins_and_what_was_never_there_does_not()
    {
        var chinese = await GetAsync("", ("Accept-Language", "en"), ("Cookie", "uploader-language=zh-Hans"));
        var unknown = await GetAsync("", ("Accept-Language", "zh"), ("Cookie", "uploader-language=../x"));

        Assert.That(LanguageOf(chinese), Is.EqualTo("zh-Hans"));
        Assert.That(TextOf(chinese), Does.Contain("上传文件").And.Not.Contain("Upload files"));
        Assert.That(LanguageOf(unknown), Is.EqualTo("zh-Hans"));
    }

    [Test]
    public async Task A_choice_is_kept_in_a_cookie_and_leads_back_to_the_page()
    {
        var answer = await ChooseAsync(("language", "zh-Hans"), ("returnUrl", "/admin/sign-in?returnUrl=%2Fadmin"));

        Assert.That(answer.Status, Is.EqualTo(302));
        Assert.That(answer.Headers.Location!.OriginalString, Is.EqualTo("/admin/sign-in?returnUrl=%2Fadmin"));
        var cookie = answer.Headers.GetValues("Set-Cookie").Single();
        Assert.That(cookie, Does.StartWith("uploader-language=zh-Hans;").And.Contain("httponly"));
    }

    [TestCase("https://elsewhere.example/")]
    [TestCase("//elsewhere.example/")]
    [TestCase("/\\elsewhere.example/")]
    public async Task A_choice_never_leads_to_another_site(string returnUrl)
    {
        var answer = await ChooseAsync(("theme", "dark"), ("returnUrl", returnUrl));

        Assert.That(answer.Headers.Location!.OriginalString, Is.EqualTo("/"));
    }

    [TestCase("language", "tlh")]
    [TestCase("language", "zh-Hans\r\nX: y")]
    public async Task A_language_that_is_not_there_is_not_kept(string field, string value)
    {
        var answer = await ChooseAsync((field, value));

        Assert.That(answer.Status, Is.EqualTo(302));
        Assert.That(answer.Headers.Contains("Set-Cookie"), Is.False);
    }

    [TestCase("light", "light")]
    [TestCase("dark", "dark")]
    [TestCase("auto", "auto")]
    [TestCase("<script>", "auto")]
    public async Task A_theme_is_kept(string theme, string kept)
    {
        var answer = await ChooseAsync(("theme", theme));
        var cookie = answer.Headers.GetValues("Set-Cookie").Single().Split(';')[0];

        Assert.That(cookie, Is.EqualTo($"uploader-theme={kept}"));
        Assert.That(TextOf(await GetAsync("", ("Cookie", cookie))), Does.Contain($"data-theme=\"{kept}\""));
    }

    [Test]
    public async Task Scripts_get_their_texts_by_the_language_of_the_page_and_ask_only_whether_they_are_new()
    {
        var first = await GetAsync("languages/zh-Hans");
        var again = await GetAsync("languages/zh-Hans", ("If-None-Match", first.Headers.ETag!.ToString()));

        Assert.That(first.MediaType, Is.EqualTo("text/json"));
        Assert.That(first["paused"].GetString(), Is.EqualTo("已暂停"));
        Assert.That(first["error.storage-full"].GetString(), Is.EqualTo("存储空间已满"));
        Assert.That(first.Json.TryGetProperty("error.storage-full.detail", out _), Is.False);
        Assert.That(again.Status, Is.EqualTo(304));
        Assert.That(await GetAsync("languages/tlh"), Refused.With(404, "not-found"));
    }

    [Test]
    public async Task The_api_speaks_English_to_everybody()
    {
        var refused = await GetAsync("uploads/none", ("Accept-Language", "zh"), ("Accept", "text/html"));

        Assert.That(refused, Refused.With(404, "upload-not-found"));
        Assert.That(refused["title"].GetString(), Is.EqualTo("There is no such upload"));
    }

    Task<ApiAnswer> ChooseAsync(params (string Name, object? Value)[] fields) =>
        Client.PostUrlEncodedAsync("preferences", fields);

    Task<ApiAnswer> GetAsync(string path, params (string Name, string? Value)[] headers)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, path);
        foreach (var (name, value) in headers.Where(header => header.Value is not null))
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return Client.SendAsync(request);
    }

    static string TextOf(ApiAnswer page) => System.Text.Encoding.UTF8.GetString(page.Body);

    static string LanguageOf(ApiAnswer page) => HtmlLanguage().Match(TextOf(page)).Groups[1].Value;

    [GeneratedRegex("<html lang=\"([^\"]*)\"")]
    private static partial Regex HtmlLanguage();
}
