using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Regional.Edge.Tests.Support;

/// <summary>A Part 10 file taken apart by hand (PS3.10 §7.1): what it says of itself, and the data set's bytes as they stand in it.</summary>
internal sealed record Part10(string SopClassUid, string SopInstanceUid, string TransferSyntaxUid, ReadOnlyMemory<byte> DataSet)
{
    public string Sha256 => Convert.ToHexStringLower(SHA256.HashData(DataSet.Span));

    public static Part10 Read(string path) => Of(File.ReadAllBytes(path));

    public static Part10 Of(byte[] bytes)
    {
        var at = 132;
        Dictionary<ushort, string> meta = [];
        while (at + 8 <= bytes.Length && BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(at)) == 0x0002)
        {
            var element = BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(at + 2));
            var isLong = bytes.AsSpan(at + 4, 2).SequenceEqual("OB"u8);
            var length = isLong ? BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(at + 8)) : BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(at + 6));
            at += isLong ? 12 : 8;
            meta[element] = Encoding.ASCII.GetString(bytes, at, length).TrimEnd('\0', ' ');
            at += length;
        }

        return new Part10(meta[0x0002], meta[0x0003], meta[0x0010], bytes.AsMemory(at));
    }
}
