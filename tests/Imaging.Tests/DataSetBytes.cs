using System.Buffers.Binary;
using System.Text;

namespace Regional.Imaging.Tests;

/// <summary>Writes data sets byte by byte, right or wrong, independently of any DICOM library.</summary>
public sealed class DataSetBytes(bool implicitVr = false, bool bigEndian = false)
{
    private static readonly string[] Long = ["OB", "OW", "OF", "SQ", "UN", "UT", "OD", "OL", "UC", "UR", "OV"];
    private readonly MemoryStream _stream = new();

    public byte[] ToArray() => _stream.ToArray();

    public DataSetBytes Text(uint tag, string vr, string value, Encoding? encoding = null)
    {
        var bytes = (encoding ?? Encoding.ASCII).GetBytes(value);
        if (bytes.Length % 2 == 1) bytes = [.. bytes, (byte)(vr == "UI" ? 0 : ' ')];
        return Element(tag, vr, bytes);
    }

    public DataSetBytes UShort(uint tag, ushort value)
    {
        var bytes = new byte[2];
        if (bigEndian) BinaryPrimitives.WriteUInt16BigEndian(bytes, value);
        else BinaryPrimitives.WriteUInt16LittleEndian(bytes, value);
        return Element(tag, "US", bytes);
    }

    public DataSetBytes Element(uint tag, string vr, byte[] value) => Head(tag, vr, (uint)value.Length).Raw(value);

    /// <summary>Tag, VR and a length that need not be true.</summary>
    public DataSetBytes Head(uint tag, string vr, uint length)
    {
        U16((ushort)(tag >> 16));
        U16((ushort)tag);
        if (implicitVr || tag >> 16 == 0xFFFE)
        {
            U32(length);
            return this;
        }
        _stream.Write(Encoding.ASCII.GetBytes(vr));
        if (Long.Contains(vr))
        {
            U16(0);
            U32(length);
        }
        else
        {
            U16((ushort)length);
        }
        return this;
    }

    public DataSetBytes Item(uint length = 0xFFFFFFFF) => Head(0xFFFEE000, "", length);

    public DataSetBytes ItemEnd() => Head(0xFFFEE00D, "", 0);

    public DataSetBytes SequenceEnd() => Head(0xFFFEE0DD, "", 0);

    public DataSetBytes Fragment(byte[] bytes) => Item((uint)bytes.Length).Raw(bytes);

    public DataSetBytes Raw(byte[] bytes)
    {
        _stream.Write(bytes);
        return this;
    }

    public long Length => _stream.Length;

    private void U16(ushort value)
    {
        Span<byte> bytes = stackalloc byte[2];
        if (bigEndian) BinaryPrimitives.WriteUInt16BigEndian(bytes, value);
        else BinaryPrimitives.WriteUInt16LittleEndian(bytes, value);
        _stream.Write(bytes);
    }

    private void U32(uint value)
    {
        Span<byte> bytes = stackalloc byte[4];
        if (bigEndian) BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        else BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        _stream.Write(bytes);
    }
}
