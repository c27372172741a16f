using FellowOakDicom;
using FellowOakDicom.Network;
using FellowOakDicom.Network.Tls;
using Microsoft.Extensions.Logging;

namespace Regional.Edge.Dicom;

/// <summary>Puts the guard between every accepted socket and the protocol's parser, and bounds how many there are.</summary>
internal sealed class GuardedNetworkManager(INetworkManager inner, GuardOptions options, TimeProvider time, ILogger<GuardedNetworkManager> logger) : INetworkManager
{
    private int _open;

    public string MachineName => inner.MachineName;

    /// <summary>Connections at this moment.</summary>
    public int Open => Volatile.Read(ref _open);

    public INetworkListener CreateNetworkListener(string ipAddress, int port) => new Listener(inner.CreateNetworkListener(ipAddress, port), this);

    public INetworkStream CreateNetworkStream(NetworkStreamCreationOptions options) => inner.CreateNetworkStream(options);

    public bool IsSocketException(Exception exception, out int errorCode, out string errorDescriptor) =>
        inner.IsSocketException(exception, out errorCode, out errorDescriptor);

    public bool TryGetNetworkIdentifier(out DicomUID identifier) => inner.TryGetNetworkIdentifier(out identifier);

    private sealed class Listener(INetworkListener inner, GuardedNetworkManager manager) : INetworkListener
    {
        public Task StartAsync() => inner.StartAsync();

        public void Stop() => inner.Stop();

        public async Task<INetworkStream> AcceptNetworkStreamAsync(
            ITlsAcceptor? tlsAcceptor, bool noDelay, int? receiveBufferSize, int? sendBufferSize, ILogger logger, CancellationToken token)
        {
            while (true)
            {
                var stream = await inner.AcceptNetworkStreamAsync(tlsAcceptor, noDelay, receiveBufferSize, sendBufferSize, logger, token);
                if (stream is null)
                    return stream!;
                if (Interlocked.Increment(ref manager._open) <= manager.Options.MaxConnections)
                    return new GuardedNetworkStream(stream, manager);
                Interlocked.Decrement(ref manager._open);
                DicomLog.TooManyConnections(manager.Logger, manager.Options.MaxConnections);
                stream.Dispose();
            }
        }
    }

    private GuardOptions Options => options;

    private ILogger Logger => logger;

    private sealed class GuardedNetworkStream : ICancellableStream
    {
        private readonly INetworkStream _inner;
        private readonly CancelListener _guarded;

        public GuardedNetworkStream(INetworkStream inner, GuardedNetworkManager manager)
        {
            _inner = inner;
            _guarded = new CancelListener(new GuardedStream(
                inner.AsStream(), manager.Options, $"{inner.RemoteHost}:{inner.RemotePort}", manager.Time, manager.Logger, () => Interlocked.Decrement(ref manager._open)));
        }

        public event Action<ushort>? Cancelled
        {
            add => _guarded.Cancelled += value;
            remove => _guarded.Cancelled -= value;
        }

        public string RemoteHost => _inner.RemoteHost;

        public string LocalHost => _inner.LocalHost;

        public int RemotePort => _inner.RemotePort;

        public int LocalPort => _inner.LocalPort;

        public Stream AsStream() => _guarded;

        public void Dispose()
        {
            _guarded.Dispose();
            _inner.Dispose();
        }
    }

    private TimeProvider Time => time;
}

/// <summary>A connection that says when its peer wants an operation cancelled.</summary>
internal interface ICancellableStream : INetworkStream
{
    /// <inheritdoc cref="CancelListener.Cancelled"/>
    event Action<ushort>? Cancelled;
}
