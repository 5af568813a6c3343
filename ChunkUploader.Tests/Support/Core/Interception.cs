using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace ChunkUploader.Tests.Support.Core;

/// <summary>
/// The real part behind a port, and what happens just before a call of it: a crash, or what somebody else does.
/// </summary>
public class Interception<TPort> : DispatchProxy
    where TPort : class
{
    TPort _real = null!;
    Action<string> _before = null!;

    /// <param name="before">Is told the name of the method.</param>
    public static void Register(IServiceCollection services, Action<string> before)
    {
        var real = services.Single(service => service.ServiceType == typeof(TPort));
        services.Replace(ServiceDescriptor.Singleton(provider =>
        {
            var port = Create<TPort, Interception<TPort>>();
            var interception = (Interception<TPort>)(object)port;
            interception._before = before;
            interception._real = (TPort)(real.ImplementationFactory?.Invoke(provider)
                ?? ActivatorUtilities.CreateInstance(provider, real.ImplementationType!));
            return port;
        }));
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        _before(targetMethod!.Name);
        return targetMethod.Invoke(_real, BindingFlags.DoNotWrapExceptions, null, args, null);
    }
}
