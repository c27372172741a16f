using Regional.Imaging.Codecs;
using Regional.Imaging.Codecs.Jpeg;
using Regional.Imaging.Codecs.JpegLs;
using Regional.Imaging.Codecs.Rle;
using Regional.Imaging.Frames;

namespace Regional.Imaging.Tests.Codecs;

/// <summary>Damaged streams (proof.md, list 8): no exception, no hang, no memory beyond the frame that the data set announces.</summary>
public sealed class FuzzTests
{
    private const int Cases = 3000;

    public static TheoryData<string, int> Streams => new()
    {
        { "1.2.840.10008.1.2.4.80", 1 }, { "1.2.840.10008.1.2.4.80", 3 }, { "1.2.840.10008.1.2.5", 1 }, { "1.2.840.10008.1.2.5", 3 },
        { "1.2.840.10008.1.2.4.70", 1 }, { "1.2.840.10008.1.2.4.70", 3 }, { "1.2.840.10008.1.2.4.50", 1 }, { "1.2.840.10008.1.2.4.50", 3 }
    };

    [Theory]
    [MemberData(nameof(Streams))]
    public void A_damaged_stream_is_a_typed_problem_or_another_image(string syntax, int samples)
    {
        var decoder = FrameCodecs.Find(syntax)!;
        var random = new Random(samples * 7919);
        var problems = new Dictionary<CodecProblem, int>();
        for (var i = 0; i < Cases; i++)
        {
            var shape = SeededPixels.Shape(1 + random.Next(24), 1 + random.Next(40), samples, random.Next(2) == 0 ? 8 : 16);
            var stream = Damage(Whole(syntax, shape, SeededPixels.Patterns[i % SeededPixels.Patterns.Length], i), random);
            var before = GC.GetAllocatedBytesForCurrentThread();
            var decoded = decoder.Decode(stream, shape);
            (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(2_000_000);
            decoded.Pixels.Length.ShouldBe(decoded.Problem == CodecProblem.None ? (int)FrameCodecs.NativeLength(shape)! : 0);
            problems[decoded.Problem] = problems.GetValueOrDefault(decoded.Problem) + 1;
        }
        // The damage is real, and it is told apart.
        problems.Keys.Count.ShouldBeGreaterThan(2);
        problems[CodecProblem.Truncated].ShouldBeGreaterThan(Cases / 20);
    }

    [Theory]
    [MemberData(nameof(Streams))]
    public void A_tiny_stream_takes_no_memory_for_a_huge_frame(string syntax, int samples)
    {
        var decoder = FrameCodecs.Find(syntax)!;
        var small = Whole(syntax, SeededPixels.Shape(4, 4, samples, 16), "flat", 1);
        foreach (var (rows, columns) in new[] { (65535, 65535), (9000, 4000), (65535, 1), (0, 4), (-1, 4), (70000, 1) })
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            var decoded = decoder.Decode(small, new PixelShape(rows, columns, samples, 16, 1, ""));
            decoded.Problem.ShouldNotBe(CodecProblem.None);
            (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(1_000_000);
        }
        decoder.Decode([], new PixelShape(4, 4, samples, 16, 1, "")).Problem.ShouldNotBe(CodecProblem.None);
    }

    [Fact]
    public void The_stream_must_be_the_image_that_the_data_set_describes()
    {
        var shape = SeededPixels.Shape(8, 9, 1, 12);
        var encoded = JpegLsEncoder.Encode(SeededPixels.Make("soft", shape, 12, 1), shape, 12)!;
        var decoder = FrameCodecs.Find("1.2.840.10008.1.2.4.80")!;
        decoder.Decode(encoded, shape with { Rows = 9, Columns = 8 }).Problem.ShouldBe(CodecProblem.ShapeMismatch);
        decoder.Decode(encoded, shape with { SamplesPerPixel = 3 }).Problem.ShouldBe(CodecProblem.ShapeMismatch);
        decoder.Decode(encoded, shape with { BitsAllocated = 8 }).Problem.ShouldBe(CodecProblem.ShapeMismatch);
        decoder.Decode(encoded, shape with { BitsAllocated = 1 }).Problem.ShouldBe(CodecProblem.Unsupported);
        FrameCodecs.Find("1.2.840.10008.1.2.4.100").ShouldBeNull();
    }

    private static byte[] Whole(string syntax, PixelShape shape, string pattern, int seed)
    {
        if (syntax == "1.2.840.10008.1.2.4.50")
        {
            var small = SeededPixels.Make(pattern, shape with { BitsAllocated = 8 }, 8, seed);
            return BaselineJpegEncoder.Encode(small, shape.Columns, shape.Rows, shape.SamplesPerPixel, 20 + seed % 80, seed % 2 == 0);
        }
        var pixels = SeededPixels.Make(pattern, shape, shape.BitsAllocated, seed);
        return syntax switch
        {
            "1.2.840.10008.1.2.5" => RleEncoder.Encode(pixels, shape),
            "1.2.840.10008.1.2.4.70" => LosslessJpegBytes.Encode(pixels, shape, 1 + seed % 7, seed % 3 == 0 ? 2 : 0),
            _ => JpegLsEncoder.Encode(pixels, shape, shape.BitsAllocated, (JpegLsInterleave)(seed % 3))!
        };
    }

    private static byte[] Damage(byte[] stream, Random random)
    {
        var bytes = stream.ToArray();
        for (var hits = 1 + random.Next(4); hits > 0; hits--)
        {
            switch (random.Next(6))
            {
                case 0:
                    bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    bytes[random.Next(Math.Min(bytes.Length, 64))] = (byte)random.Next(256);
                    break;
                case 2:
                    bytes[random.Next(bytes.Length)] = 0xFF;
                    break;
                case 3:
                    bytes = bytes[..Math.Max(1, random.Next(bytes.Length))];
                    break;
                case 4:
                    random.NextBytes(bytes.AsSpan(random.Next(bytes.Length)));
                    break;
                default:
                    var at = random.Next(bytes.Length);
                    bytes = [.. bytes[..at], (byte)random.Next(256), .. bytes[at..]];
                    break;
            }
        }
        return bytes;
    }
}
