using Microsoft.Extensions.Logging;

namespace Regional.Edge.Dicom;

/// <summary>
/// The guard between the socket and the parser. A broken bound is answered with A-ABORT (PS3.8 §9.3.8) and the end of the stream; a caller
/// that does not associate in time, or falls silent, is closed.
/// </summary>
internal sealed class GuardedStream : LayeredStream
{
    // A-ABORT from the service provider: unexpected PDU (2), invalid PDU parameter value (6), unrecognised PDU (1).
    private const byte UnrecognisedPdu = 1;
    private const byte UnexpectedPdu = 2;
    private const byte InvalidParameter = 6;

    private readonly PduGuard _guard;
    private readonly GuardOptions _options;
    private readonly ILogger _logger;
    private readonly string _remote;
    private readonly ITimer _timer;
    private readonly Action _closed;
    private readonly TimeProvider _time;
    private long _lastHeard;
    private int _disposed;

    public GuardedStream(Stream socket, GuardOptions options, string remote, TimeProvider time, ILogger logger, Action closed)
        : base(socket)
    {
        (_options, _remote, _logger, _closed, _time) = (options, remote, logger, closed, time);
        _guard = new PduGuard(options);
        _timer = time.CreateTimer(static self => ((GuardedStream)self!).Expire(), this, options.AssociateWithin, Timeout.InfiniteTimeSpan);
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await Below.ReadAsync(buffer, cancellationToken);
        return await Check(buffer[..read], cancellationToken) ? read : 0;
    }

    /// <summary>A peer that takes what it asked for is not silent.</summary>
    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        await Below.WriteAsync(buffer, cancellationToken);
        Heard();
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            _timer.Dispose();
            base.Dispose(disposing);
            _closed();
        }
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
        await Below.WriteAsync(new byte[] { 7, 0, 0, 0, 0, 4, 0, 0, 2, reason }, cancellation);
        return false;
    }

    private PduFault Passes(ReadOnlySpan<byte> bytes)
    {
        var fault = _guard.Pass(bytes);
        if (fault is not PduFault.None)
            DicomLog.GuardRefused(_logger, _remote, fault);
        else
            Heard();
        return fault;
    }

    /// <summary>Only noted: an image is many reads, and moving the timer for each would cost more than it is worth.</summary>
    private void Heard()
    {
        if (!_guard.Associated)
            return;
        if (Interlocked.Exchange(ref _lastHeard, _time.GetTimestamp()) == 0)
            _timer.Change(_options.Idle, Timeout.InfiniteTimeSpan);
    }

    private void Expire()
    {
        if (Interlocked.Read(ref _lastHeard) is not 0 and var last && _options.Idle - _time.GetElapsedTime(last) is { Ticks: > 0 } left)
        {
            _timer.Change(left, Timeout.InfiniteTimeSpan);
            return;
        }

        DicomLog.GuardExpired(_logger, _remote, _guard.Associated);
        Dispose();
    }
}
