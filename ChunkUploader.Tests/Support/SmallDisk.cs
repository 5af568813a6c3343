using System.Reflection;
using ChunkUploader.Domain.Catalog;
using ChunkUploader.Domain.Chunks;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace ChunkUploader.Tests.Support;

/// <summary>The store on a disk that has as much room as the test says.</summary>
public class SmallDisk : DispatchProxy
{
    IPartStore _store = null!;

    public long FreeBytes { get; set; }

    public static void Register(IServiceCollection services, long freeBytes)
    {
        var real = services.Single(service => service.ServiceType == typeof(IPartStore));
        services.AddSingleton(provider =>
        {
            var disk = (SmallDisk)(object)Create<IPartStore, SmallDisk>();
            (disk._store, disk.FreeBytes) = ((IPartStore)real.ImplementationFactory!(provider), freeBytes);
            return disk;
        });
        services.Replace(ServiceDescriptor.Singleton(provider => (IPartStore)(object)provider.GetRequiredService<SmallDisk>()));
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
        targetMethod!.Name == $"get_{nameof(FreeBytes)}"
            ? FreeBytes
            : targetMethod.Invoke(_store, BindingFlags.DoNotWrapExceptions, null, args, null);
}
