using ChunkUploader.Domain.Chunks;
using ChunkUploader.Domain.Sessions;
using FluentValidation;
using Microsoft.Extensions.Options;

namespace ChunkUploader.Web.Configuration;

public sealed class UploaderSettingsValidator : AbstractValidator<UploaderSettings>, IValidateOptions<UploaderSettings>
{
    public UploaderSettingsValidator()
    {
        RuleFor(s => s.Storage.Root).NotEmpty().WithMessage("must name a folder");
        RuleFor(s => s.Storage.FreeSpaceReserve).GreaterThanOrEqualTo(0).WithMessage("must not be negative");
        RuleFor(s => s.PublicUrl).Must(Configuration.PublicUrl.IsValid)
            .WithMessage("must be an address such as https://example.com or https://example.com/share, "
                + "whose path is none of the application's own");
        RuleFor(s => s.Uploads.MaxFileSize).InclusiveBetween(0, ChunkPlan.MaxSize)
            .WithMessage($"must be from 0 to {ChunkPlan.MaxSize} bytes");
        RuleFor(s => s.Uploads.ChunkSize).InclusiveBetween(256 * 1024, 64 * 1024 * 1024)
            .WithMessage("must be from 262144 to 67108864 bytes");
        RuleFor(s => s.Uploads.SessionLifetime).InclusiveBetween(TimeSpan.FromMinutes(1), TimeSpan.FromDays(3650))
            .WithMessage("must be from one minute to 3650 days");
        RuleFor(s => s.Trash.Lifetime).InclusiveBetween(TimeSpan.FromMinutes(1), TimeSpan.FromDays(3650))
            .WithMessage("must be from one minute to 3650 days");
        RuleFor(s => s.Cors.Origins).Must((settings, _) => settings.Cors.IsValid())
            .WithMessage("must be origins such as https://example.com, with blanks or commas between");
        RuleFor(s => s.Downloads.AccelPrefix).Matches(@"\A((/[A-Za-z0-9_-]+)+/?)?\z")
            .WithMessage("must be a path of the proxy such as /stored/, or empty");
        RuleFor(s => s.Proxy.Known).Must((settings, _) => settings.Proxy.IsValid())
            .WithMessage("must be addresses or networks such as 10.0.0.0/8, with blanks or commas between");
        RuleFor(s => s.Limits.BeginBurst).GreaterThan(0).WithMessage("must be at least 1");
        RuleFor(s => s.Limits.OpenUploads).GreaterThan(0).WithMessage("must be at least 1");
        RuleFor(s => s.Limits.PromisedShare).InclusiveBetween(0, 1).WithMessage("must be from 0 to 1");
        RuleFor(s => s.Limits.BeginsPerSecond).GreaterThan(0).WithMessage("must be at least 1");
        RuleFor(s => s.Limits.WrongGuesses).GreaterThan(0).WithMessage("must be at least 1");
    }

    public ValidateOptionsResult Validate(string? name, UploaderSettings options)
    {
        var result = Validate(options);
        return result.IsValid
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail(
                result.Errors.Select(error => $"{error.PropertyName.Replace('.', ':')} {error.ErrorMessage}"));
    }
}
