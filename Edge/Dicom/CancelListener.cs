using System.Buffers.Binary;

namespace Regional.Edge.Dicom;

/// <summary>
/// Takes C-CANCEL-RQ out of the stream before the parser and tells it (PS3.7 §9.3.2.3): fo-dicom has no member for it and ends the association. A
/// cancel is a command alone in a P-DATA-TF of its own; short ones are held until they are whole, everything else passes without a copy.
/// </summary>
internal sealed class CancelListener(Stream guarded) : LayeredStream(guarded)
{
    private const int HeaderLength = 6;
    private const int PdvHeaderLength = 6;
    private const byte PData = 4;
    private const byte LastCommand = 3;
    private const ushort CancelRequest = 0x0FFF;

    /// <summary>The command set of a cancel has four elements and maybe the SOP class: about 130 bytes.</summary>
    private const int Longest = 256;

    private readonly byte[] _held = new byte[HeaderLength + Longest];
    private int _filled;
    private int _released;
    private int _given;
    private uint _passing;

    /// <summary>With the id of the message that is to be cancelled. Raised while reading.</summary>
    public event Action<ushort>? Cancelled;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.IsEmpty)
            return 0;
        while (true)
        {
            if (_given < _released)
                return Give(buffer.Span);
            if (_passing > 0)
            {
                var read = await Below.ReadAsync(buffer[..(int)Math.Min((uint)buffer.Length, _passing)], cancellationToken);
                _passing -= (uint)read;
                return read;
            }

            if (!await HoldAsync(cancellationToken) && _released == 0)
                return 0;
        }
    }

    private int Give(Span<byte> buffer)
    {
        var count = Math.Min(buffer.Length, _released - _given);
        _held.AsSpan(_given, count).CopyTo(buffer);
        _given += count;
        if (_given == _filled)
            (_filled, _released, _given) = (0, 0, 0);
        return count;
    }

    /// <summary>Holds the next header, and a short P-DATA-TF whole; then releases or drops it. False: the stream ended, what there is of it is released.</summary>
    private async ValueTask<bool> HoldAsync(CancellationToken cancellation)
    {
        if (!await FillAsync(HeaderLength, cancellation))
            return End();
        var length = BinaryPrimitives.ReadUInt32BigEndian(_held.AsSpan(2));
        if (_held[0] != PData || length > Longest)
        {
            (_released, _passing) = (_filled, length);
            return true;
        }

        if (!await FillAsync(HeaderLength + (int)length, cancellation))
            return End();
        if (CancelledMessage(_held.AsSpan(HeaderLength, (int)length)) is { } message)
        {
            _filled = 0;
            Cancelled?.Invoke(message);
            return true;
        }

        _released = _filled;
        return true;
    }

    private bool End()
    {
        _released = _filled;
        return false;
    }

    private async ValueTask<bool> FillAsync(int until, CancellationToken cancellation)
    {
        while (_filled < until)
        {
            var read = await Below.ReadAsync(_held.AsMemory(_filled, until - _filled), cancellation);
            if (read == 0)
                return false;
            _filled += read;
        }

        return true;
    }

    private static ushort? CancelledMessage(ReadOnlySpan<byte> body)
    {
        if (body.Length < PdvHeaderLength || BinaryPrimitives.ReadUInt32BigEndian(body) != (uint)body.Length - 4 || body[5] != LastCommand)
            return null;
        var command = new CommandElements(body[PdvHeaderLength..]);
        ushort? field = null, message = null;
        while (command.TryNext(out var tag, out var number))
        {
            if (tag == CommandElements.CommandField)
                field = number;
            else if (tag == CommandElements.RespondedTo)
                message = number;
        }

        return command.IsAtEnd && field == CancelRequest ? message : null;
    }
}
