using FellowOakDicom.IO;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace FellowOakDicom;

public interface IServiceProviderHost
{
    IServiceProvider GetServiceProvider();
}

public class DefaultServiceProviderHost : IServiceProviderHost
{
    private readonly IServiceProvider _provider;

    public DefaultServiceProviderHost(IServiceProvider serviceProvider) => _provider = serviceProvider;

    public IServiceProvider GetServiceProvider() => _provider;
}

/// <summary>Sets the services of the library for the whole process.</summary>
public class DicomSetupBuilder
{
    private readonly ServiceCollection _services = new();

    public DicomSetupBuilder() => _services.AddFellowOakDicom();

    public static void UseServiceProvider(IServiceProvider provider) => Setup.SetupDI(new DefaultServiceProviderHost(provider));

    public static void UseServiceProvider(IServiceProviderHost provider) => Setup.SetupDI(provider);

    public void Build() => UseServiceProvider(_services.BuildServiceProvider());

    public DicomSetupBuilder RegisterServices(Action<IServiceCollection> registerAction)
    {
        registerAction?.Invoke(_services);
        return this;
    }
}

internal static class Setup
{
    private static readonly Lazy<IServiceProviderHost> Fallback = new(() =>
    {
        var services = new ServiceCollection();
        services.AddFellowOakDicom();
        return new DefaultServiceProviderHost(services.BuildServiceProvider());
    });

    private static IServiceProviderHost _host;

    public static IServiceProvider ServiceProvider => (Volatile.Read(ref _host) ?? Fallback.Value).GetServiceProvider();

    public static void SetupDI(IServiceProviderHost host) => Volatile.Write(ref _host, host);
}

public static partial class IServiceCollectionExtension
{
    public static IServiceCollection AddFellowOakDicom(this IServiceCollection services)
    {
        services.TryAddSingleton<IFileReferenceFactory, FileReferenceFactory>();
        services.AddLogging();
        AddNetworking(services);
        return services;
    }

    static partial void AddNetworking(IServiceCollection services);
}
