using FellowOakDicom.Network.Tls;
using Microsoft.Extensions.Logging;

namespace FellowOakDicom.Network;

/// <summary>Makes listeners and connections; replaceable through AddNetworkManager.</summary>
public interface INetworkManager
{
    string MachineName { get; }

    INetworkListener CreateNetworkListener(string ipAddress, int port);

    INetworkStream CreateNetworkStream(NetworkStreamCreationOptions options);

    bool IsSocketException(Exception exception, out int errorCode, out string errorDescriptor);

    bool TryGetNetworkIdentifier(out DicomUID identifier);
}

public interface INetworkListener
{
    Task StartAsync();

    void Stop();

    /// <summary>The next connection, or null when there is none to be had (any more).</summary>
    Task<INetworkStream> AcceptNetworkStreamAsync(
        ITlsAcceptor tlsAcceptor, bool noDelay, int? receiveBufferSize, int? sendBufferSize, ILogger logger, CancellationToken token);
}

/// <summary>A connection: its ends and its bytes.</summary>
public interface INetworkStream : IDisposable
{
    string RemoteHost { get; }

    string LocalHost { get; }

    int RemotePort { get; }

    int LocalPort { get; }

    Stream AsStream();
}

public class NetworkStreamCreationOptions
{
    public string Host { get; set; }

    public int Port { get; set; }

    public ITlsInitiator TlsInitiator { get; set; }

    public bool NoDelay { get; set; }

    public TimeSpan Timeout { get; set; }

    public int? ReceiveBufferSize { get; set; }

    public int? SendBufferSize { get; set; }
}

public abstract class NetworkManager : INetworkManager
{
    public const string IPv4Any = "0.0.0.0";
    public const string IPv6Any = "::";
    public const string IPv4Loopback = "127.0.0.1";
    public const string IPv6Loopback = "::1";

    string INetworkManager.MachineName => MachineNameImpl;

    protected internal abstract string MachineNameImpl { get; }

    INetworkListener INetworkManager.CreateNetworkListener(string ipAddress, int port) => CreateNetworkListenerImpl(ipAddress, port);

    INetworkStream INetworkManager.CreateNetworkStream(NetworkStreamCreationOptions options) => CreateNetworkStreamImpl(options);

    bool INetworkManager.IsSocketException(Exception exception, out int errorCode, out string errorDescriptor) =>
        IsSocketExceptionImpl(exception, out errorCode, out errorDescriptor);

    bool INetworkManager.TryGetNetworkIdentifier(out DicomUID identifier) => TryGetNetworkIdentifierImpl(out identifier);

    protected internal abstract INetworkListener CreateNetworkListenerImpl(string ipAddress, int port);

    protected internal abstract INetworkStream CreateNetworkStreamImpl(NetworkStreamCreationOptions networkStreamCreationOptions);

    protected internal abstract bool IsSocketExceptionImpl(Exception exception, out int errorCode, out string errorDescriptor);

    protected internal abstract bool TryGetNetworkIdentifierImpl(out DicomUID identifier);
}
