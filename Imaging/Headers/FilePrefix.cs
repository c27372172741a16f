using System.Buffers.Binary;
using System.Text;
using Regional.Imaging.Frames;

namespace Regional.Imaging.Headers;

/// <summary>How far the beginning of a file is understood.</summary>
public enum FilePrefixReading
{
    Whole,

    /// <summary>More bytes are needed; never beyond <see cref="FilePrefix.MaxLength"/>.</summary>
    NeedsMore,

    /// <summary>Not a DICOM file (PS3.10 §7.1).</summary>
    NotDicom
}

/// <summary>
/// Preamble and file meta information of an arriving file: which object it says it is, and where its data set begins. The rest of the group, and its
/// announced length, are not believed. UIDs are as written, not checked.
/// </summary>
/// <param name="Length">Bytes before the data set.</param>
public sealed record FilePrefix(int Length, string SopClassUid, string SopInstanceUid, string TransferSyntaxUid)
{
    /// <summary>Longest prefix that is read, in bytes.</summary>
    public const int MaxLength = 64 * 1024;

    private const int Preamble = 128;

    public static FilePrefixReading Read(ReadOnlySpan<byte> bytes, out FilePrefix? prefix)
    {
        prefix = null;
        if (bytes.Length < Preamble + 4) return FilePrefixReading.NeedsMore;
        if (!bytes.Slice(Preamble, 4).SequenceEqual("DICM"u8)) return FilePrefixReading.NotDicom;
        var (at, sopClass, sopInstance, syntax) = (Preamble + 4, "", "", "");
        while (true)
        {
            var rest = bytes[at..];
            if (rest.Length < 12) return More(at);
            if (BinaryPrimitives.ReadUInt16LittleEndian(rest) != 0x0002) break;
            if (!ValueRepresentations.IsLetters(rest[4], rest[5])) return FilePrefixReading.NotDicom;
            var isLong = ValueRepresentations.HasLongLength(ValueRepresentations.Name(rest[4], rest[5]));
            var head = isLong ? 12 : 8;
            var length = isLong ? BinaryPrimitives.ReadUInt32LittleEndian(rest[8..]) : BinaryPrimitives.ReadUInt16LittleEndian(rest[6..]);
            if (length > MaxLength - at - head) return FilePrefixReading.NotDicom;
            if (rest.Length < head + length) return More(at + head + (int)length);
            var value = rest.Slice(head, (int)length);
            switch (BinaryPrimitives.ReadUInt16LittleEndian(rest[2..]))
            {
                case 0x0002: sopClass = Uid(value); break;
                case 0x0003: sopInstance = Uid(value); break;
                case 0x0010: syntax = Uid(value); break;
            }
            at += head + (int)length;
        }
        if (syntax.Length == 0) return FilePrefixReading.NotDicom;
        prefix = new FilePrefix(at, sopClass, sopInstance, syntax);
        return FilePrefixReading.Whole;
    }

    private static FilePrefixReading More(int until) => until + 12 > MaxLength ? FilePrefixReading.NotDicom : FilePrefixReading.NeedsMore;

    private static string Uid(ReadOnlySpan<byte> value) => Encoding.Latin1.GetString(value.TrimEnd("\0 "u8));
}
