using System.Buffers.Binary;
using Regional.Imaging.Frames;

namespace Regional.Imaging.Tests.Codecs;

/// <summary>Small images of every kind that a predictor or a run meets.</summary>
public static class SeededPixels
{
    public static readonly string[] Patterns = ["flat", "top", "noise", "gradient", "steps", "sparse", "soft"];

    public static PixelShape Shape(int rows, int columns, int samples, int precision) =>
        new(rows, columns, samples, precision <= 8 ? 8 : 16, 1, samples == 1 ? "MONOCHROME2" : "RGB");

    public static byte[] Make(string pattern, PixelShape shape, int precision, int seed)
    {
        var random = new Random(seed);
        var max = (1 << precision) - 1;
        var count = shape.Rows * shape.Columns * shape.SamplesPerPixel;
        var bytes = new byte[count * shape.BitsAllocated / 8];
        for (var i = 0; i < count; i++)
        {
            var (sample, x, y) = (i % shape.SamplesPerPixel, i / shape.SamplesPerPixel % shape.Columns, i / shape.SamplesPerPixel / shape.Columns);
            var value = pattern switch
            {
                "flat" => max / 3,
                "top" => max,
                "noise" => random.Next(max + 1),
                "gradient" => (x * 3 + y * 5 + sample * 11) & max,
                "steps" => (x / 9 + y / 4 + sample) % 2 == 0 ? 0 : max,
                "sparse" => random.Next(40) == 0 ? random.Next(max + 1) : max / 2,
                _ => (int)(max * (0.5 + 0.4 * Math.Sin(x / 7.0 + sample) * Math.Cos(y / 5.0))) + random.Next(3) & max
            };
            if (shape.BitsAllocated == 8) bytes[i] = (byte)value;
            else BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(2 * i), (ushort)value);
        }
        return bytes;
    }

    public static byte[] Planar(byte[] pixels, PixelShape shape)
    {
        var (width, count) = (shape.BitsAllocated / 8, shape.Rows * shape.Columns);
        var planar = new byte[pixels.Length];
        for (var i = 0; i < count; i++)
        {
            for (var s = 0; s < shape.SamplesPerPixel; s++)
                pixels.AsSpan((i * shape.SamplesPerPixel + s) * width, width).CopyTo(planar.AsSpan((s * count + i) * width));
        }
        return planar;
    }
}
