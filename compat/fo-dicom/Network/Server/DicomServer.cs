using System.Collections.Concurrent;
using System.Text;
using FellowOakDicom.Network.Tls;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace FellowOakDicom.Network;

/// <summary>Listens on a port and serves each connection with an instance of <typeparamref name="T"/>.</summary>
public class DicomServer<T> : IDicomServer<T>
    where T : DicomService, IDicomServiceProvider
{
    private readonly INetworkManager _networkManager;
    private readonly ILoggerFactory _loggerFactory;
    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentDictionary<T, Task> _services = new();
    private ObjectFactory<T> _factory;
    private SemaphoreSlim _clients;
    private ITlsAcceptor _tlsAcceptor;
    private Encoding _fallbackEncoding;
    private object _userState;
    private int _started;
    private int _disposed;

    public DicomServer(DicomServerDependencies dependencies)
    {
        _networkManager = dependencies.NetworkManager;
        _loggerFactory = dependencies.LoggerFactory;
    }

    public virtual string IPAddress { get; protected set; }

    public virtual int Port { get; protected set; }

    public bool IsListening { get; protected set; }

    public Exception Exception { get; protected set; }

    public DicomServiceOptions Options { get; private set; }

    public ILogger Logger
    {
        get => field ??= _loggerFactory.CreateLogger(Log.LogCategories.Network);
        set;
    }

    public IServiceScope ServiceScope { get; set; }

    public DicomServerRegistration Registration { get; set; }

    public virtual Task StartAsync(
        string ipAddress,
        int port,
        ITlsAcceptor tlsAcceptor,
        Encoding fallbackEncoding,
        DicomServiceOptions serviceOptions,
        object userState,
        DicomServerOptions serverOptions)
    {
        if (Interlocked.Exchange(ref _started, 1) != 0)
            throw new DicomNetworkException("A server starts once");

        IPAddress = string.IsNullOrWhiteSpace(ipAddress) ? NetworkManager.IPv4Any : ipAddress;
        Port = port;
        Options = serviceOptions;
        _userState = userState;
        _tlsAcceptor = tlsAcceptor;
        _fallbackEncoding = fallbackEncoding;
        if (serverOptions.MaxClientsAllowed > 0) _clients = new SemaphoreSlim(serverOptions.MaxClientsAllowed);
        return ListenAsync();
    }

    public virtual void Stop()
    {
        if (Volatile.Read(ref _disposed) == 0) _stopping.Cancel();
    }

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
        if (!disposing) return;

        Stop();
        if (Interlocked.Exchange(ref _disposed, 1) != 0) return;

        Registration?.Dispose();
        foreach (var service in _services.Keys) service.Dispose();
        ServiceScope?.Dispose();
        _stopping.Dispose();
    }

    protected virtual T CreateScp(INetworkStream stream)
    {
        _factory ??= ActivatorUtilities.CreateFactory<T>([typeof(INetworkStream), typeof(Encoding), typeof(ILogger)]);
        var service = _factory(ServiceScope.ServiceProvider, [stream, _fallbackEncoding, Logger]);
        service.UserState = _userState;
        return service;
    }

    private async Task ListenAsync()
    {
        var stopping = _stopping.Token;
        INetworkListener listener = null;
        try
        {
            listener = _networkManager.CreateNetworkListener(IPAddress, Port);
            await listener.StartAsync().ConfigureAwait(false);
            IsListening = true;
            while (!stopping.IsCancellationRequested)
            {
                if (_clients is not null) await _clients.WaitAsync(stopping).ConfigureAwait(false);
                var stream = await listener
                    .AcceptNetworkStreamAsync(_tlsAcceptor, Options.TcpNoDelay, Options.TcpReceiveBufferSize, Options.TcpSendBufferSize, Logger, stopping)
                    .ConfigureAwait(false);
                if (stream is not null) Serve(stream);
                else _clients?.Release();
            }
        }
        catch (OperationCanceledException)
        {
            Logger.LogDebug("DICOM server on port {Port} stopped", Port);
        }
        catch (Exception exception)
        {
            Logger.LogError(exception, "DICOM server on port {Port} cannot listen", Port);
            Exception = exception;
        }
        finally
        {
            listener?.Stop();
            IsListening = false;
        }
    }

    private void Serve(INetworkStream stream)
    {
        T service;
        try
        {
            service = CreateScp(stream);
            service.Options = Options;
        }
        catch (Exception exception)
        {
            // One connection that cannot be served must not end the server.
            Logger.LogError(exception, "No service could be made for a connection");
            stream.Dispose();
            _clients?.Release();
            return;
        }

        var running = service.RunAsync();
        _services[service] = running;
        _ = running.ContinueWith(
            _ =>
            {
                _services.TryRemove(service, out var _);
                service.Dispose();
                _clients?.Release();
            },
            CancellationToken.None,
            TaskContinuationOptions.None,
            TaskScheduler.Default);
    }
}
