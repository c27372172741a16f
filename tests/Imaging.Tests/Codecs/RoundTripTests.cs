using Regional.Imaging.Codecs;
using Regional.Imaging.Codecs.JpegLs;
using Regional.Imaging.Codecs.Rle;
using Regional.Imaging.Frames;

namespace Regional.Imaging.Tests.Codecs;

/// <summary>What is encoded comes back bit for bit: every depth, odd sizes, every interleaving. R4.3.3-3.</summary>
public sealed class RoundTripTests
{
    private const string JpegLs = "1.2.840.10008.1.2.4.80";
    private const string RleLossless = "1.2.840.10008.1.2.5";
    private static readonly (int Rows, int Columns)[] Sizes = [(1, 1), (1, 2), (2, 1), (1, 129), (77, 1), (13, 17), (40, 64), (31, 300)];

    public static TheoryData<int> Depths => [.. Enumerable.Range(2, 15)];

    [Theory]
    [MemberData(nameof(Depths))]
    public void Jpeg_ls_of_one_component(int precision)
    {
        foreach (var (rows, columns) in Sizes)
        {
            foreach (var pattern in SeededPixels.Patterns)
            {
                var shape = SeededPixels.Shape(rows, columns, 1, precision);
                var pixels = SeededPixels.Make(pattern, shape, precision, rows * 1000 + columns);
                var encoded = JpegLsEncoder.Encode(pixels, shape, precision).ShouldNotBeNull();
                (encoded.Length % 2).ShouldBe(0);
                var decoded = FrameCodecs.Find(JpegLs)!.Decode(encoded, shape);
                decoded.Problem.ShouldBe(CodecProblem.None, $"{pattern} {rows}×{columns}");
                decoded.Pixels.AsSpan().SequenceEqual(pixels).ShouldBeTrue($"{pattern} {rows}×{columns}");
            }
        }
    }

    [Theory]
    [InlineData(JpegLsInterleave.None)]
    [InlineData(JpegLsInterleave.Line)]
    [InlineData(JpegLsInterleave.Sample)]
    public void Jpeg_ls_of_three_components(JpegLsInterleave interleave)
    {
        foreach (var (rows, columns) in Sizes)
        {
            foreach (var pattern in SeededPixels.Patterns)
            {
                foreach (var precision in new[] { 5, 8, 12, 16 })
                {
                    var shape = SeededPixels.Shape(rows, columns, 3, precision);
                    var pixels = SeededPixels.Make(pattern, shape, precision, rows + columns);
                    var encoded = JpegLsEncoder.Encode(pixels, shape, precision, interleave).ShouldNotBeNull();
                    FrameCodecs.Find(JpegLs)!.Decode(encoded, shape).Pixels.ShouldBe(pixels, $"{pattern} {rows}×{columns} {precision}");
                    FrameCodecs.Find(JpegLs)!.Decode(encoded, shape, isPlanar: true).Pixels.ShouldBe(SeededPixels.Planar(pixels, shape));
                }
            }
        }
    }

    [Theory]
    [InlineData(8, 8)]
    [InlineData(8, 8 * 300)]
    public void Jpeg_ls_with_restart_markers_counted_in_lines_or_in_samples(int lines, int interval)
    {
        var shape = SeededPixels.Shape(31, 300, 1, 12);
        var pixels = SeededPixels.Make("soft", shape, 12, 9);
        var whole = JpegLsEncoder.Encode(pixels, shape, 12)!;
        var scan = whole.AsSpan().IndexOf([(byte)0xFF, (byte)0xDA]);
        List<byte> stream = [.. whole[..scan], 0xFF, 0xDD, 0, 4, (byte)(interval >> 8), (byte)interval, .. whole[scan..(scan + 10)]];
        // An interval knows nothing of what stands above it, so it is what an image of its own would be.
        for (var row = 0; row < shape.Rows; row += lines)
        {
            var strip = shape with { Rows = Math.Min(lines, shape.Rows - row) };
            var encoded = JpegLsEncoder.Encode(pixels.AsSpan(row * 600, strip.Rows * 600), strip, 12)!;
            if (row > 0) stream.AddRange([0xFF, (byte)(0xD0 + (row / lines - 1) % 8)]);
            stream.AddRange(encoded.AsSpan()[(encoded.AsSpan().IndexOf([(byte)0xFF, (byte)0xDA]) + 10)..^2].TrimEnd((byte)0xFF));
        }
        stream.AddRange([0xFF, 0xD9]);
        var decoded = FrameCodecs.Find(JpegLs)!.Decode(stream.ToArray(), shape);
        decoded.Problem.ShouldBe(CodecProblem.None);
        decoded.Pixels.ShouldBe(pixels);
    }

    [Fact]
    public void Jpeg_ls_refuses_samples_above_the_precision()
    {
        var shape = SeededPixels.Shape(4, 4, 1, 12);
        var pixels = SeededPixels.Make("top", shape, 12, 1);
        JpegLsEncoder.Encode(pixels, shape, 12).ShouldNotBeNull();
        JpegLsEncoder.Encode(pixels, shape, 11).ShouldBeNull();
    }

    [Theory]
    [InlineData(1, 8)]
    [InlineData(1, 16)]
    [InlineData(1, 32)]
    [InlineData(3, 8)]
    [InlineData(3, 16)]
    public void Rle_of_every_width(int samples, int allocated)
    {
        foreach (var (rows, columns) in Sizes)
        {
            foreach (var pattern in SeededPixels.Patterns)
            {
                var shape = new PixelShape(rows, columns, samples, allocated, 1, "");
                var pixels = SeededPixels.Make(pattern, new PixelShape(rows, columns, samples * allocated / 8, 8, 1, ""), 8, rows + columns);
                var encoded = RleEncoder.Encode(pixels, shape);
                (encoded.Length % 2).ShouldBe(0);
                FrameCodecs.Find(RleLossless)!.Decode(encoded, shape).Pixels.ShouldBe(pixels);
                var planar = SeededPixels.Planar(pixels, shape);
                FrameCodecs.Find(RleLossless)!.Decode(RleEncoder.Encode(planar, shape, isPlanar: true), shape, isPlanar: true).Pixels.ShouldBe(planar);
            }
        }
    }

    [Theory]
    [InlineData(1, 8)]
    [InlineData(1, 16)]
    [InlineData(3, 8)]
    [InlineData(3, 16)]
    public void Lossless_jpeg_of_every_predictor(int samples, int bits)
    {
        foreach (var (rows, columns) in Sizes)
        {
            foreach (var pattern in SeededPixels.Patterns)
            {
                for (var predictor = 1; predictor <= 7; predictor++)
                {
                    var shape = SeededPixels.Shape(rows, columns, samples, bits);
                    var pixels = SeededPixels.Make(pattern, shape, bits, rows + columns);
                    var encoded = LosslessJpegBytes.Encode(pixels, shape, predictor, predictor % 3 == 0 ? 2 : 0);
                    FrameCodecs.Find("1.2.840.10008.1.2.4.57")!.Decode(encoded, shape).Pixels.ShouldBe(pixels, $"{pattern} {rows}×{columns} {predictor}");
                }
            }
        }
    }
}
