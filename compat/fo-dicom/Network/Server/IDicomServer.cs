using System.Collections.Concurrent;
using System.Text;
using FellowOakDicom.Network.Tls;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace FellowOakDicom.Network;

public interface IDicomServer : IDisposable
{
    string IPAddress { get; }

    int Port { get; }

    bool IsListening { get; }

    /// <summary>Why listening ended, when it ended by itself.</summary>
    Exception Exception { get; }

    DicomServiceOptions Options { get; }

    ILogger Logger { get; set; }

    IServiceScope ServiceScope { get; set; }

    DicomServerRegistration Registration { get; set; }

    /// <summary>Listens; the task ends with the server.</summary>
    Task StartAsync(
        string ipAddress,
        int port,
        ITlsAcceptor tlsAcceptor,
        Encoding fallbackEncoding,
        DicomServiceOptions serviceOptions,
        object userState,
        DicomServerOptions serverOptions);

    void Stop();
}

public interface IDicomServer<TServiceProvider> : IDicomServer
    where TServiceProvider : DicomService, IDicomServiceProvider
{
}

/// <summary>The servers of this process by address and port.</summary>
public interface IDicomServerRegistry
{
    bool IsAvailable(int port, string ipAddress = NetworkManager.IPv4Any);

    DicomServerRegistration Get(int port, string ipAddress = NetworkManager.IPv4Any);

    DicomServerRegistration Register(IDicomServer dicomServer, Task task);

    void Unregister(DicomServerRegistration registration);
}

public sealed class DicomServerRegistration : IDisposable
{
    private readonly IDicomServerRegistry _registry;

    public DicomServerRegistration(IDicomServerRegistry registry, IDicomServer dicomServer, Task task)
    {
        _registry = registry;
        DicomServer = dicomServer;
        Task = task;
    }

    public IDicomServer DicomServer { get; }

    public Task Task { get; }

    public void Dispose() => _registry.Unregister(this);
}

public class DefaultDicomServerRegistry : IDicomServerRegistry
{
    private readonly ConcurrentDictionary<(int Port, string Address), DicomServerRegistration> _servers = new();

    public bool IsAvailable(int port, string ipAddress = NetworkManager.IPv4Any) => !_servers.ContainsKey((port, ipAddress));

    public DicomServerRegistration Get(int port, string ipAddress = NetworkManager.IPv4Any) => _servers.GetValueOrDefault((port, ipAddress));

    public DicomServerRegistration Register(IDicomServer dicomServer, Task task)
    {
        var registration = new DicomServerRegistration(this, dicomServer, task);
        if (_servers.TryAdd((dicomServer.Port, dicomServer.IPAddress), registration)) return registration;
        throw new DicomNetworkException(
            $"This process already serves {dicomServer.IPAddress}:{dicomServer.Port}");
    }

    public void Unregister(DicomServerRegistration registration) =>
        _servers.TryRemove(new((registration.DicomServer.Port, registration.DicomServer.IPAddress), registration));
}

public static class DicomServerRegistry
{
    private static IDicomServerRegistry Current => Setup.ServiceProvider.GetRequiredService<IDicomServerRegistry>();

    public static bool IsAvailable(int port, string ipAddress = NetworkManager.IPv4Any) => Current.IsAvailable(port, ipAddress);

    public static DicomServerRegistration Get(int port, string ipAddress = NetworkManager.IPv4Any) => Current.Get(port, ipAddress);

    public static DicomServerRegistration Register(IDicomServer dicomServer, Task task) => Current.Register(dicomServer, task);

    public static void Unregister(DicomServerRegistration registration) => Current.Unregister(registration);
}
