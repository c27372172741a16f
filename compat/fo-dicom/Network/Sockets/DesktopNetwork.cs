using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using FellowOakDicom.Network.Tls;
using Microsoft.Extensions.Logging;

namespace FellowOakDicom.Network;

/// <summary>Plain TCP, TLS on top when asked.</summary>
public class DesktopNetworkManager : NetworkManager
{
    public static readonly NetworkManager Instance = new DesktopNetworkManager();

    protected internal override string MachineNameImpl => Environment.MachineName;

    protected internal override INetworkListener CreateNetworkListenerImpl(string ipAddress, int port) => new DesktopNetworkListener(ipAddress, port);

    protected internal override INetworkStream CreateNetworkStreamImpl(NetworkStreamCreationOptions options) => new DesktopNetworkStream(options);

    protected internal override bool IsSocketExceptionImpl(Exception exception, out int errorCode, out string errorDescriptor)
    {
        var socket = exception as SocketException;
        errorCode = socket is null ? -1 : (int)socket.SocketErrorCode;
        errorDescriptor = socket?.SocketErrorCode.ToString();
        return socket is not null;
    }

    /// <summary>A UID of this machine: its first hardware address under the implementation class UID.</summary>
    protected internal override bool TryGetNetworkIdentifierImpl(out DicomUID identifier)
    {
        foreach (var adapter in NetworkInterface.GetAllNetworkInterfaces())
        {
            if (adapter.NetworkInterfaceType == NetworkInterfaceType.Loopback || adapter.OperationalStatus != OperationalStatus.Up) continue;
            if (!long.TryParse(adapter.GetPhysicalAddress().ToString(), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var address)) continue;
            identifier = DicomUID.Append(DicomImplementation.ClassUID, address);
            return true;
        }

        identifier = null;
        return false;
    }
}

public class DesktopNetworkListener : INetworkListener
{
    private readonly TcpListener _listener;

    internal DesktopNetworkListener(string ipAddress, int port) =>
        _listener = new TcpListener(IPAddress.TryParse(ipAddress, out var address) ? address : IPAddress.Any, port);

    public Task StartAsync()
    {
        _listener.Start();
        return Task.CompletedTask;
    }

    public void Stop() => _listener.Stop();

    public async Task<INetworkStream> AcceptNetworkStreamAsync(
        ITlsAcceptor tlsAcceptor, bool noDelay, int? receiveBufferSize, int? sendBufferSize, ILogger logger, CancellationToken token)
    {
        TcpClient client = null;
        try
        {
            client = await _listener.AcceptTcpClientAsync(token).ConfigureAwait(false);
            client.NoDelay = noDelay;
            if (receiveBufferSize is { } receive) client.ReceiveBufferSize = receive;
            if (sendBufferSize is { } send) client.SendBufferSize = send;

            // As in the original the acceptor is called here: one that waits for its peer holds up whoever comes next.
            return new DesktopNetworkStream(client, tlsAcceptor);
        }
        catch (OperationCanceledException)
        {
            return null;
        }
        catch (Exception exception) when (exception is SocketException or InvalidOperationException)
        {
            // A peer that left before it was accepted; or the listener is stopped, which the caller's token tells.
            logger.LogDebug(exception, "No connection accepted");
            client?.Dispose();
            return null;
        }
        catch (Exception exception)
        {
            logger.LogError(exception, "A connection could not be secured");
            client?.Dispose();
            return null;
        }
    }
}

public sealed class DesktopNetworkStream : INetworkStream
{
    private readonly TcpClient _client;
    private readonly Stream _stream;

    internal DesktopNetworkStream(NetworkStreamCreationOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        RemoteHost = options.Host;
        RemotePort = options.Port;
        _client = new TcpClient { NoDelay = options.NoDelay };
        try
        {
            if (options.ReceiveBufferSize is { } receive) _client.ReceiveBufferSize = receive;
            if (options.SendBufferSize is { } send) _client.SendBufferSize = send;
            _client.Connect(options.Host, options.Port);
            Stream stream = _client.GetStream();
            if (options.TlsInitiator is not null) stream = options.TlsInitiator.InitiateTls(stream, RemoteHost, RemotePort);
            _stream = stream;
        }
        catch (SocketException exception)
        {
            // The original waits for a task here, so callers see its failure wrapped.
            _client.Dispose();
            throw new AggregateException(exception);
        }
        catch (Exception)
        {
            _client.Dispose();
            throw;
        }

        var local = (IPEndPoint)_client.Client.LocalEndPoint;
        LocalHost = local.Address.ToString();
        LocalPort = local.Port;
    }

    internal DesktopNetworkStream(TcpClient client, ITlsAcceptor tlsAcceptor)
    {
        var local = (IPEndPoint)client.Client.LocalEndPoint;
        var remote = (IPEndPoint)client.Client.RemoteEndPoint;
        (LocalHost, LocalPort) = (local.Address.ToString(), local.Port);
        (RemoteHost, RemotePort) = (remote.Address.ToString(), remote.Port);
        _client = client;
        _stream = tlsAcceptor is null ? client.GetStream() : tlsAcceptor.AcceptTls(client.GetStream(), RemoteHost, LocalPort);
    }

    public string RemoteHost { get; }

    public string LocalHost { get; }

    public int RemotePort { get; }

    public int LocalPort { get; }

    public Stream AsStream() => _stream;

    public void Dispose() => _client.Dispose();
}
