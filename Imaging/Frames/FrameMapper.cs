using System.Buffers.Binary;

namespace Regional.Imaging.Frames;

/// <summary>The attributes that decide where frames begin (PS3.3 §C.7.6.3).</summary>
public readonly record struct PixelShape(int Rows, int Columns, int SamplesPerPixel, int BitsAllocated, int NumberOfFrames, string PhotometricInterpretation);

/// <summary>Builds the <see cref="FrameMap"/> of an instance from its layout and shape. Numbers that overflow or disagree give no map.</summary>
public static class FrameMapper
{
    private const int MaxFrames = 1_000_000;

    public static FrameMap Map(DataSetLayout layout, PixelShape shape, ReadAt read)
    {
        // Offsets of an inflated data set mean nothing in the stored bytes.
        if (layout.Problem != DataSetProblem.None || layout.Inflated is not null) return FrameMap.None;
        if (shape.NumberOfFrames is < 1 or > MaxFrames) return FrameMap.None;
        if (layout.NativePixels is { } pixels) return Native(pixels, shape);
        return layout.Fragments is { Count: > 0 } fragments ? Encapsulated(layout, fragments, shape.NumberOfFrames, read) : FrameMap.None;
    }

    private static FrameMap Native(ByteRange pixels, PixelShape shape)
    {
        if (shape.Rows < 1 || shape.Columns < 1 || shape.SamplesPerPixel < 1 || shape.BitsAllocated < 1) return FrameMap.None;
        var bits = (Int128)shape.Rows * shape.Columns * shape.SamplesPerPixel * shape.BitsAllocated;
        // Two pixels share their chrominance samples: four stored samples where there would be six (PS3.3 §C.7.6.3.1.2).
        if (shape.PhotometricInterpretation is "YBR_FULL_422" or "YBR_PARTIAL_422" && shape.SamplesPerPixel == 3) bits = bits / 3 * 2;
        var isWholeBytes = bits % 8 == 0;
        if (!isWholeBytes && shape.NumberOfFrames > 1) return FrameMap.None;
        var frameLength = (bits + 7) / 8;
        if (frameLength * shape.NumberOfFrames > pixels.Length) return FrameMap.None;
        return FrameMap.Native(pixels.Offset, (long)frameLength, shape.NumberOfFrames);
    }

    private static FrameMap Encapsulated(DataSetLayout layout, IReadOnlyList<ByteRange> fragments, int frames, ReadAt read)
    {
        if (frames == 1) return FrameMap.Encapsulated([[.. fragments]]);
        if (fragments.Count == frames) return FrameMap.Encapsulated([.. fragments.Select(fragment => new[] { fragment })]);
        var byTable = ByOffsets(ReadTable(layout.ExtendedOffsets, 8, frames, read), fragments, frames)
            ?? ByOffsets(ReadTable(layout.BasicOffsetTable, 4, frames, read), fragments, frames)
            ?? ByMarkers(fragments, frames, read);
        return byTable is null ? FrameMap.None : FrameMap.Encapsulated(byTable);
    }

    private static long[]? ReadTable(ByteRange? table, int entry, int frames, ReadAt read)
    {
        if (table is not { } range || range.Length != (long)entry * frames) return null;
        var bytes = new byte[range.Length];
        if (read(range.Offset, bytes) < bytes.Length) return null;
        var offsets = new long[frames];
        for (var i = 0; i < frames; i++)
        {
            var at = bytes.AsSpan(i * entry);
            offsets[i] = entry == 4 ? BinaryPrimitives.ReadUInt32LittleEndian(at) : BinaryPrimitives.ReadInt64LittleEndian(at);
        }
        return offsets;
    }

    /// <summary>Offsets count from the first fragment's item tag, 8 bytes before its value (PS3.5 §A.4).</summary>
    private static ByteRange[][]? ByOffsets(long[]? offsets, IReadOnlyList<ByteRange> fragments, int frames)
    {
        if (offsets is null || offsets[0] != 0) return null;
        var origin = fragments[0].Offset - 8;
        var result = new ByteRange[frames][];
        var next = 0;
        for (var frame = 0; frame < frames; frame++)
        {
            if (next >= fragments.Count || fragments[next].Offset - 8 - origin != offsets[frame]) return null;
            var first = next++;
            var end = frame + 1 < frames ? offsets[frame + 1] : long.MaxValue;
            while (next < fragments.Count && fragments[next].Offset - 8 - origin < end) next++;
            result[frame] = [.. fragments.Skip(first).Take(next - first)];
        }
        return next == fragments.Count ? result : null;
    }

    /// <summary>Without a table: a fragment that begins with the codec's start marker begins a frame (JPEG and JPEG-LS FFD8, JPEG 2000 FF4F).</summary>
    private static ByteRange[][]? ByMarkers(IReadOnlyList<ByteRange> fragments, int frames, ReadAt read)
    {
        List<List<ByteRange>> result = [];
        Span<byte> start = stackalloc byte[2];
        foreach (var fragment in fragments)
        {
            if (fragment.Length >= 2 && read(fragment.Offset, start) == 2 && start[0] == 0xFF && start[1] is 0xD8 or 0x4F)
            {
                if (result.Count == frames) return null;
                result.Add([fragment]);
            }
            else if (result.Count == 0)
            {
                return null;
            }
            else
            {
                result[^1].Add(fragment);
            }
        }
        return result.Count == frames ? [.. result.Select(frame => frame.ToArray())] : null;
    }
}
