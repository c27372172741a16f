using Regional.Imaging.Codecs;
using Regional.Imaging.Codecs.Jpeg;
using Regional.Imaging.Codecs.Jpeg2000;
using Regional.Imaging.Codecs.JpegLs;
using Regional.Imaging.Codecs.Rle;
using Regional.Imaging.Frames;
using Regional.Imaging.Tests.Codecs;
using Regional.TestKit.Fuzzing;

namespace Regional.Imaging.Tests.Fuzzing;

/// <summary>Damaged streams through every decoder: a typed problem or another image, no more memory than the announced frame needs (proof.md, list 8).</summary>
public sealed class CodecFuzzTests
{
    private const long MostAllocated = 4L << 20;

    [Theory]
    [InlineData("1.2.840.10008.1.2.4.80", 5)]
    [InlineData("1.2.840.10008.1.2.4.70", 4)]
    [InlineData("1.2.840.10008.1.2.4.50", 5)]
    [InlineData("1.2.840.10008.1.2.5", 2)]
    public async Task Damaged_streams_are_a_typed_problem_or_another_image(string syntax, double seconds)
    {
        var decoder = FrameCodecs.Find(syntax)!;
        List<PixelShape> shapes = [];
        List<byte[]> corpus = [];
        foreach (var (pattern, i) in SeededPixels.Patterns.Select((pattern, i) => (pattern, i)))
        {
            var shape = SeededPixels.Shape(9 + 5 * i, 40 - 4 * i, i % 2 == 0 ? 1 : 3, i % 3 == 0 || syntax.EndsWith(".50", StringComparison.Ordinal) ? 8 : 16);
            shapes.Add(shape);
            var pixels = SeededPixels.Make(pattern, shape, shape.BitsAllocated, i);
            corpus.Add(syntax switch
            {
                "1.2.840.10008.1.2.5" => RleEncoder.Encode(pixels, shape),
                "1.2.840.10008.1.2.4.70" => LosslessJpegBytes.Encode(pixels, shape, 1 + i % 7, 0),
                "1.2.840.10008.1.2.4.50" => BaselineJpegEncoder.Encode(pixels, shape.Columns, shape.Rows, shape.SamplesPerPixel, 70, i % 2 == 1),
                _ => JpegLsEncoder.Encode(pixels, shape, shape.BitsAllocated, (JpegLsInterleave)(i % 3))!
            });
        }
        await new FuzzRun("codec-" + syntax.Split('.')[^1], seconds).RunAsync(corpus, (entry, stream, random) =>
        {
            var shape = random.Next(6) == 0 ? shapes[random.Next(shapes.Count)] : shapes[entry];
            var before = GC.GetAllocatedBytesForCurrentThread();
            var decoded = decoder.Decode(stream, shape, random.Next(2) == 0);
            (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(MostAllocated);
            decoded.Pixels.Length.ShouldBe(decoded.Problem == CodecProblem.None ? (int)FrameCodecs.NativeLength(shape)! : 0);
            return Task.CompletedTask;
        });
    }

    [SkippableFact]
    public async Task Damaged_jpeg_2000_costs_at_most_its_own_decoder()
    {
        var (stream, shape, _) = await Jpeg2000Tests.SampleAsync();
        var decoder = new Jpeg2000Decoder();
        await new FuzzRun("codec-90", 6).RunAsync([stream], (_, damaged, _) =>
        {
            var decoded = decoder.Decode(damaged, shape);
            decoded.Pixels.Length.ShouldBe(decoded.Problem == CodecProblem.None ? (int)FrameCodecs.NativeLength(shape)! : 0);
            return Task.CompletedTask;
        });
        decoder.Decode(stream, shape).Problem.ShouldBe(CodecProblem.None);
    }
}
