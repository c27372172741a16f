using System.Buffers.Binary;
using FellowOakDicom;
using Regional.Imaging.Codecs;
using Regional.Imaging.Frames;
using Regional.Imaging.Headers;

namespace Regional.Imaging.Rendering;

/// <summary>A frame without compression: little endian, whole bytes a sample, chrominance shared by pixels only where it was stored so.</summary>
/// <param name="Problem">Why there are no pixels.</param>
/// <param name="PhotometricInterpretation">Of the pixels as they are here: decoders of lossy colour give RGB.</param>
/// <param name="IsPlanar">One plane a sample.</param>
public readonly record struct NativeFrame(CodecProblem Problem, byte[] Pixels, string PhotometricInterpretation, bool IsPlanar);

/// <summary>One stored instance as frames: header parsed once, frames read and decoded on demand. Safe for concurrent readers if its source is.</summary>
public sealed class FrameSource
{
    private readonly ReadAt _read;
    private readonly FrameMap _map;
    private readonly string _syntax;
    private readonly bool _isWordStream;

    private FrameSource(ReadAt read, FrameMap map, string syntax, bool isWordStream, DicomDataset dataSet, PixelDescription pixels) =>
        (_read, _map, _syntax, _isWordStream, DataSet, Pixels) = (read, map, syntax, isWordStream, dataSet, pixels);

    public int FrameCount => _map.Count;

    public PixelShape Shape => Pixels.Shape;

    internal DicomDataset DataSet { get; }

    internal PixelDescription Pixels { get; }

    /// <summary>Null when the data set cannot be read or its frames cannot be found.</summary>
    /// <param name="read">The data set as stored, without file meta information.</param>
    public static FrameSource? Open(ReadAt read, long length, string transferSyntaxUid)
    {
        var layout = DataSetWalker.Walk(read, length, transferSyntaxUid);
        if (layout.Problem != DataSetProblem.None || HeaderReader.Read(read, layout, layout.HeaderLength, transferSyntaxUid) is not { } dataSet) return null;
        var pixels = DisplayReader.Pixels(dataSet);
        if (layout.Inflated is { } inflated) read = (offset, buffer) => Copy(inflated.Span, offset, buffer);
        var map = FrameMapper.Map(layout with { Inflated = null }, pixels.Shape, read);
        if (map.Count == 0) return null;
        // Floating point pixels (7FE0,0008) and (7FE0,0009) have no display of their own here.
        var element = layout.Bulk.FirstOrDefault(bulk => bulk.Tag >> 16 == 0x7FE0 && bulk.Value == layout.NativePixels);
        if (element.Tag is not (0 or TransferSyntaxes.PixelDataTag)) return null;
        return new(read, map, transferSyntaxUid, element.Vr == "OW", dataSet, pixels);
    }

    /// <summary>One frame's samples.</summary>
    /// <param name="number">From 1 to <see cref="FrameCount"/>.</param>
    /// <exception cref="IOException">The source ends before its frames do.</exception>
    public NativeFrame Native(int number)
    {
        var pieces = _map.Frame(number);
        var length = pieces.Sum(piece => piece.Length);
        if (length > 2L * FrameCodecs.MaxFrameLength) return Refused(CodecProblem.TooLarge);
        var bytes = new byte[length];
        var at = 0;
        foreach (var piece in pieces)
        {
            if (_read(piece.Offset, bytes.AsSpan(at, (int)piece.Length)) < piece.Length) throw new IOException("A data set is shorter than its own lengths say.");
            at += (int)piece.Length;
        }
        if (!_map.IsEncapsulated || _syntax == TransferSyntaxes.EncapsulatedUncompressed) return Uncompressed(bytes);
        if (FrameCodecs.Find(_syntax) is not { } decoder) return Refused(CodecProblem.Unsupported);
        var decoded = decoder.Decode(bytes, Shape, Pixels.IsPlanar);
        return new(decoded.Problem, decoded.Pixels, FrameCodecs.DecodedPhotometric(_syntax, Shape.PhotometricInterpretation), Pixels.IsPlanar);
    }

    private NativeFrame Uncompressed(byte[] bytes)
    {
        if (bytes.Length > FrameCodecs.MaxFrameLength) return Refused(CodecProblem.TooLarge);
        switch (Shape.BitsAllocated)
        {
            case 1:
                bytes = Unpack(bytes, Shape);
                break;
            case 8 or 16 or 32:
                if (_syntax != TransferSyntaxes.ExplicitBigEndian) break;
                if (Shape.BitsAllocated == 16) Swap16(bytes);
                else if (Shape.BitsAllocated == 32) Swap32(bytes);
                else if (_isWordStream && bytes.Length % 2 == 0) Swap16(bytes);
                else if (_isWordStream && _map.Count > 1) return Refused(CodecProblem.Unsupported);
                break;
            default:
                return Refused(CodecProblem.Unsupported);
        }
        return new(CodecProblem.None, bytes, Shape.PhotometricInterpretation, Pixels.IsPlanar);
    }

    private static NativeFrame Refused(CodecProblem problem) => new(problem, [], "", false);

    /// <summary>One bit a pixel becomes one byte: the first pixel is the lowest bit (PS3.5 §8.1.1).</summary>
    private static byte[] Unpack(byte[] bits, PixelShape shape)
    {
        var pixels = new byte[shape.Rows * shape.Columns * shape.SamplesPerPixel];
        for (var i = 0; i < pixels.Length; i++) pixels[i] = (byte)(bits[i >> 3] >> (i & 7) & 1);
        return pixels;
    }

    private static void Swap16(Span<byte> bytes)
    {
        var words = System.Runtime.InteropServices.MemoryMarshal.Cast<byte, ushort>(bytes);
        BinaryPrimitives.ReverseEndianness(words, words);
    }

    private static void Swap32(Span<byte> bytes)
    {
        var words = System.Runtime.InteropServices.MemoryMarshal.Cast<byte, uint>(bytes);
        BinaryPrimitives.ReverseEndianness(words, words);
    }

    private static int Copy(ReadOnlySpan<byte> bytes, long offset, Span<byte> buffer)
    {
        var part = (int)Math.Clamp(bytes.Length - offset, 0, buffer.Length);
        bytes.Slice((int)Math.Min(offset, bytes.Length), part).CopyTo(buffer);
        return part;
    }
}
