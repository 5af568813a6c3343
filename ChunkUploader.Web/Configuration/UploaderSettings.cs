using ChunkUploader.Domain.Uploads;
using ChunkUploader.Infrastructure.Persistence;
using ChunkUploader.Infrastructure.Storage;
using ChunkUploader.Web.Security;
using FluentValidation;

namespace ChunkUploader.Web.Configuration;

/// <summary>Everything the operator can set, read once at start and validated before anything else happens.</summary>
public sealed class UploaderSettings
{
    public StorageOptions Storage { get; init; } = new();

    public UploadSettings Uploads { get; init; } = new();

    public InstantUploadSettings InstantUpload { get; init; } = new();

    public TrashSettings Trash { get; init; } = new();

    public DownloadSettings Downloads { get; init; } = new();

    public CorsSettings Cors { get; init; } = new();

    public LimitSettings Limits { get; init; } = new();

    public AdminSettings Admin { get; init; } = new();

    /// <summary>For one start, where the database and the stored files do not belong together.</summary>
    public RecoverMode? Recover { get; init; }

    /// <param name="contentRoot">What a relative data folder is relative to.</param>
    /// <exception cref="InvalidSettingsException">A setting makes no sense.</exception>
    public static UploaderSettings Read(IConfiguration configuration, string contentRoot)
    {
        UploaderSettings settings;
        try
        {
            settings = configuration.Get<UploaderSettings>() ?? new UploaderSettings();
        }
        catch (InvalidOperationException exception)
        {
            throw new InvalidSettingsException(exception.Message);
        }

        var result = new UploaderSettingsValidator().Validate(settings);
        if (!result.IsValid)
        {
            throw new InvalidSettingsException(
                string.Join(Environment.NewLine, result.Errors.Select(
                    error => $"{error.PropertyName.Replace('.', ':')} {error.ErrorMessage}")));
        }

        settings.Storage.Root = Path.GetFullPath(settings.Storage.Root, contentRoot);
        return settings;
    }

    public UploadPolicy Policy() => new()
    {
        MaxFileSize = Uploads.MaxFileSize,
        ChunkSize = Uploads.ChunkSize,
        SessionLifetime = Uploads.SessionLifetime,
        TrashLifetime = Trash.Lifetime,
        InstantScope = InstantUpload.Scope,
        Md5Scope = InstantUpload.Md5Scope,
        MaxOpenUploads = Limits.OpenUploads,
        PromisedShare = Limits.PromisedShare,
    };
}

public sealed class UploadSettings
{
    /// <summary>In bytes.</summary>
    public long MaxFileSize { get; set; } = 1L << 40;

    /// <summary>In bytes, where a client has no wish.</summary>
    public long ChunkSize { get; set; } = 8 * 1024 * 1024;

    /// <summary>How long an upload is kept after its last chunk.</summary>
    public TimeSpan SessionLifetime { get; set; } = TimeSpan.FromDays(7);
}

public sealed class InstantUploadSettings
{
    public InstantScope Scope { get; set; } = InstantScope.Anyone;

    /// <summary>For clients that know nothing but an md5.</summary>
    public InstantScope Md5Scope { get; set; } = InstantScope.Owner;
}

public sealed class TrashSettings
{
    /// <summary>How long a file that was deleted can be restored.</summary>
    public TimeSpan Lifetime { get; set; } = TimeSpan.FromDays(7);
}

public sealed class DownloadSettings
{
    /// <summary>Where the proxy in front has the stored files, for X-Accel-Redirect; empty: they are sent from
    /// here.</summary>
    public string AccelPrefix { get; set; } = "";
}

public sealed class AdminSettings
{
    /// <summary>Makes and prints a new password at this start.</summary>
    public bool ResetPassword { get; set; }
}

public sealed class InvalidSettingsException(string message) : Exception(message);

sealed class UploaderSettingsValidator : AbstractValidator<UploaderSettings>
{
    public UploaderSettingsValidator()
    {
        RuleFor(s => s.Storage.Root).NotEmpty().WithMessage("must name a folder");
        RuleFor(s => s.Storage.FreeSpaceReserve).GreaterThanOrEqualTo(0).WithMessage("must not be negative");
        RuleFor(s => s.Uploads.MaxFileSize).InclusiveBetween(0, ChunkPlan.MaxSize)
            .WithMessage($"must be from 0 to {ChunkPlan.MaxSize} bytes");
        RuleFor(s => s.Uploads.ChunkSize).InclusiveBetween(256 * 1024, 64 * 1024 * 1024)
            .WithMessage("must be from 262144 to 67108864 bytes");
        RuleFor(s => s.Uploads.SessionLifetime).InclusiveBetween(TimeSpan.FromMinutes(1), TimeSpan.FromDays(3650))
            .WithMessage("must be from one minute to 3650 days");
        RuleFor(s => s.Trash.Lifetime).InclusiveBetween(TimeSpan.FromMinutes(1), TimeSpan.FromDays(3650))
            .WithMessage("must be from one minute to 3650 days");
        RuleFor(s => s.InstantUpload.Scope).IsInEnum().WithMessage("must be Anyone, Owner or Off");
        RuleFor(s => s.InstantUpload.Md5Scope).IsInEnum().WithMessage("must be Owner, Anyone or Off");
        RuleFor(s => s.Cors.Origins).Must((settings, _) => settings.Cors.IsValid())
            .WithMessage("must be origins such as https://example.com, with blanks or commas between");
        RuleFor(s => s.Downloads.AccelPrefix).Matches(@"\A((/[A-Za-z0-9_-]+)+/?)?\z")
            .WithMessage("must be a path of the proxy such as /stored/, or empty");
        RuleFor(s => s.Recover).IsInEnum().WithMessage("must be adopt, quarantine or reupload");
        RuleFor(s => s.Limits.BeginBurst).GreaterThan(0).WithMessage("must be at least 1");
        RuleFor(s => s.Limits.OpenUploads).GreaterThan(0).WithMessage("must be at least 1");
        RuleFor(s => s.Limits.PromisedShare).InclusiveBetween(0, 1).WithMessage("must be from 0 to 1");
        RuleFor(s => s.Limits.BeginsPerSecond).GreaterThan(0).WithMessage("must be at least 1");
        RuleFor(s => s.Limits.WrongGuesses).GreaterThan(0).WithMessage("must be at least 1");
    }
}
