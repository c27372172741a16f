using System.Buffers.Binary;

namespace Regional.Edge.Dicom;

/// <summary>
/// Follows the presentation data values inside P-DATA-TF PDUs (PS3.8 §9.3.5.1 and E.2): 4 bytes length, presentation context id, message
/// control header, fragment. A command and every data set but that of a C-STORE are gathered in memory by the parser, so both are bounded
/// here; what a C-STORE brings goes to the receiver's own bounded buffers. Commands and data sets take turns as each command says
/// (PS3.7 E.1, Command Data Set Type); a fragment out of turn is refused, since parsers gather those as well.
/// </summary>
internal sealed class PdvGuard(GuardOptions options)
{
    private const int HeaderLength = 6;
    private const byte Command = 1;
    private const byte Last = 2;
    private const ushort StoreRequest = 0x0001;
    private const ushort NoDataSet = 0x0101;

    // A whole C-STORE-RQ is shorter: three UIDs, two AE titles and some numbers. A longer command counts as another one, with bounded data.
    private readonly byte[] _beginning = new byte[512];
    private readonly byte[] _header = new byte[HeaderLength];
    private int _headerFill;
    private uint _left;
    private long _gathered;
    private int _beginningFill;
    private Turn _turn = Turn.Command;
    private bool _isStore;

    private enum Turn
    {
        Command,
        DataSet,

        /// <summary>The command did not say; what comes first decides.</summary>
        Either,
    }

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
            if (!Begin((_header[5] & Command) != 0))
                return PduFault.Malformed;
            if (_left == 0)
                EndFragment();
        }

        return PduFault.None;
    }

    private bool Begin(bool isCommand)
    {
        if (_turn == Turn.Either)
            _turn = isCommand ? Turn.Command : Turn.DataSet;
        return isCommand == (_turn == Turn.Command);
    }

    private bool Gather(ReadOnlySpan<byte> part)
    {
        if (_turn == Turn.DataSet && _isStore)
            return true;
        if (_turn == Turn.Command && _gathered < _beginning.Length)
        {
            var kept = part[..Math.Min(part.Length, _beginning.Length - _beginningFill)];
            kept.CopyTo(_beginning.AsSpan(_beginningFill));
            _beginningFill += kept.Length;
        }

        _gathered += part.Length;
        return _gathered <= (_turn == Turn.Command ? options.MaxCommand : options.MaxMessage);
    }

    private void EndFragment()
    {
        if ((_header[5] & Last) == 0)
            return;
        if (_turn == Turn.Command)
            EndCommand();
        else
            (_turn, _isStore) = (Turn.Command, false);
        (_gathered, _beginningFill) = (0, 0);
    }

    /// <summary>What the command is and whether data follow; believed only of a whole command with ascending tags.</summary>
    private void EndCommand()
    {
        (_turn, _isStore) = (Turn.Either, false);
        if (_gathered > _beginning.Length)
            return;
        var command = new CommandElements(_beginning.AsSpan(0, _beginningFill));
        ushort? field = null, dataSet = null;
        var before = -1L;
        while (command.TryNext(out var tag, out var number))
        {
            if (tag <= before)
                return;
            before = tag;
            if (tag == CommandElements.CommandField)
                field = number;
            else if (tag == CommandElements.DataSetType)
                dataSet = number;
        }

        if (!command.IsAtEnd || dataSet is null)
            return;
        _turn = dataSet == NoDataSet ? Turn.Command : Turn.DataSet;
        _isStore = field == StoreRequest && _turn == Turn.DataSet;
    }
}
