using System.Buffers.Binary;
using System.Text;

namespace Regional.Imaging.Headers;

/// <summary>How this product names itself in files it writes (PS3.10 §7.1).</summary>
public static class ProductImplementation
{
    public const string ClassUid = "2.25.213446730941857105986732140958673312844";

    public const string VersionName = "REGIONAL_1";
}

/// <summary>
/// The preamble (always zeroes) and file meta information that turn a stored data set into a DICOM file (PS3.10 §7.1). Written afresh:
/// what a sender's file carried there is never kept.
/// </summary>
public static class FileMeta
{
    /// <param name="sourceAe">AE title that sent the instance; left out when it is not 1 to 16 characters of ASCII.</param>
    public static byte[] Build(string sopClassUid, string sopInstanceUid, string transferSyntaxUid, string sourceAe)
    {
        using var group = new MemoryStream();
        Put(group, 0x0001, "OB", [0, 1]);
        PutUid(group, 0x0002, sopClassUid);
        PutUid(group, 0x0003, sopInstanceUid);
        PutUid(group, 0x0010, transferSyntaxUid);
        PutUid(group, 0x0012, ProductImplementation.ClassUid);
        PutText(group, 0x0013, "SH", ProductImplementation.VersionName);
        if (sourceAe.Length is > 0 and <= 16 && Ascii.IsValid(sourceAe)) PutText(group, 0x0016, "AE", sourceAe);

        using var file = new MemoryStream();
        file.Write(new byte[128]);
        file.Write("DICM"u8);
        Span<byte> length = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(length, (uint)group.Length);
        Put(file, 0x0000, "UL", length);
        group.WriteTo(file);
        return file.ToArray();
    }

    private static void PutUid(MemoryStream stream, ushort element, string uid) =>
        Put(stream, element, "UI", Encoding.ASCII.GetBytes(uid.Length % 2 == 0 ? uid : uid + '\0'));

    private static void PutText(MemoryStream stream, ushort element, string vr, string text) =>
        Put(stream, element, vr, Encoding.ASCII.GetBytes(text.Length % 2 == 0 ? text : text + ' '));

    private static void Put(MemoryStream stream, ushort element, string vr, ReadOnlySpan<byte> value)
    {
        Span<byte> head = stackalloc byte[12];
        BinaryPrimitives.WriteUInt16LittleEndian(head, 0x0002);
        BinaryPrimitives.WriteUInt16LittleEndian(head[2..], element);
        head[4] = (byte)vr[0];
        head[5] = (byte)vr[1];
        if (vr == "OB")
        {
            head[6] = head[7] = 0;
            BinaryPrimitives.WriteUInt32LittleEndian(head[8..], (uint)value.Length);
            stream.Write(head);
        }
        else
        {
            BinaryPrimitives.WriteUInt16LittleEndian(head[6..], (ushort)value.Length);
            stream.Write(head[..8]);
        }
        stream.Write(value);
    }
}
