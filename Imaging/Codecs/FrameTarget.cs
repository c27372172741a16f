using System.Buffers.Binary;
using Regional.Imaging.Frames;

namespace Regional.Imaging.Codecs;

/// <summary>Where decoded samples go: side by side or in planes, one, two or four bytes each, little endian.</summary>
internal readonly ref struct FrameTarget
{
    private readonly Span<byte> _pixels;
    private readonly int _samplePitch;
    private readonly int _pixelPitch;

    public FrameTarget(Span<byte> pixels, PixelShape shape, bool isPlanar)
    {
        _pixels = pixels;
        Shape = shape;
        SampleBytes = shape.BitsAllocated / 8;
        _pixelPitch = isPlanar ? SampleBytes : SampleBytes * shape.SamplesPerPixel;
        _samplePitch = isPlanar ? SampleBytes * shape.Rows * shape.Columns : SampleBytes;
    }

    public PixelShape Shape { get; }

    public int SampleBytes { get; }

    /// <summary>Bytes from a pixel's sample to the next pixel's same sample.</summary>
    public int PixelPitch => _pixelPitch;

    /// <summary>Everything from the first byte of a sample of pixel 0 on.</summary>
    public Span<byte> Sample(int sample) => _pixels[(sample * _samplePitch)..];

    /// <summary>Puts one line of one sample.</summary>
    public void PutLine(int sample, int row, ReadOnlySpan<ushort> values)
    {
        var at = Sample(sample)[(int)((long)row * Shape.Columns * _pixelPitch)..];
        if (SampleBytes == 1)
        {
            for (int i = 0, offset = 0; i < values.Length; i++, offset += _pixelPitch) at[offset] = (byte)values[i];
            return;
        }
        if (SampleBytes == 2 && _pixelPitch == 2 && BitConverter.IsLittleEndian)
        {
            System.Runtime.InteropServices.MemoryMarshal.AsBytes(values).CopyTo(at);
            return;
        }
        for (int i = 0, offset = 0; i < values.Length; i++, offset += _pixelPitch) BinaryPrimitives.WriteUInt16LittleEndian(at[offset..], values[i]);
    }
}
