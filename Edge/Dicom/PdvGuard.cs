using System.Buffers.Binary;

namespace Regional.Edge.Dicom;

/// <summary>
/// Follows the presentation data values inside P-DATA-TF PDUs (PS3.8 §9.3.5.1 and E.2): 4 bytes length, presentation context id, message
/// control header, fragment. A command and every data set but that of a C-STORE are gathered in memory by the parser, so both are bounded
/// here; what a C-STORE brings goes to the receiver's own bounded buffers.
/// </summary>
internal sealed class PdvGuard(GuardOptions options)
{
    private const int HeaderLength = 6;
    private const byte Command = 1;
    private const byte Last = 2;
    private const ushort StoreRequest = 0x0001;

    // Group length, affected SOP class and command field come first in a command (PS3.7 E.1): a class UID has 64 characters at most.
    private readonly byte[] _beginning = new byte[160];
    private readonly byte[] _header = new byte[HeaderLength];
    private int _headerFill;
    private uint _left;
    private long _gathered;
    private int _beginningFill;
    private bool _inCommand;
    private ushort _command;

    /// <summary>Looks at the next bytes of P-DATA-TF bodies, which follow each other.</summary>
    /// <param name="bytes">All of one PDU or a part of it.</param>
    /// <param name="pduLeft">Bytes of this PDU after these.</param>
    public PduFault Pass(ReadOnlySpan<byte> bytes, uint pduLeft)
    {
        while (bytes.Length > 0)
        {
            if (_left > 0)
            {
                var part = bytes[..(int)Math.Min(_left, (uint)bytes.Length)];
                if (!Gather(part))
                    return PduFault.TooLong;
                _left -= (uint)part.Length;
                bytes = bytes[part.Length..];
                if (_left == 0)
                    EndFragment();
                continue;
            }

            var head = Math.Min(HeaderLength - _headerFill, bytes.Length);
            bytes[..head].CopyTo(_header.AsSpan(_headerFill));
            bytes = bytes[head..];
            _headerFill += head;
            if (_headerFill < HeaderLength)
                return pduLeft == 0 && bytes.IsEmpty ? PduFault.Malformed : PduFault.None;
            _headerFill = 0;
            var length = BinaryPrimitives.ReadUInt32BigEndian(_header);
            if (length < 2 || length - 2 > (uint)bytes.Length + (ulong)pduLeft)
                return PduFault.Malformed;
            _left = length - 2;
            Begin((_header[5] & Command) != 0);
            if (_left == 0)
                EndFragment();
        }

        return PduFault.None;
    }

    private void Begin(bool isCommand)
    {
        if (isCommand == _inCommand)
            return;
        (_inCommand, _gathered) = (isCommand, 0);
        if (isCommand)
            (_beginningFill, _command) = (0, 0);
    }

    private bool Gather(ReadOnlySpan<byte> part)
    {
        if (!_inCommand && _command == StoreRequest)
            return true;
        _gathered += part.Length;
        if (_inCommand && _beginningFill < _beginning.Length)
        {
            var kept = part[..Math.Min(part.Length, _beginning.Length - _beginningFill)];
            kept.CopyTo(_beginning.AsSpan(_beginningFill));
            _beginningFill += kept.Length;
        }

        return _gathered <= (_inCommand ? options.MaxCommand : options.MaxMessage);
    }

    private void EndFragment()
    {
        if ((_header[5] & Last) == 0)
            return;
        if (_inCommand)
            _command = CommandField(_beginning.AsSpan(0, _beginningFill));
        _gathered = 0;
        // The next command begins anew, also when no data set comes in between.
        _beginningFill = 0;
    }

    /// <summary>(0000,0100) of a command set, which is always implicit little endian (PS3.7 6.3.1); 0 where it is not found.</summary>
    private static ushort CommandField(ReadOnlySpan<byte> command)
    {
        while (command.Length >= 10)
        {
            var length = BinaryPrimitives.ReadUInt32LittleEndian(command[4..]);
            if (BinaryPrimitives.ReadUInt32LittleEndian(command) == 0x0100_0000)
                return BinaryPrimitives.ReadUInt16LittleEndian(command[8..]);
            if (length > (uint)command.Length - 8)
                return 0;
            command = command[(8 + (int)length)..];
        }

        return 0;
    }
}
