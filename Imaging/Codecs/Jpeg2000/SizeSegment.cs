using System.Buffers.Binary;
using Regional.Imaging.Frames;

namespace Regional.Imaging.Codecs.Jpeg2000;

/// <summary>The first segment of a JPEG 2000 code stream (T.800 §A.5.1), read here so that the native library never sees an image that the data set does not announce.</summary>
internal static class SizeSegment
{
    /// <summary>Most samples of a frame; the library needs some eight bytes for each.</summary>
    private const long MaxSamples = 64L << 20;

    /// <summary>Most tiles; the library keeps a description of each. Real images have some hundreds.</summary>
    private const long MaxTiles = 16384;

    /// <summary>A tile is at least one tile part: SOT with twelve bytes, SOD with two.</summary>
    private const int LeastTile = 14;

    public static CodecProblem Check(ReadOnlySpan<byte> encoded, PixelShape shape)
    {
        if (encoded.Length < 45) return CodecProblem.Truncated;
        if (!encoded.StartsWith((ReadOnlySpan<byte>)[0xFF, 0x4F, 0xFF, 0x51])) return CodecProblem.Malformed;
        var components = BinaryPrimitives.ReadUInt16BigEndian(encoded[40..]);
        if (BinaryPrimitives.ReadUInt16BigEndian(encoded[4..]) != 38 + 3 * components || encoded.Length < 42 + 3 * components) return CodecProblem.Malformed;
        long Number(ReadOnlySpan<byte> bytes, int index) => BinaryPrimitives.ReadUInt32BigEndian(bytes[(8 + 4 * index)..]);
        var (right, bottom, left, top) = (Number(encoded, 0), Number(encoded, 1), Number(encoded, 2), Number(encoded, 3));
        var (tileWidth, tileHeight, tileLeft, tileTop) = (Number(encoded, 4), Number(encoded, 5), Number(encoded, 6), Number(encoded, 7));
        if (right - left != shape.Columns || bottom - top != shape.Rows || components != shape.SamplesPerPixel) return CodecProblem.ShapeMismatch;
        if ((long)shape.Rows * shape.Columns * components > MaxSamples) return CodecProblem.TooLarge;
        if (tileWidth < 1 || tileHeight < 1 || tileLeft > left || tileTop > top || tileLeft + tileWidth <= left || tileTop + tileHeight <= top) return CodecProblem.Malformed;
        var tiles = ((right - tileLeft + tileWidth - 1) / tileWidth) * ((bottom - tileTop + tileHeight - 1) / tileHeight);
        if (tiles > MaxTiles) return CodecProblem.TooLarge;
        if (tiles * LeastTile > encoded.Length) return CodecProblem.Truncated;
        for (var c = 0; c < components; c++)
        {
            var at = encoded[(42 + 3 * c)..];
            var precision = (at[0] & 0x7F) + 1;
            if (precision > 16 || at[1] != 1 || at[2] != 1) return CodecProblem.Unsupported;
            if (precision > shape.BitsAllocated) return CodecProblem.ShapeMismatch;
        }
        return CodecProblem.None;
    }
}
