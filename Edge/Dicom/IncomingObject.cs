using Regional.Imaging.Packs;

namespace Regional.Edge.Dicom;

/// <summary>Why the rest of an arriving data set is not kept.</summary>
internal enum IncomingFault
{
    None,

    /// <summary>Over <see cref="GuardOptions.MaxDataSet"/>: the association is aborted, since no end can be waited for.</summary>
    TooLarge,

    /// <summary>Spooling it would eat into the disk reserve: read to its end without being kept, then answered A700.</summary>
    DiskLow,
}

/// <summary>
/// What the protocol library writes an arriving data set to. Keeps it in an <see cref="ArrivalStream"/> as long as the bounds hold, so that
/// a data set that never ends costs neither memory nor disk.
/// </summary>
internal sealed class IncomingObject(ArrivalStream arrival, long limit, Func<bool> diskIsLow, Func<Task> tooLarge) : Stream
{
    /// <summary>The disk is asked once for so many bytes.</summary>
    private const long ProbeEvery = 16L << 20;

    private long _received;
    private long _nextProbe = ProbeEvery;

    public ArrivalStream Arrival => arrival;

    public IncomingFault Fault { get; private set; }

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => _received;

    public override long Position
    {
        get => _received;
        set => throw new NotSupportedException();
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (!Take(buffer.Span))
            await tooLarge();
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        // Nearly every call ends here without a task of its own.
        var write = WriteAsync(buffer.AsMemory(offset, count), cancellationToken);
        return write.IsCompletedSuccessfully ? Task.CompletedTask : write.AsTask();
    }

    public override void Write(ReadOnlySpan<byte> buffer) => Take(buffer);

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            arrival.Dispose();
        base.Dispose(disposing);
    }

    /// <summary>False: with these bytes the data set is over its limit. Nothing is kept from then on.</summary>
    private bool Take(ReadOnlySpan<byte> bytes)
    {
        if (Fault == IncomingFault.TooLarge)
            return true;
        _received += bytes.Length;
        if (_received > limit)
        {
            Fault = IncomingFault.TooLarge;
            return false;
        }

        if (_received >= _nextProbe)
        {
            _nextProbe = _received + ProbeEvery;
            if (diskIsLow())
                Fault = IncomingFault.DiskLow;
        }

        if (Fault == IncomingFault.None)
            arrival.Write(bytes);
        return true;
    }
}
