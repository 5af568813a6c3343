using ChunkUploader.Domain.Hashing;
using ChunkUploader.Infrastructure.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace ChunkUploader.Tests.Support;

/// <summary>The background hasher, which can be held up: as if the MD5 were far behind.</summary>
public sealed class HeldHasher(BackgroundHasher real) : IBackgroundHasher
{
    readonly Lock _lock = new();
    readonly List<ResumableHasher> _held = [];
    bool _isHeld;

    public static void Register(IServiceCollection services)
    {
        services.AddSingleton<BackgroundHasher>();
        services.AddSingleton<HeldHasher>();
        services.Replace(ServiceDescriptor.Singleton<IBackgroundHasher>(
            provider => provider.GetRequiredService<HeldHasher>()));
    }

    public void Follow(ResumableHasher digest)
    {
        lock (_lock)
        {
            if (_isHeld)
            {
                _held.Add(digest);
                return;
            }
        }

        real.Follow(digest);
    }

    public void Hold()
    {
        lock (_lock)
        {
            _isHeld = true;
        }
    }

    public void Release()
    {
        lock (_lock)
        {
            _isHeld = false;
            _held.ForEach(real.Follow);
            _held.Clear();
        }
    }
}
