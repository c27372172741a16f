using System.Buffers.Binary;
using System.Text;

namespace Regional.Edge.Tests.Support;

/// <summary>Data sets written by hand in Explicit VR Little Endian, so that they may be as wrong as a test wants.</summary>
internal sealed class DataSetText
{
    public const string SecondaryCapture = "1.2.840.10008.5.1.4.1.1.7";

    private readonly MemoryStream _bytes = new();

    /// <summary>The four UIDs that a store needs, with a study and a series of their own.</summary>
    public static DataSetText Of(string sopInstanceUid, string study = "2.25.770001", string series = "2.25.770002", string sopClass = SecondaryCapture) =>
        new DataSetText().Ui(0x0008, 0x0016, sopClass).Ui(0x0008, 0x0018, sopInstanceUid).Ui(0x0020, 0x000D, study).Ui(0x0020, 0x000E, series);

    public byte[] Bytes => _bytes.ToArray();

    public DataSetText Ui(ushort group, ushort element, string uid) => Short(group, element, "UI", Encoding.Latin1.GetBytes(uid.Length % 2 == 0 ? uid : uid + "\0"));

    public DataSetText Short(ushort group, ushort element, string vr, byte[] value)
    {
        Tag(group, element);
        _bytes.Write(Encoding.ASCII.GetBytes(vr));
        U16((ushort)value.Length);
        _bytes.Write(value);
        return this;
    }

    /// <summary>A header that announces a length; the value is whatever follows.</summary>
    public DataSetText Long(ushort group, ushort element, string vr, uint length, byte[]? value = null)
    {
        Tag(group, element);
        _bytes.Write(Encoding.ASCII.GetBytes(vr));
        U16(0);
        U32(length);
        _bytes.Write(value ?? []);
        return this;
    }

    /// <summary>Sequences in sequences, all of undefined length, closed in order.</summary>
    public DataSetText Nested(int depth)
    {
        for (var i = 0; i < depth; i++)
        {
            Long(0x0040, 0xA730, "SQ", 0xFFFFFFFF);
            Tag(0xFFFE, 0xE000);
            U32(0xFFFFFFFF);
        }

        for (var i = 0; i < depth; i++)
        {
            Tag(0xFFFE, 0xE00D);
            U32(0);
            Tag(0xFFFE, 0xE0DD);
            U32(0);
        }

        return this;
    }

    private void Tag(ushort group, ushort element)
    {
        U16(group);
        U16(element);
    }

    private void U16(ushort value)
    {
        Span<byte> bytes = stackalloc byte[2];
        BinaryPrimitives.WriteUInt16LittleEndian(bytes, value);
        _bytes.Write(bytes);
    }

    private void U32(uint value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        _bytes.Write(bytes);
    }
}
