using System.Buffers.Binary;
using System.Text;
using Regional.TestKit.Modality;

namespace Regional.Edge.Tests.Support;

/// <summary>Query messages written by hand (PS3.7 §9.3, PS3.8 §9.3.5): bodies of P-DATA-TF for presentation context 1.</summary>
internal static class RawMessages
{
    private const string FindModel = "1.2.840.10008.5.1.4.1.2.2.1";

    /// <summary>C-CANCEL-RQ.</summary>
    public static byte[] Cancel(ushort message) => Pdv(3, Command([Number(0x0100, 0x0FFF), Number(0x0120, message), Number(0x0800, 0x0101)]));

    /// <summary>C-FIND-RQ for everything at a level, its identifier in Explicit VR Little Endian.</summary>
    public static byte[] Find(ushort message, string level)
    {
        var command = Command([Text(0x0002, FindModel), Number(0x0100, 0x0020), Number(0x0110, message), Number(0x0700, 0), Number(0x0800, 0x0202)]);
        var identifier = new DataSetText().Short(0x0008, 0x0052, "CS", Encoding.ASCII.GetBytes(level.PadRight((level.Length + 1) & ~1))).Short(0x0020, 0x000D, "UI", []).Bytes;
        return [.. Pdv(3, command), .. Pdv(2, identifier)];
    }

    /// <summary>Reads PDUs up to the next whole command and gives its status (0000,0900); data sets are passed over.</summary>
    public static async Task<ushort> ReadStatusAsync(RawAssociation line)
    {
        while (true)
        {
            var (type, body) = await line.ReadPduAsync().WaitAsync(TimeSpan.FromSeconds(30));
            type.ShouldBe((byte)4);
            if ((body[5] & 1) == 1)
                return Status(body.AsSpan(6));
        }
    }

    private static ushort Status(ReadOnlySpan<byte> command)
    {
        while (BinaryPrimitives.ReadUInt32LittleEndian(command) != 0x0900_0000)
            command = command[(8 + BinaryPrimitives.ReadInt32LittleEndian(command[4..]))..];
        return BinaryPrimitives.ReadUInt16LittleEndian(command[8..]);
    }

    private static byte[] Pdv(byte control, byte[] value)
    {
        var head = new byte[6];
        BinaryPrimitives.WriteInt32BigEndian(head, value.Length + 2);
        (head[4], head[5]) = (1, control);
        return [.. head, .. value];
    }

    private static byte[] Command(byte[][] elements)
    {
        var all = elements.SelectMany(e => e).ToArray();
        var length = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, all.Length);
        return [.. Element(0x0000, length), .. all];
    }

    private static byte[] Number(ushort element, ushort value) => Element(element, [(byte)value, (byte)(value >> 8)]);

    private static byte[] Text(ushort element, string uid) => Element(element, Encoding.ASCII.GetBytes(uid.Length % 2 == 0 ? uid : uid + "\0"));

    private static byte[] Element(ushort element, byte[] value)
    {
        var head = new byte[8];
        BinaryPrimitives.WriteUInt16LittleEndian(head.AsSpan(2), element);
        BinaryPrimitives.WriteInt32LittleEndian(head.AsSpan(4), value.Length);
        return [.. head, .. value];
    }
}
