using System.Buffers;
using System.Buffers.Binary;

namespace FellowOakDicom.Network;

/// <summary>Cuts a message into P-DATA-TF PDUs of one value each, in one pooled buffer (PS3.8 section 9.3.5).</summary>
internal sealed class DataPduStream : Stream
{
    private const int Overhead = 12;
    private const int Unlimited = 1 << 20;

    private readonly Stream _target;
    private readonly DicomMessage _message;
    private readonly byte _contextId;
    private readonly int _capacity;
    private byte[] _buffer;
    private int _count;
    private bool _isCommand = true;

    /// <param name="maximumPduLength">Longest PDU of the peer without the PDU header; 0 for any.</param>
    public DataPduStream(Stream target, byte contextId, uint maximumPduLength, DicomServiceOptions options, DicomMessage message)
    {
        _target = target;
        _contextId = contextId;
        _message = message;
        var maximum = (int)Math.Min(maximumPduLength == 0 ? Unlimited : Math.Min(maximumPduLength, Unlimited), Math.Max(options.MaxDataBuffer, 1024));

        // A value has an even length; its header of six bytes counts against the maximum.
        _capacity = Math.Max(2, (maximum - 6) & ~1);
        _buffer = ArrayPool<byte>.Shared.Rent(_capacity + Overhead);
    }

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            if (_count == _capacity)
            {
                WriteOut();
            }

            buffer = buffer[Take(buffer)..];
        }
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (!buffer.IsEmpty)
        {
            if (_count == _capacity) await SendAsync(last: false, cancellationToken).ConfigureAwait(false);
            buffer = buffer[Take(buffer.Span)..];
        }
    }

    /// <summary>Ends the command or the data set: its last value goes out, even an empty one.</summary>
    public async Task FinishAsync(bool isCommand)
    {
        if ((_count & 1) == 1) _buffer[Overhead + _count++] = 0;
        _isCommand = isCommand;
        await SendAsync(last: true, CancellationToken.None).ConfigureAwait(false);
        _isCommand = false;
    }

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing && Interlocked.Exchange(ref _buffer, null) is { } buffer) ArrayPool<byte>.Shared.Return(buffer);
        base.Dispose(disposing);
    }

    private int Take(ReadOnlySpan<byte> bytes)
    {
        var taken = Math.Min(bytes.Length, _capacity - _count);
        bytes[..taken].CopyTo(_buffer.AsSpan(Overhead + _count));
        _count += taken;
        return taken;
    }

    private async ValueTask SendAsync(bool last, CancellationToken cancellationToken)
    {
        Seal(last);
        try
        {
            await _target.WriteAsync(_buffer.AsMemory(0, Overhead + _count), cancellationToken).ConfigureAwait(false);
            if (last) await _target.FlushAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (ConnectionLostException.Matches(exception))
        {
            throw new ConnectionLostException(exception);
        }

        _message.LastPDUSent = DicomMessage.Clock;
        _count = 0;
    }

    /// <summary>For values that only write synchronously.</summary>
    private void WriteOut()
    {
        try
        {
            _target.Write(Seal(last: false));
        }
        catch (Exception exception) when (ConnectionLostException.Matches(exception))
        {
            throw new ConnectionLostException(exception);
        }

        _count = 0;
    }

    private ReadOnlySpan<byte> Seal(bool last)
    {
        _buffer[0] = (byte)RawPduType.P_DATA_TF;
        _buffer[1] = 0;
        BinaryPrimitives.WriteUInt32BigEndian(_buffer.AsSpan(2), (uint)(_count + 6));
        BinaryPrimitives.WriteUInt32BigEndian(_buffer.AsSpan(6), (uint)(_count + 2));
        _buffer[10] = _contextId;
        _buffer[11] = (byte)((_isCommand ? 1 : 0) | (last ? 2 : 0));
        return _buffer.AsSpan(0, Overhead + _count);
    }
}
