using System.Buffers.Binary;

namespace Regional.Edge.Dicom;

/// <summary>Walks a command set, which is always implicit little endian (PS3.7 §6.3.1): 2 bytes group, 2 element, 4 length, then the value.</summary>
internal ref struct CommandElements(ReadOnlySpan<byte> command)
{
    /// <summary>Command Field.</summary>
    public const uint CommandField = 0x0000_0100;

    /// <summary>Message ID Being Responded To; in a C-CANCEL-RQ the message to cancel.</summary>
    public const uint RespondedTo = 0x0000_0120;

    /// <summary>Command Data Set Type.</summary>
    public const uint DataSetType = 0x0000_0800;

    private const int HeaderLength = 8;

    private ReadOnlySpan<byte> _left = command;

    /// <summary>True when the walk has come to the end of the set, and not to an element that is cut or too long.</summary>
    public readonly bool IsAtEnd => _left.IsEmpty;

    /// <param name="tag">Group in the upper half, element in the lower.</param>
    /// <param name="number">The value of an element of 2 bytes; else null.</param>
    public bool TryNext(out uint tag, out ushort? number)
    {
        (tag, number) = (0, null);
        if (_left.Length < HeaderLength)
            return false;
        var length = BinaryPrimitives.ReadUInt32LittleEndian(_left[4..]);
        if (length > (uint)(_left.Length - HeaderLength))
            return false;
        tag = ((uint)BinaryPrimitives.ReadUInt16LittleEndian(_left) << 16) | BinaryPrimitives.ReadUInt16LittleEndian(_left[2..]);
        if (length == sizeof(ushort))
            number = BinaryPrimitives.ReadUInt16LittleEndian(_left[HeaderLength..]);
        _left = _left[(HeaderLength + (int)length)..];
        return true;
    }
}
