using System.Text;
using FellowOakDicom.Network.Tls;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace FellowOakDicom.Network;

public interface IDicomServerFactory
{
    IDicomServer Create<T>(
        int port,
        ITlsAcceptor tlsAcceptor = null,
        Encoding fallbackEncoding = null,
        ILogger logger = null,
        object userState = null,
        Action<DicomServerOptions> configure = null)
        where T : DicomService, IDicomServiceProvider;

    IDicomServer Create<T>(
        string ipAddress,
        int port,
        ITlsAcceptor tlsAcceptor = null,
        Encoding fallbackEncoding = null,
        ILogger logger = null,
        object userState = null,
        Action<DicomServerOptions> configure = null)
        where T : DicomService, IDicomServiceProvider;

    IDicomServer Create<T, TServer>(
        string ipAddress,
        int port,
        object userState = null,
        ITlsAcceptor tlsAcceptor = null,
        Encoding fallbackEncoding = null,
        ILogger logger = null,
        Action<DicomServerOptions> configure = null)
        where T : DicomService, IDicomServiceProvider
        where TServer : IDicomServer<T>;
}

public static class DicomServerFactory
{
    private static IDicomServerFactory Current => Setup.ServiceProvider.GetRequiredService<IDicomServerFactory>();

    public static IDicomServer Create<T>(
        int port,
        ITlsAcceptor tlsAcceptor = null,
        Encoding fallbackEncoding = null,
        ILogger logger = null,
        object userState = null,
        Action<DicomServerOptions> configure = null)
        where T : DicomService, IDicomServiceProvider => Current.Create<T>(port, tlsAcceptor, fallbackEncoding, logger, userState, configure);

    public static IDicomServer Create<T>(
        string ipAddress,
        int port,
        ITlsAcceptor tlsAcceptor = null,
        Encoding fallbackEncoding = null,
        ILogger logger = null,
        object userState = null,
        Action<DicomServerOptions> configure = null)
        where T : DicomService, IDicomServiceProvider =>
        Current.Create<T>(ipAddress, port, tlsAcceptor, fallbackEncoding, logger, userState, configure);

    public static IDicomServer Create<T, TServer>(
        string ipAddress,
        int port,
        object userState = null,
        ITlsAcceptor tlsAcceptor = null,
        Encoding fallbackEncoding = null,
        ILogger logger = null,
        Action<DicomServerOptions> configure = null)
        where T : DicomService, IDicomServiceProvider
        where TServer : IDicomServer<T> =>
        Current.Create<T, TServer>(ipAddress, port, userState, tlsAcceptor, fallbackEncoding, logger, configure);
}

/// <summary>Makes servers that listen when the call returns.</summary>
public class DefaultDicomServerFactory : IDicomServerFactory
{
    private readonly IServiceScopeFactory _scopes;
    private readonly IDicomServerRegistry _registry;
    private readonly IOptions<DicomServiceOptions> _serviceOptions;
    private readonly IOptions<DicomServerOptions> _serverOptions;

    public DefaultDicomServerFactory(
        IServiceScopeFactory serviceScopeFactory,
        IDicomServerRegistry dicomServerRegistry,
        IOptions<DicomServiceOptions> defaultServiceOptions,
        IOptions<DicomServerOptions> defaultServerOptions)
    {
        _scopes = serviceScopeFactory;
        _registry = dicomServerRegistry;
        _serviceOptions = defaultServiceOptions;
        _serverOptions = defaultServerOptions;
    }

    public IDicomServer Create<T>(
        int port,
        ITlsAcceptor tlsAcceptor = null,
        Encoding fallbackEncoding = null,
        ILogger logger = null,
        object userState = null,
        Action<DicomServerOptions> configure = null)
        where T : DicomService, IDicomServiceProvider =>
        Create<T, DicomServer<T>>(NetworkManager.IPv4Any, port, userState, tlsAcceptor, fallbackEncoding, logger, configure);

    public IDicomServer Create<T>(
        string ipAddress,
        int port,
        ITlsAcceptor tlsAcceptor = null,
        Encoding fallbackEncoding = null,
        ILogger logger = null,
        object userState = null,
        Action<DicomServerOptions> configure = null)
        where T : DicomService, IDicomServiceProvider =>
        Create<T, DicomServer<T>>(ipAddress, port, userState, tlsAcceptor, fallbackEncoding, logger, configure);

    /// <exception cref="DicomNetworkException">The port is taken, or listening failed.</exception>
    public virtual IDicomServer Create<TServiceProvider, TServer>(
        string ipAddress,
        int port,
        object userState = null,
        ITlsAcceptor tlsAcceptor = null,
        Encoding fallbackEncoding = null,
        ILogger logger = null,
        Action<DicomServerOptions> configure = null)
        where TServiceProvider : DicomService, IDicomServiceProvider
        where TServer : IDicomServer<TServiceProvider>
    {
        if (!_registry.IsAvailable(port, ipAddress)) throw new DicomNetworkException($"This process already serves {ipAddress}:{port}");

        var scope = _scopes.CreateScope();
        var server = ActivatorUtilities.CreateInstance<TServer>(scope.ServiceProvider);
        if (logger is not null) server.Logger = logger;
        server.ServiceScope = scope;

        var serverOptions = _serverOptions.Value.Clone();
        configure?.Invoke(serverOptions);
        var acceptor = tlsAcceptor ?? scope.ServiceProvider.GetService<ITlsAcceptor>();
        var running = server.StartAsync(ipAddress, port, acceptor, fallbackEncoding, _serviceOptions.Value.Clone(), userState, serverOptions);
        if (server.Exception is { } failure)
        {
            server.Dispose();
            throw new DicomNetworkException("The server cannot listen", failure);
        }

        server.Registration = _registry.Register(server, running);
        return server;
    }
}
