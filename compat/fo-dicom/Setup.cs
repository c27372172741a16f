using FellowOakDicom.IO;
using FellowOakDicom.Imaging.Codec;
using FellowOakDicom.Memory;
using FellowOakDicom.Network;
using FellowOakDicom.Network.Client;
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

public static class IServiceCollectionExtension
{
    public static IServiceCollection AddFellowOakDicom(this IServiceCollection services)
    {
        services.TryAddSingleton<IFileReferenceFactory, FileReferenceFactory>();
        services.TryAddSingleton<IMemoryProvider, ArrayPoolMemoryProvider>();
        return services.AddLogging()
            .AddTranscoderManager<DefaultTranscoderManager>()
            .AddNetworkManager<DesktopNetworkManager>()
            .AddDicomClient()
            .AddDicomServer();
    }

    public static IServiceCollection AddDicomClient(this IServiceCollection services, Action<DicomClientOptions> options = null)
    {
        services.TryAddSingleton<DicomServiceDependencies>();
        services.TryAddSingleton<IDicomClientFactory, DefaultDicomClientFactory>();
        services.AddOptions<DicomClientOptions>();
        services.AddOptions<DicomServiceOptions>();
        if (options is not null) services.Configure(options);
        return services;
    }

    public static IServiceCollection AddDicomServer(this IServiceCollection services, Action<DicomServerOptions> options = null)
    {
        services.TryAddSingleton<DicomServiceDependencies>();
        services.TryAddSingleton<DicomServerDependencies>();
        services.TryAddSingleton<IDicomServerRegistry, DefaultDicomServerRegistry>();
        services.TryAddSingleton<IDicomServerFactory, DefaultDicomServerFactory>();
        services.AddOptions<DicomServerOptions>();
        services.AddOptions<DicomServiceOptions>();
        if (options is not null) services.Configure(options);
        return services;
    }

    public static IServiceCollection AddTranscoderManager<TTranscoderManager>(this IServiceCollection services)
        where TTranscoderManager : class, ITranscoderManager =>
        services.Replace(ServiceDescriptor.Singleton<ITranscoderManager, TTranscoderManager>());

    /// <summary>Puts a network manager of one's own between sockets and services; the last one registered counts.</summary>
    public static IServiceCollection AddNetworkManager<TNetworkManager>(this IServiceCollection services)
        where TNetworkManager : class, INetworkManager =>
        services.Replace(ServiceDescriptor.Singleton<INetworkManager, TNetworkManager>());
}
