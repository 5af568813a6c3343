using ChunkUploader.Domain.Uploads;
using ChunkUploader.Web.Localization;
using ChunkUploader.Web.Security;
using ChunkUploader.Web.ViewModels;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Mvc;

namespace ChunkUploader.Web.Controllers;

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
            limits.EnsureMaySignIn(OwnerResolver.Address(HttpContext));
        }
        catch (UploadException)
        {
            return Refuse(returnUrl, StatusCodes.Status429TooManyRequests, "sign-in.too-many");
        }

        if (!await password.IsAsync(given ?? "", ct))
        {
            limits.CountWrongPassword(OwnerResolver.Address(HttpContext));
            return Refuse(returnUrl, StatusCodes.Status401Unauthorized, "sign-in.wrong");
        }

        await HttpContext.SignInAdminAsync(password);
        return LocalRedirect(Url.IsLocalUrl(returnUrl) ? returnUrl : Url.Action("Index", "Admin")!);
    }

    [HttpPost("sign-out")]
    public async Task<IActionResult> Leave()
    {
        await HttpContext.SignOutAsync(AdminCookie.Scheme);
        return RedirectToAction(nameof(Ask));
    }

    ViewResult Refuse(string? returnUrl, int status, string text)
    {
        Response.StatusCode = status;
        return View("SignIn", new SignInModel(returnUrl, HttpContext.Language()[text]));
    }
}
