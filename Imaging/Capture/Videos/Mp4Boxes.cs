using System.Buffers.Binary;

namespace Regional.Imaging.Capture.Videos;

/// <summary>One box of an MP4 (ISO/IEC 14496-12 §4.2): its type and where its content stands.</summary>
internal readonly record struct Mp4Box(uint Type, int Start, int Length)
{
    public ReadOnlySpan<byte> In(ReadOnlySpan<byte> bytes) => bytes.Slice(Start, Length);
}

/// <summary>Walks boxes within a span that is in memory. Every length is checked against what holds it; the number of boxes is bounded.</summary>
internal static class Mp4Boxes
{
    private const int MaxBoxes = 4096;

    public static uint Code(ReadOnlySpan<byte> four) => BinaryPrimitives.ReadUInt32BigEndian(four);

    /// <summary>The boxes side by side in a range; <see cref="Mp4Box.Start"/> counts from the begin of <paramref name="bytes"/>.</summary>
    /// <exception cref="CaptureRefusedException">A length does not fit.</exception>
    public static List<Mp4Box> Children(ReadOnlySpan<byte> bytes, int start, int length)
    {
        List<Mp4Box> boxes = [];
        var (at, end) = (start, start + length);
        while (end - at >= 8)
        {
            long size = BinaryPrimitives.ReadUInt32BigEndian(bytes[at..]);
            var head = 8;
            if (size == 1 && end - at >= 16)
            {
                var large = BinaryPrimitives.ReadUInt64BigEndian(bytes[(at + 8)..]);
                (size, head) = (large > int.MaxValue ? -1 : (long)large, 16);
            }
            else if (size == 0)
            {
                size = end - at;
            }

            if (size < head || size > end - at || boxes.Count == MaxBoxes) throw new CaptureRefusedException(CaptureRule.VideoDamaged);
            boxes.Add(new Mp4Box(Code(bytes[(at + 4)..]), at + head, (int)size - head));
            at += (int)size;
        }

        return boxes;
    }

    public static Mp4Box? Find(ReadOnlySpan<byte> bytes, Mp4Box parent, ReadOnlySpan<byte> type)
    {
        var code = Code(type);
        foreach (var child in Children(bytes, parent.Start, parent.Length))
        {
            if (child.Type == code) return child;
        }

        return null;
    }

    /// <exception cref="CaptureRefusedException">The box is not there, or shorter than <paramref name="least"/>.</exception>
    public static Mp4Box Need(ReadOnlySpan<byte> bytes, Mp4Box parent, ReadOnlySpan<byte> type, int least = 0) =>
        Find(bytes, parent, type) is { } box && box.Length >= least ? box : throw new CaptureRefusedException(CaptureRule.VideoDamaged);
}
