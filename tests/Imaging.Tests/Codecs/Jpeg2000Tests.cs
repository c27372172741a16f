using System.Diagnostics;
using System.Text;
using Regional.Imaging.Codecs;
using Regional.Imaging.Codecs.Jpeg2000;
using Regional.Imaging.Frames;
using Regional.TestKit;

namespace Regional.Imaging.Tests.Codecs;

/// <summary>JPEG 2000 and HTJ2K by the system's library in a process of its own: exact on strangers' files, and nothing that a stream holds reaches us. R4.3.3-3.</summary>
public sealed class Jpeg2000Tests
{
    [SkippableFact]
    public async Task What_gdcm_compresses_decodes_to_what_it_was()
    {
        var gdcm = Require("gdcmconv", "GDCM's tools are not installed");
        using var folder = new TempFolder();
        foreach (var path in (await StrangersFiles.SeededAsync(folder)).Concat(StrangersFiles.Real("ct-ge").Take(2)))
        {
            var result = await ExternalTool.RunAsync(gdcm, ["--j2k", path, folder.File("g.dcm")]);
            result.ExitCode.ShouldBe(0, result.Output);
            StrangersFiles.ShouldDecodeTo(folder.File("g.dcm"), path);
        }
    }

    [SkippableTheory]
    [InlineData(1, 8)]
    [InlineData(1, 12)]
    [InlineData(1, 16)]
    [InlineData(3, 8)]
    public async Task High_throughput_streams_decode_to_what_they_were(int samples, int precision)
    {
        var encoder = Require("ojph_compress", "OpenJPH's tools are not installed");
        Skip.IfNot(Jpeg2000Decoder.IsHighThroughputAvailable, "OpenJPEG is older than 2.5");
        using var folder = new TempFolder();
        var shape = SeededPixels.Shape(61, 83, samples, precision);
        var pixels = SeededPixels.Make("soft", shape, precision, 7);
        var body = (byte[])pixels.Clone();
        if (precision > 8) for (var i = 0; i < body.Length; i += 2) (body[i], body[i + 1]) = (body[i + 1], body[i]);
        var source = folder.File(samples == 1 ? "p.pgm" : "p.ppm");
        await File.WriteAllBytesAsync(source, [.. Encoding.ASCII.GetBytes($"P{(samples == 1 ? 5 : 6)}\n83 61\n{(1 << precision) - 1}\n"), .. body]);
        var result = await ExternalTool.RunAsync(encoder, ["-i", source, "-o", folder.File("p.j2c"), "-reversible", "true"]);
        result.ExitCode.ShouldBe(0, result.Output);
        var decoded = FrameCodecs.Find("1.2.840.10008.1.2.4.201")!.Decode(await File.ReadAllBytesAsync(folder.File("p.j2c")), shape);
        decoded.Problem.ShouldBe(CodecProblem.None);
        decoded.Pixels.AsSpan().SequenceEqual(pixels).ShouldBeTrue();
    }

    [SkippableFact]
    public async Task A_damaged_stream_is_a_typed_problem_or_another_image_and_the_next_one_is_decoded()
    {
        var (stream, shape, pixels) = await SampleAsync();
        var decoder = new Jpeg2000Decoder();
        var random = new Random(2000);
        var problems = new Dictionary<CodecProblem, int>();
        for (var i = 0; i < 300; i++)
        {
            var damaged = (byte[])stream.Clone();
            for (var k = random.Next(1, 6); k > 0; k--) damaged[random.Next(i % 2 == 0 ? 160 : damaged.Length)] = (byte)random.Next(256);
            if (i % 5 == 0) damaged = damaged[..random.Next(damaged.Length)];
            var decoded = decoder.Decode(damaged, shape);
            decoded.Pixels.Length.ShouldBe(decoded.Problem == CodecProblem.None ? pixels.Length : 0);
            problems[decoded.Problem] = problems.GetValueOrDefault(decoded.Problem) + 1;
        }
        problems.GetValueOrDefault(CodecProblem.Malformed).ShouldBeGreaterThan(20);
        decoder.Decode(stream, shape).Pixels.AsSpan().SequenceEqual(pixels).ShouldBeTrue();
    }

    [SkippableFact]
    public async Task A_decoder_that_died_is_replaced()
    {
        var (stream, shape, pixels) = await SampleAsync();
        var decoder = new Jpeg2000Decoder();
        decoder.Decode(stream, shape).Problem.ShouldBe(CodecProblem.None);
        var first = decoder.Pool.Idle.ShouldHaveSingleItem();
        using (var process = Process.GetProcessById(first))
        {
            process.Kill();
            await process.WaitForExitAsync();
        }
        decoder.Decode(stream, shape).Pixels.AsSpan().SequenceEqual(pixels).ShouldBeTrue();
        decoder.Pool.Idle.ShouldHaveSingleItem().ShouldNotBe(first);
    }

    [SkippableFact]
    public async Task An_image_that_was_not_announced_never_reaches_the_library()
    {
        var (stream, shape, _) = await SampleAsync();
        var decoder = new Jpeg2000Decoder();
        CodecProblem Of(Action<byte[]> change)
        {
            var copy = (byte[])stream.Clone();
            change(copy);
            return decoder.Decode(copy, shape).Problem;
        }
        decoder.Decode(stream, shape with { Rows = 9 }).Problem.ShouldBe(CodecProblem.ShapeMismatch);
        decoder.Decode(stream, shape with { SamplesPerPixel = 3 }).Problem.ShouldBe(CodecProblem.ShapeMismatch);
        decoder.Decode(stream.AsSpan(0, 30), shape).Problem.ShouldBe(CodecProblem.Truncated);
        Of(s => s[8] = 0x7F).ShouldBe(CodecProblem.ShapeMismatch);
        // Tiles of one pixel: thousands of them in a stream that could not hold them.
        Of(s => s.AsSpan(24, 8).Clear()).ShouldBe(CodecProblem.Malformed);
        Of(s => (s[24], s[25], s[26], s[27], s[28], s[29], s[30], s[31]) = (0, 0, 0, 1, 0, 0, 0, 1)).ShouldBeOneOf(CodecProblem.Truncated, CodecProblem.TooLarge);
        Of(s => s[42] = 30).ShouldBe(CodecProblem.Unsupported);
        decoder.Pool.Idle.ShouldBeEmpty("no decoder was started");
    }

    private static string Require(string tool, string reason)
    {
        var path = ExternalTool.Find(tool);
        Skip.If(path is null && !ExternalTool.Required, reason);
        Skip.If(!Jpeg2000Decoder.IsAvailable && !ExternalTool.Required, "OpenJPEG's library is not installed");
        return path.ShouldNotBeNull();
    }

    internal static async Task<(byte[] Stream, PixelShape Shape, byte[] Pixels)> SampleAsync()
    {
        var gdcm = Require("gdcmconv", "GDCM's tools are not installed");
        using var folder = new TempFolder();
        var shape = SeededPixels.Shape(57, 39, 1, 16);
        var pixels = SeededPixels.Make("soft", shape, 16, 6);
        var source = await StrangersFiles.SaveAsync(folder.File("s.dcm"), shape, pixels, isSigned: false);
        (await ExternalTool.RunAsync(gdcm, ["--j2k", source, folder.File("g.dcm")])).ExitCode.ShouldBe(0);
        return (StrangersFiles.Frames(StrangersFiles.Open(folder.File("g.dcm")).DataSet).Single(), shape, pixels);
    }
}
