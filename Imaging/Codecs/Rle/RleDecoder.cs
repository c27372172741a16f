using System.Buffers.Binary;
using Regional.Imaging.Frames;

namespace Regional.Imaging.Codecs.Rle;

/// <summary>RLE Lossless (PS3.5 annex G): one segment for each byte of each sample, the most significant first, PackBits inside.</summary>
internal sealed class RleDecoder : FrameDecoder
{
    internal const int HeaderLength = 64;
    internal const int MaxSegments = 15;

    // Two bytes make at most 128.
    private protected override long LeastLength(PixelShape shape) =>
        HeaderLength + (FrameCodecs.NativeLength(shape) ?? 0) / 64;

    private protected override CodecProblem Check(ReadOnlySpan<byte> encoded, PixelShape shape)
    {
        var segments = shape.SamplesPerPixel * (shape.BitsAllocated / 8);
        if (segments > MaxSegments) return CodecProblem.Unsupported;
        if (BinaryPrimitives.ReadUInt32LittleEndian(encoded) != segments) return CodecProblem.ShapeMismatch;
        long last = HeaderLength;
        for (var i = 0; i < segments; i++)
        {
            var offset = Offset(encoded, i);
            if (offset < last) return CodecProblem.Malformed;
            if (offset > encoded.Length) return CodecProblem.Truncated;
            last = offset;
        }
        return CodecProblem.None;
    }

    private protected override CodecProblem Decode(ReadOnlySpan<byte> encoded, FrameTarget target)
    {
        var width = target.SampleBytes;
        var segments = target.Shape.SamplesPerPixel * width;
        var pixels = target.Shape.Rows * target.Shape.Columns;
        for (var i = 0; i < segments; i++)
        {
            var start = (int)Offset(encoded, i);
            var end = i + 1 < segments ? (int)Offset(encoded, i + 1) : encoded.Length;
            var significance = width - 1 - i % width;
            if (!Unpack(encoded[start..end], target.Sample(i / width)[significance..], target.PixelPitch, pixels)) return CodecProblem.Truncated;
        }
        return CodecProblem.None;
    }

    private static uint Offset(ReadOnlySpan<byte> encoded, int segment) => BinaryPrimitives.ReadUInt32LittleEndian(encoded[(4 + 4 * segment)..]);

    /// <summary>False when the segment ends before <paramref name="count"/> bytes. What it holds beyond them is padding.</summary>
    private static bool Unpack(ReadOnlySpan<byte> segment, Span<byte> target, int pitch, int count)
    {
        int at = 0, done = 0;
        while (done < count)
        {
            if (at >= segment.Length) return false;
            var control = segment[at++];
            if (control == 128) continue;
            if (control < 128)
            {
                var literal = Math.Min(control + 1, count - done);
                if (literal > segment.Length - at) return false;
                var bytes = segment.Slice(at, literal);
                if (pitch == 1) bytes.CopyTo(target[done..]);
                else for (int i = 0, offset = done * pitch; i < literal; i++, offset += pitch) target[offset] = bytes[i];
                // A literal that reaches over the end is padding too; the loop ends there.
                at += literal;
                done += literal;
                continue;
            }
            if (at >= segment.Length) return false;
            var run = Math.Min(257 - control, count - done);
            var value = segment[at++];
            if (pitch == 1) target.Slice(done, run).Fill(value);
            else for (int i = 0, offset = done * pitch; i < run; i++, offset += pitch) target[offset] = value;
            done += run;
        }
        return true;
    }
}
