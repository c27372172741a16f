using System.Buffers.Binary;
using System.Text;

namespace Regional.Imaging.Capture.Videos;

/// <summary>One track (ISO/IEC 14496-12 §8.3): its kind, its one sample description, its counts.</summary>
/// <param name="Handler">Such as <c>vide</c> or <c>soun</c>.</param>
/// <param name="Entry">Four characters of the sample description, such as <c>avc1</c>.</param>
/// <param name="Description">Content of the sample description.</param>
/// <param name="Samples">Frames.</param>
/// <param name="Duration">Of all samples, in units of <paramref name="Timescale"/> a second.</param>
internal sealed record Mp4Track(string Handler, string Entry, Mp4Box Description, int Samples, long Duration, uint Timescale, bool Turned)
{
    private const int MaxSamples = 2_000_000;

    public static Mp4Track Read(ReadOnlySpan<byte> bytes, Mp4Box track, long fileLength)
    {
        var media = Mp4Boxes.Need(bytes, track, "mdia"u8);
        var handler = Encoding.Latin1.GetString(Mp4Boxes.Need(bytes, media, "hdlr"u8, 12).In(bytes).Slice(8, 4));
        var information = Mp4Boxes.Need(bytes, media, "minf"u8);
        var table = Mp4Boxes.Need(bytes, information, "stbl"u8);
        OwnData(bytes, information);
        var (entry, description) = OnlyEntry(bytes, Mp4Boxes.Need(bytes, table, "stsd"u8, 16), handler == "vide" ? 78 : 8);
        var samples = CountSamples(bytes, table, fileLength);
        Chunks(bytes, table, fileLength);
        return new Mp4Track(handler, entry, description, samples, TotalTime(bytes, table, samples), ReadTimescale(bytes, media), IsTurned(bytes, track));
    }

    /// <summary>The media must be in this file, not somewhere that its data reference names (§8.7).</summary>
    private static void OwnData(ReadOnlySpan<byte> bytes, Mp4Box information)
    {
        var references = Mp4Boxes.Need(bytes, Mp4Boxes.Need(bytes, information, "dinf"u8), "dref"u8, 8);
        foreach (var reference in Mp4Boxes.Children(bytes, references.Start + 8, references.Length - 8))
        {
            if (reference.Length < 4 || (BinaryPrimitives.ReadUInt32BigEndian(reference.In(bytes)) & 1) == 0)
                throw new CaptureRefusedException(CaptureRule.VideoDamaged);
        }
    }

    private static (string Entry, Mp4Box Description) OnlyEntry(ReadOnlySpan<byte> bytes, Mp4Box table, int least)
    {
        var entries = Mp4Boxes.Children(bytes, table.Start + 8, table.Length - 8);
        if (entries is not [var entry] || BinaryPrimitives.ReadUInt32BigEndian(table.In(bytes)[4..]) != 1 || entry.Length < least)
            throw new CaptureRefusedException(CaptureRule.VideoCodec);
        return (Encoding.Latin1.GetString(bytes.Slice(entry.Start - 4, 4)), entry);
    }

    /// <summary>Sizes of samples (§8.7.3): as many as announced, together no more than the file.</summary>
    private static int CountSamples(ReadOnlySpan<byte> bytes, Mp4Box table, long fileLength)
    {
        var sizes = Mp4Boxes.Need(bytes, table, "stsz"u8, 12).In(bytes);
        var (each, count) = (BinaryPrimitives.ReadUInt32BigEndian(sizes[4..]), BinaryPrimitives.ReadUInt32BigEndian(sizes[8..]));
        if (count > MaxSamples || (each == 0 && sizes.Length < 12 + 4 * (long)count)) throw new CaptureRefusedException(CaptureRule.VideoDamaged);
        var total = each * (long)count;
        for (var i = 0; each == 0 && i < count; i++) total += BinaryPrimitives.ReadUInt32BigEndian(sizes[(12 + 4 * i)..]);
        return total <= fileLength ? (int)count : throw new CaptureRefusedException(CaptureRule.VideoDamaged);
    }

    private static void Chunks(ReadOnlySpan<byte> bytes, Mp4Box table, long fileLength)
    {
        var isLong = Mp4Boxes.Find(bytes, table, "co64"u8);
        var offsets = (isLong ?? Mp4Boxes.Need(bytes, table, "stco"u8, 8)).In(bytes);
        var size = isLong is null ? 4 : 8;
        if (offsets.Length < 8) throw new CaptureRefusedException(CaptureRule.VideoDamaged);
        var count = BinaryPrimitives.ReadUInt32BigEndian(offsets[4..]);
        if (offsets.Length < 8 + size * (long)count) throw new CaptureRefusedException(CaptureRule.VideoDamaged);
        for (var i = 0; i < count; i++)
        {
            var at = offsets[(8 + size * i)..];
            var offset = size == 4 ? BinaryPrimitives.ReadUInt32BigEndian(at) : BinaryPrimitives.ReadUInt64BigEndian(at);
            if (offset >= (ulong)fileLength) throw new CaptureRefusedException(CaptureRule.VideoDamaged);
        }
    }

    private static long TotalTime(ReadOnlySpan<byte> bytes, Mp4Box table, int samples)
    {
        var times = Mp4Boxes.Need(bytes, table, "stts"u8, 8).In(bytes);
        var count = BinaryPrimitives.ReadUInt32BigEndian(times[4..]);
        if (times.Length < 8 + 8 * (long)count) throw new CaptureRefusedException(CaptureRule.VideoDamaged);
        var (total, counted) = (0L, 0L);
        for (var i = 0; i < count; i++)
        {
            var (run, delta) = (BinaryPrimitives.ReadUInt32BigEndian(times[(8 + 8 * i)..]), BinaryPrimitives.ReadUInt32BigEndian(times[(12 + 8 * i)..]));
            counted += run;
            if (counted > samples) throw new CaptureRefusedException(CaptureRule.VideoDamaged);
            total += run * (long)delta;
        }

        return counted == samples ? total : throw new CaptureRefusedException(CaptureRule.VideoDamaged);
    }

    private static uint ReadTimescale(ReadOnlySpan<byte> bytes, Mp4Box media)
    {
        var header = Mp4Boxes.Need(bytes, media, "mdhd"u8, 20).In(bytes);
        if (header[0] == 1 && header.Length < 28) throw new CaptureRefusedException(CaptureRule.VideoDamaged);
        return BinaryPrimitives.ReadUInt32BigEndian(header[(header[0] == 1 ? 20 : 12)..]);
    }

    /// <summary>Whether the track's matrix (§8.3.2) is another than the unit's.</summary>
    private static bool IsTurned(ReadOnlySpan<byte> bytes, Mp4Box track)
    {
        var header = Mp4Boxes.Need(bytes, track, "tkhd"u8, 84).In(bytes);
        var at = header[0] == 1 ? 52 : 40;
        if (header.Length < at + 36) throw new CaptureRefusedException(CaptureRule.VideoDamaged);
        return BinaryPrimitives.ReadInt32BigEndian(header[at..]) != 0x10000 || BinaryPrimitives.ReadInt32BigEndian(header[(at + 16)..]) != 0x10000;
    }
}
