using ChunkUploader.Web.Localization;
using Microsoft.AspNetCore.Mvc;

namespace ChunkUploader.Web.Pages;

/// <summary>The language and the theme that a visitor chooses, on any page.</summary>
public sealed class PreferencesController(Languages languages) : Controller
{
    // No antiforgery token: its cookie would be set, and caching be turned off, on every page for a choice of colours.
    // Forms of other sites are refused as everywhere.
    [HttpPost("/preferences")]
    public IActionResult Choose(
        [FromForm] string? language, [FromForm] string? theme, [FromForm] string? returnUrl)
    {
        if (!ModelState.IsValid)
        {
            return BadRequest(); // the form could not be read
        }

        if (languages.Find(language) is { } chosen)
        {
            HttpContext.Keep(chosen);
        }

        if (theme is not null)
        {
            HttpContext.Keep(Preferences.Parse(theme));
        }

        return LocalRedirect(Url.IsLocalUrl(returnUrl) ? returnUrl : "~/");
    }
}
