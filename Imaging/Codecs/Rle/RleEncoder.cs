using System.Buffers;
using System.Buffers.Binary;
using Regional.Imaging.Frames;

namespace Regional.Imaging.Codecs.Rle;

/// <summary>Writes one frame in RLE Lossless (PS3.5 annex G). Rows are packed on their own (§G.3.1).</summary>
public static class RleEncoder
{
    private const int MaxRun = 128;

    /// <summary>One frame's fragment, of even length.</summary>
    /// <param name="pixels">Native little endian samples.</param>
    /// <param name="shape">Their shape.</param>
    /// <param name="isPlanar">They come in planes (Planar Configuration 1).</param>
    /// <exception cref="ArgumentException">The shape needs more than 15 segments or does not fit <paramref name="pixels"/>.</exception>
    public static byte[] Encode(ReadOnlySpan<byte> pixels, PixelShape shape, bool isPlanar = false)
    {
        if (FrameCodecs.NativeLength(shape) is not { } length || length != pixels.Length) throw new ArgumentException("The pixels are not one frame of this shape.", nameof(shape));
        var width = shape.BitsAllocated / 8;
        var segments = shape.SamplesPerPixel * width;
        if (segments > RleDecoder.MaxSegments) throw new ArgumentException("RLE has at most 15 segments.", nameof(shape));
        var pixelPitch = isPlanar ? width : width * shape.SamplesPerPixel;
        var samplePitch = isPlanar ? width * shape.Rows * shape.Columns : width;
        var header = new byte[RleDecoder.HeaderLength];
        BinaryPrimitives.WriteUInt32LittleEndian(header, (uint)segments);
        var body = new ArrayBufferWriter<byte>(pixels.Length / 2 + 64);
        var row = new byte[shape.Columns];
        for (var i = 0; i < segments; i++)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(4 + 4 * i), (uint)(RleDecoder.HeaderLength + body.WrittenCount));
            var source = pixels[(i / width * samplePitch + (width - 1 - i % width))..];
            for (var y = 0; y < shape.Rows; y++)
            {
                var offset = y * shape.Columns * pixelPitch;
                for (var x = 0; x < row.Length; x++, offset += pixelPitch) row[x] = source[offset];
                Pack(row, body);
            }
            if (body.WrittenCount % 2 == 1) body.Write([(byte)0]);
        }
        return [.. header, .. body.WrittenSpan];
    }

    private static void Pack(ReadOnlySpan<byte> row, ArrayBufferWriter<byte> target)
    {
        var at = 0;
        while (at < row.Length)
        {
            var run = RunAt(row, at);
            if (run >= 2)
            {
                target.Write([(byte)(257 - run), row[at]]);
                at += run;
                continue;
            }
            var start = at++;
            // A run of two inside literals costs as much as it saves; three end them.
            while (at < row.Length && at - start < MaxRun && RunAt(row, at) < 3) at++;
            target.Write([(byte)(at - start - 1)]);
            target.Write(row[start..at]);
        }
    }

    private static int RunAt(ReadOnlySpan<byte> row, int at)
    {
        var limit = Math.Min(row.Length - at, MaxRun);
        var same = row.Slice(at, limit).IndexOfAnyExcept(row[at]);
        return same < 0 ? limit : same;
    }
}
