using FellowOakDicom.Network.Tls;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace FellowOakDicom.Network.Client;

public interface IDicomClientFactory
{
    IDicomClient Create(string host, int port, bool useTls, string callingAe, string calledAe);

    IDicomClient Create(string host, int port, ITlsInitiator tlsInitiator, string callingAe, string calledAe);
}

public static class DicomClientFactory
{
    private static IDicomClientFactory Current => Setup.ServiceProvider.GetRequiredService<IDicomClientFactory>();

    public static IDicomClient Create(string host, int port, bool useTls, string callingAe, string calledAe) =>
        Current.Create(host, port, useTls, callingAe, calledAe);

    public static IDicomClient Create(string host, int port, ITlsInitiator tlsInitiator, string callingAe, string calledAe) =>
        Current.Create(host, port, tlsInitiator, callingAe, calledAe);
}

public class DefaultDicomClientFactory : IDicomClientFactory
{
    private readonly IOptions<DicomClientOptions> _clientOptions;
    private readonly IOptions<DicomServiceOptions> _serviceOptions;
    private readonly DicomServiceDependencies _dependencies;
    private readonly IServiceProvider _services;

    public DefaultDicomClientFactory(
        IOptions<DicomClientOptions> defaultClientOptions,
        IOptions<DicomServiceOptions> defaultServiceOptions,
        DicomServiceDependencies dependencies,
        IServiceProvider serviceProvider)
    {
        _clientOptions = defaultClientOptions;
        _serviceOptions = defaultServiceOptions;
        _dependencies = dependencies;
        _services = serviceProvider;
    }

    public virtual IDicomClient Create(string host, int port, bool useTls, string callingAe, string calledAe) =>
        Create(host, port, useTls ? _services.GetService<ITlsInitiator>() ?? new DefaultTlsInitiator() : null, callingAe, calledAe);

    /// <exception cref="ArgumentException">An AE title longer than 16 characters.</exception>
    public virtual IDicomClient Create(string host, int port, ITlsInitiator tlsInitiator, string callingAe, string calledAe)
    {
        ArgumentNullException.ThrowIfNull(host);
        if (callingAe?.Length > DicomVR.AE.MaximumLength) throw new ArgumentException("The calling AE title is longer than 16 characters");
        if (calledAe?.Length > DicomVR.AE.MaximumLength) throw new ArgumentException("The called AE title is longer than 16 characters");

        return new DicomClient(
            host, port, tlsInitiator, callingAe, calledAe, _clientOptions.Value.Clone(), _serviceOptions.Value.Clone(), _dependencies);
    }
}
