using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Regional.Imaging.Capture.Stills;

/// <summary>What a camera wrote beside its picture (Exif 2.3) and a DICOM object can say. Where it was and whose it is are not read.</summary>
/// <param name="Orientation">1 to 8 (Exif tag 0112): how the stored picture has to be turned to be upright; 1 where nothing is said.</param>
/// <param name="TakenAt">Local time of the camera (9003), null where there is none.</param>
internal sealed record ExifFacts(int Orientation, DateTime? TakenAt, string Maker, string Model)
{
    private const int MaxEntries = 256;

    public static ExifFacts None { get; } = new(1, null, "", "");

    /// <summary>A TIFF structure; what cannot be read says nothing, since the picture does not depend on it.</summary>
    public static ExifFacts Read(ReadOnlySpan<byte> tiff)
    {
        if (tiff.Length < 8 || !(tiff.StartsWith("II*\0"u8) || tiff.StartsWith("MM\0*"u8))) return None;
        var little = tiff[0] == 'I';
        var facts = None;
        var directory = Word(tiff, 4, little);
        var inner = 0u;
        foreach (var (tag, at) in Entries(tiff, directory, little))
        {
            switch (tag)
            {
                case 0x0112 when Half(tiff, at + 8, little) is >= 1 and <= 8 and var orientation:
                    facts = facts with { Orientation = orientation };
                    break;
                case 0x010F:
                    facts = facts with { Maker = Text(tiff, at, little) };
                    break;
                case 0x0110:
                    facts = facts with { Model = Text(tiff, at, little) };
                    break;
                case 0x8769:
                    inner = Word(tiff, at + 8, little);
                    break;
            }
        }

        foreach (var (tag, at) in Entries(tiff, inner, little))
        {
            if (tag == 0x9003 && DateTime.TryParseExact(
                    Text(tiff, at, little), "yyyy:MM:dd HH:mm:ss", CultureInfo.InvariantCulture, DateTimeStyles.None, out var taken))
                facts = facts with { TakenAt = taken };
        }

        return facts;
    }

    private static List<(int Tag, int At)> Entries(ReadOnlySpan<byte> tiff, uint directory, bool little)
    {
        List<(int, int)> entries = [];
        if (directory < 8 || directory + 2 > tiff.Length) return entries;
        var count = Math.Min(Half(tiff, (int)directory, little), MaxEntries);
        for (var i = 0; i < count; i++)
        {
            var at = (int)directory + 2 + 12 * i;
            if (at + 12 > tiff.Length) break;
            entries.Add((Half(tiff, at, little), at));
        }

        return entries;
    }

    private static string Text(ReadOnlySpan<byte> tiff, int entry, bool little)
    {
        var (type, count) = (Half(tiff, entry + 2, little), Word(tiff, entry + 4, little));
        if (type != 2 || count is 0 or > 256) return "";
        var at = count <= 4 ? (uint)entry + 8 : Word(tiff, entry + 8, little);
        return at + count > tiff.Length ? "" : Encoding.ASCII.GetString(tiff.Slice((int)at, (int)count)).Trim('\0', ' ');
    }

    private static int Half(ReadOnlySpan<byte> bytes, int at, bool little) =>
        little ? BinaryPrimitives.ReadUInt16LittleEndian(bytes[at..]) : BinaryPrimitives.ReadUInt16BigEndian(bytes[at..]);

    private static uint Word(ReadOnlySpan<byte> bytes, int at, bool little) =>
        little ? BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]) : BinaryPrimitives.ReadUInt32BigEndian(bytes[at..]);
}
