namespace ChunkUploader.Web.Localization;

/// <summary>How a visitor wants the pages. What they have chosen is kept in cookies.</summary>
public static class Preferences
{
    const string LanguageCookie = "uploader-language";
    const string ThemeCookie = "uploader-theme";
    static readonly TimeSpan Lifetime = TimeSpan.FromDays(400);

    /// <summary>The language that was chosen, else the one that the browser prefers.</summary>
    public static Language Language(this HttpContext context)
    {
        var languages = context.RequestServices.GetRequiredService<Languages>();
        return languages.Find(context.Request.Cookies[LanguageCookie])
            ?? languages.Best(context.Request.GetTypedHeaders().AcceptLanguage);
    }

    public static Theme Theme(this HttpContext context) => Parse(context.Request.Cookies[ThemeCookie]);

    public static void Keep(this HttpContext context, Language language) =>
        context.Keep(LanguageCookie, language.Tag);

    public static void Keep(this HttpContext context, Theme theme) =>
        context.Keep(ThemeCookie, theme.ToString().ToLowerInvariant());

    public static Theme Parse(string? theme) => theme switch
    {
        "light" => Localization.Theme.Light,
        "dark" => Localization.Theme.Dark,
        _ => Localization.Theme.Auto,
    };

    static void Keep(this HttpContext context, string cookie, string value) =>
        context.Response.Cookies.Append(cookie, value, new CookieOptions
        {
            HttpOnly = true,
            Path = context.Request.PathBase.HasValue ? context.Request.PathBase.Value : "/",
            SameSite = SameSiteMode.Lax,
            Secure = context.Request.IsHttps,
            MaxAge = Lifetime,
            IsEssential = true,
        });
}
