using System.Net;
using ChunkUploader.Domain.Chunks;
using ChunkUploader.Domain.Completion;
using ChunkUploader.Domain.Sessions;
using ChunkUploader.Infrastructure.Persistence;
using ChunkUploader.Infrastructure.Storage;
using ChunkUploader.Web.Security;
using Microsoft.Extensions.Options;

namespace ChunkUploader.Web.Configuration;

/// <summary>Everything the operator can set. Invalid settings stop the start, before anything else happens.</summary>
public sealed class UploaderSettings
{
    static readonly (string Key, string[] Names)[] Choices =
    [
        ("InstantUpload:Scope", Enum.GetNames<InstantScope>()),
        ("InstantUpload:Md5Scope", Enum.GetNames<InstantScope>()),
        ("Recover", Enum.GetNames<RecoverMode>()),
    ];

    public StorageOptions Storage { get; init; } = new();

    /// <summary>The address that people use, with the path of the application; empty: what the requests say.</summary>
    public string PublicUrl { get; set; } = "";

    public UploadSettings Uploads { get; init; } = new();

    public InstantUploadSettings InstantUpload { get; init; } = new();

    public TrashSettings Trash { get; init; } = new();

    public ProxySettings Proxy { get; init; } = new();

    public DownloadSettings Downloads { get; init; } = new();

    public CorsSettings Cors { get; init; } = new();

    public LimitSettings Limits { get; init; } = new();

    public AdminSettings Admin { get; init; } = new();

    /// <summary>For one start, where the database and the stored files do not belong together.</summary>
    public RecoverMode? Recover { get; init; }

    /// <param name="environment">Whose content root a relative data folder is relative to.</param>
    /// <exception cref="OptionsValidationException">There is no such setting, or a value is not of its type.</exception>
    public static void Read(UploaderSettings settings, IConfiguration configuration, IHostEnvironment environment)
    {
        if (UnknownSettings.Find(configuration).ToList() is { Count: > 0 } unknown)
        {
            throw new OptionsValidationException(Options.DefaultName, typeof(UploaderSettings), unknown);
        }

        try
        {
            configuration.Bind(settings);
        }
        catch (InvalidOperationException exception)
        {
            throw new OptionsValidationException(Options.DefaultName, typeof(UploaderSettings), [exception.Message]);
        }

        // The binder takes numbers, and several names at once, too.
        var unclear = Choices.Where(choice =>
            configuration[choice.Key] is { Length: > 0 } text && !choice.Names.Contains(text, StringComparer.OrdinalIgnoreCase));
        if (unclear.Select(choice => $"{choice.Key} must be one of {string.Join(", ", choice.Names)}").ToList() is { Count: > 0 } all)
        {
            throw new OptionsValidationException(Options.DefaultName, typeof(UploaderSettings), all);
        }

        if (settings.Storage.Root.Length > 0)
        {
            settings.Storage.Root = Path.GetFullPath(settings.Storage.Root, environment.ContentRootPath);
        }
    }

    public UploadPolicy Policy(PartLimits limits) => new()
    {
        MinChunkSize = limits.MinChunkSize,
        MaxFileSize = Math.Min(Uploads.MaxFileSize, limits.MaxFileSize),
        ChunkSize = Uploads.ChunkSize,
        SessionLifetime = Uploads.SessionLifetime,
        TrashLifetime = Trash.Lifetime,
        InstantScope = InstantUpload.Scope,
        Md5Scope = InstantUpload.Md5Scope,
        MaxOpenUploads = Limits.OpenUploads,
        PromisedShare = Limits.PromisedShare,
        WrongGuesses = Limits.WrongGuesses,
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

public sealed class ProxySettings
{
    /// <summary>Addresses and networks of the proxies whose X-Forwarded headers are believed, with blanks or commas
    /// between; loopback is always one.</summary>
    public string Known { get; set; } = "";

    public IEnumerable<IPNetwork> Networks() =>
        List().Select(text => IPAddress.TryParse(text, out var address)
            ? new IPNetwork(address, address.GetAddressBytes().Length * 8)
            : IPNetwork.Parse(text));

    public bool IsValid() =>
        List().All(text => IPAddress.TryParse(text, out _) || IPNetwork.TryParse(text, out _));

    string[] List() => Known.Split([' ', ','], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}

public sealed class AdminSettings
{
    /// <summary>Makes and prints a new password at this start.</summary>
    public bool ResetPassword { get; set; }
}
