using Microsoft.Extensions.Logging;

namespace Regional.Edge.Dicom;

/// <summary>
/// The guard between the socket and the parser. A broken bound is answered with A-ABORT (PS3.8 §9.3.8) and the end of the stream; a caller
/// that does not associate in time, or falls silent, is closed.
/// </summary>
internal sealed class GuardedStream : Stream
{
    // A-ABORT from the service provider: unexpected PDU (2), invalid PDU parameter value (6), unrecognised PDU (1).
    private const byte UnrecognisedPdu = 1;
    private const byte UnexpectedPdu = 2;
    private const byte InvalidParameter = 6;

    private readonly Stream _socket;
    private readonly PduGuard _guard;
    private readonly GuardOptions _options;
    private readonly ILogger _logger;
    private readonly string _remote;
    private readonly ITimer _timer;
    private readonly Action _closed;
    private int _disposed;

    public GuardedStream(Stream socket, GuardOptions options, string remote, TimeProvider time, ILogger logger, Action closed)
    {
        (_socket, _options, _remote, _logger, _closed) = (socket, options, remote, logger, closed);
        _guard = new PduGuard(options);
        _timer = time.CreateTimer(static self => ((GuardedStream)self!).Expire(), this, options.AssociateWithin, Timeout.InfiniteTimeSpan);
    }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await _socket.ReadAsync(buffer, cancellationToken);
        return await Check(buffer[..read], cancellationToken) ? read : 0;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count)
    {
        var read = _socket.Read(buffer, offset, count);
        return Passes(buffer.AsSpan(offset, read)) is PduFault.None ? read : 0;
    }

    /// <summary>A peer that takes what it asked for is not silent.</summary>
    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        await _socket.WriteAsync(buffer, cancellationToken);
        if (_guard.Associated)
            _timer.Change(_options.Idle, Timeout.InfiniteTimeSpan);
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Write(byte[] buffer, int offset, int count) => _socket.Write(buffer, offset, count);

    public override void Flush() => _socket.Flush();

    public override Task FlushAsync(CancellationToken cancellationToken) => _socket.FlushAsync(cancellationToken);

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing && Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            _timer.Dispose();
            _socket.Dispose();
            _closed();
        }

        base.Dispose(disposing);
    }

    private async ValueTask<bool> Check(Memory<byte> bytes, CancellationToken cancellation)
    {
        var fault = Passes(bytes.Span);
        if (fault is PduFault.None)
            return true;
        var reason = fault switch
        {
            PduFault.NotDicom => UnexpectedPdu,
            PduFault.UnknownType => UnrecognisedPdu,
            _ => InvalidParameter,
        };
        await _socket.WriteAsync(new byte[] { 7, 0, 0, 0, 0, 4, 0, 0, 2, reason }, cancellation);
        return false;
    }

    private PduFault Passes(ReadOnlySpan<byte> bytes)
    {
        var fault = _guard.Pass(bytes);
        if (fault is not PduFault.None)
            DicomLog.GuardRefused(_logger, _remote, fault);
        else if (_guard.Associated)
            _timer.Change(_options.Idle, Timeout.InfiniteTimeSpan);
        return fault;
    }

    private void Expire()
    {
        DicomLog.GuardExpired(_logger, _remote, _guard.Associated);
        Dispose();
    }
}
