using System.Buffers.Binary;
using Regional.Imaging.Codecs.Jpeg;
using Regional.Imaging.Frames;

namespace Regional.Imaging.Codecs.JpegLs;

/// <summary>Writes one frame in lossless JPEG-LS (ITU-T T.87; transfer syntax 1.2.840.10008.1.2.4.80).</summary>
public static class JpegLsEncoder
{
    /// <summary>One frame's stream, of even length.</summary>
    /// <param name="pixels">Native little endian samples, side by side.</param>
    /// <param name="shape">Their shape; 8 or 16 bits allocated.</param>
    /// <param name="precision">Bits that count in each sample, 2 to 16. Sign-extended samples need all allocated bits.</param>
    /// <param name="interleave">For several samples a pixel; a single one always has a scan of its own.</param>
    /// <returns>Null when a sample is larger than <paramref name="precision"/> says: it could not come back as it was.</returns>
    /// <exception cref="ArgumentException">The shape does not fit the pixels or cannot be written.</exception>
    public static byte[]? Encode(ReadOnlySpan<byte> pixels, PixelShape shape, int precision, JpegLsInterleave interleave = JpegLsInterleave.Line)
    {
        if (FrameCodecs.NativeLength(shape) is not { } length || length != pixels.Length) throw new ArgumentException("The pixels are not one frame of this shape.", nameof(shape));
        if (shape.BitsAllocated > 16 || precision is < 2 or > 16 || precision > shape.BitsAllocated) throw new ArgumentException("JPEG-LS writes 2 to 16 bits.", nameof(precision));
        if (!Fits(pixels, shape.BitsAllocated, precision)) return null;
        var samples = shape.SamplesPerPixel;
        var mode = samples == 1 ? JpegLsInterleave.None : interleave;
        var writer = new JpegLsBitWriter(pixels.Length / 2 + 256);
        writer.PutBytes([0xFF, Marker.ImageStart]);
        PutFrame(writer, shape, precision);
        var preset = new JpegLsPreset(0, 0, 0, 0, 0).Complete(precision, 0)!.Value;
        // Some readers take other defaults above 12 bits; what is written out cannot be misread.
        if (precision > 12) PutPreset(writer, preset);
        var model = new JpegLsModel(preset, precision, 0);
        for (var first = 0; first < samples; first += mode == JpegLsInterleave.None ? 1 : samples)
        {
            var count = mode == JpegLsInterleave.None ? 1 : samples;
            PutScan(writer, first, count, mode);
            EncodeScan(writer, model, pixels, shape, first, count, mode);
        }
        // A fill byte before the last marker makes the length even, as fragments must be.
        if (writer.Written.Length % 2 == 1) writer.PutBytes([0xFF]);
        writer.PutBytes([0xFF, Marker.ImageEnd]);
        return writer.Written.ToArray();
    }

    private static void EncodeScan(
        JpegLsBitWriter writer, JpegLsModel model, ReadOnlySpan<byte> pixels, PixelShape shape, int first, int count, JpegLsInterleave mode)
    {
        model.Restart();
        var encoder = new JpegLsScanEncoder(model, writer, shape.Columns, count);
        var sampleBytes = shape.BitsAllocated / 8;
        var pitch = sampleBytes * shape.SamplesPerPixel;
        for (var row = 0; row < shape.Rows; row++)
        {
            var line = pixels.Slice(row * shape.Columns * pitch, shape.Columns * pitch);
            encoder.NextLine();
            for (var i = 0; i < count; i++) Load(line[((first + i) * sampleBytes)..], sampleBytes, pitch, encoder.Line(i));
            if (mode == JpegLsInterleave.Sample) encoder.EncodeSampleLine();
            else encoder.EncodeLines();
        }
        writer.End();
    }

    private static void Load(ReadOnlySpan<byte> source, int sampleBytes, int pitch, Span<ushort> line)
    {
        if (sampleBytes == 1)
        {
            for (int i = 0, offset = 0; i < line.Length; i++, offset += pitch) line[i] = source[offset];
            return;
        }
        if (pitch == 2 && BitConverter.IsLittleEndian)
        {
            source[..(line.Length * 2)].CopyTo(System.Runtime.InteropServices.MemoryMarshal.AsBytes(line));
            return;
        }
        for (int i = 0, offset = 0; i < line.Length; i++, offset += pitch) line[i] = BinaryPrimitives.ReadUInt16LittleEndian(source[offset..]);
    }

    private static bool Fits(ReadOnlySpan<byte> pixels, int allocated, int precision)
    {
        if (precision == allocated) return true;
        if (allocated == 8) return !pixels.ContainsAnyInRange((byte)(1 << precision), byte.MaxValue);
        for (var i = 0; i < pixels.Length; i += 2)
        {
            if (BinaryPrimitives.ReadUInt16LittleEndian(pixels[i..]) >> precision != 0) return false;
        }
        return true;
    }

    private static void PutFrame(JpegLsBitWriter writer, PixelShape shape, int precision)
    {
        var n = shape.SamplesPerPixel;
        writer.PutBytes([0xFF, Marker.JpegLsFrame, 0, (byte)(8 + 3 * n), (byte)precision, (byte)(shape.Rows >> 8), (byte)shape.Rows, (byte)(shape.Columns >> 8), (byte)shape.Columns, (byte)n]);
        for (var i = 1; i <= n; i++) writer.PutBytes([(byte)i, 0x11, 0]);
    }

    private static void PutPreset(JpegLsBitWriter writer, JpegLsPreset preset)
    {
        writer.PutBytes([0xFF, Marker.JpegLsPreset, 0, 13, 1]);
        foreach (var value in new[] { preset.MaxValue, preset.T1, preset.T2, preset.T3, preset.Reset }) writer.PutBytes([(byte)(value >> 8), (byte)value]);
    }

    private static void PutScan(JpegLsBitWriter writer, int first, int count, JpegLsInterleave mode)
    {
        writer.PutBytes([0xFF, Marker.ScanStart, 0, (byte)(6 + 2 * count), (byte)count]);
        for (var i = 1; i <= count; i++) writer.PutBytes([(byte)(first + i), 0]);
        writer.PutBytes([0, (byte)mode, 0]);
    }
}
