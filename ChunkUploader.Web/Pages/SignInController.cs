using ChunkUploader.Domain;
using ChunkUploader.Web.Errors;
using ChunkUploader.Web.Localization;
using ChunkUploader.Web.Security;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Mvc;

namespace ChunkUploader.Web.Pages;

/// <summary>Signing in to the admin pages, and out.</summary>
[AutoValidateAntiforgeryToken]
[Route("admin")]
public sealed class SignInController(AdminPassword password, RequestLimits limits) : Controller
{
    [HttpGet("sign-in")]
    public IActionResult Ask(string? returnUrl) => View("SignIn", new SignInModel(returnUrl, null));

    [HttpPost("sign-in")]
    public async Task<IActionResult> SignIn(
        string? returnUrl, [FromForm(Name = "password")] string? given, CancellationToken ct)
    {
        try
        {
            var address = OwnerResolver.Address(HttpContext);
            if (!await limits.JudgePasswordAsync(address, () => password.IsAsync(given ?? "", ct), ct))
            {
                return Refuse(returnUrl, StatusCodes.Status401Unauthorized, "sign-in.wrong");
            }
        }
        catch (UploadException refusal)
        {
            Problems.TellWhenToComeAgain(refusal, Response);
            return Refuse(returnUrl, StatusCodes.Status429TooManyRequests, "sign-in.too-many");
        }

        await HttpContext.SignInAdminAsync(password);
        return LocalRedirect(Url.IsLocalUrl(returnUrl) ? returnUrl : Url.Action("Index", "Admin")!);
    }

    /// <summary>Everywhere: a copy of the cookie is worth nothing from then on.</summary>
    [HttpPost("sign-out")]
    public async Task<IActionResult> Leave()
    {
        if ((await HttpContext.AuthenticateAsync(AdminCookie.Scheme)).Succeeded)
        {
            await password.RenewStampAsync(CancellationToken.None);
        }

        await HttpContext.SignOutAsync(AdminCookie.Scheme);
        return RedirectToAction(nameof(Ask));
    }

    ViewResult Refuse(string? returnUrl, int status, string text)
    {
        Response.StatusCode = status;
        return View("SignIn", new SignInModel(returnUrl, HttpContext.Language()[text]));
    }
}
