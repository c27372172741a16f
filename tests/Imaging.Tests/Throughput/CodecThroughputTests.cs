using System.Diagnostics;
using System.Globalization;
using Regional.Imaging.Codecs;
using Regional.Imaging.Codecs.Jpeg;
using Regional.Imaging.Codecs.Jpeg2000;
using Regional.Imaging.Codecs.JpegLs;
using Regional.Imaging.Codecs.Rle;
using Regional.Imaging.Frames;
using Regional.Imaging.Tests.Codecs;
using Regional.TestKit;
using Regional.TestKit.Phantoms;
using Xunit.Abstractions;

namespace Regional.Imaging.Tests.Throughput;

/// <summary>
/// <c>./regional bench codecs</c>: megabytes of native pixels a second of one core's time, ours and CharLS in the same process, round by round in turn, the
/// best round of each. Not part of the suite.
/// </summary>
public sealed class CodecThroughputTests(ITestOutputHelper output)
{
    private const int Rounds = 9;

    [SkippableFact]
    public async Task Megabytes_a_second()
    {
        Skip.If(Environment.GetEnvironmentVariable("REGIONAL_BENCH") is null, "measured by ./regional bench codecs");
        using var folder = new TempFolder();
        output.WriteLine("| codec | image | ours MB/s | CharLS MB/s | ratio |");
        output.WriteLine("|---|---|---:|---:|---:|");
        foreach (var (name, shape, precision, frames) in await ImagesAsync(folder))
        {
            List<byte[]> ours = [.. frames.Select(frame => JpegLsEncoder.Encode(frame, shape, precision)!)];
            Measure("JPEG-LS encode", name, frames,
                frame => JpegLsEncoder.Encode(frame, shape, precision), frame => CharLs.Encode(frame, shape.Columns, shape.Rows, precision, shape.SamplesPerPixel));
            var target = new byte[frames[0].Length];
            Decode("JPEG-LS decode", "1.2.840.10008.1.2.4.80", name, shape, frames, ours, stream => CharLs.Decode(stream, target));
            Measure("RLE encode", name, frames, frame => RleEncoder.Encode(frame, shape), null);
            Decode("RLE decode", "1.2.840.10008.1.2.5", name, shape, frames, [.. frames.Select(frame => RleEncoder.Encode(frame, shape))], null);
            Decode("JPEG lossless decode", "1.2.840.10008.1.2.4.70", name, shape, frames, [.. frames.Select(frame => LosslessJpegBytes.Encode(frame, shape, 1, 0))], null);
            if (shape.BitsAllocated == 8)
            {
                byte[] Baseline(byte[] frame) => BaselineJpegEncoder.Encode(frame, shape.Columns, shape.Rows, shape.SamplesPerPixel, 90);
                Measure("JPEG baseline encode", name, frames, frame => Baseline(frame), null);
                Decode("JPEG baseline decode", "1.2.840.10008.1.2.4.50", name, shape with { PhotometricInterpretation = "YBR_FULL" }, frames, [.. frames.Select(Baseline)], null);
            }
            if (Jpeg2000Decoder.IsAvailable && ExternalTool.Find("gdcmconv") is { } gdcm)
                Decode("JPEG 2000 decode", "1.2.840.10008.1.2.4.90", name, shape, frames, await Jpeg2000Async(gdcm, folder, shape, frames), null);
        }
    }

    private void Decode(string codec, string syntax, string name, PixelShape shape, List<byte[]> frames, List<byte[]> streams, Action<byte[]>? peer)
    {
        var decoder = FrameCodecs.Find(syntax)!;
        Measure(codec, name, streams, stream => decoder.Decode(stream, shape).Problem.ShouldBe(CodecProblem.None), peer, frames.Sum(frame => (long)frame.Length));
    }

    private void Measure(string codec, string name, List<byte[]> inputs, Action<byte[]> ours, Action<byte[]>? peer, long? bytes = null)
    {
        var (mine, theirs) = (double.MaxValue, double.MaxValue);
        for (var round = 0; round < Rounds; round++)
        {
            mine = Math.Min(mine, Seconds(inputs, ours, !codec.StartsWith("JPEG 2000", StringComparison.Ordinal)));
            if (peer is not null && CharLs.IsInstalled) theirs = Math.Min(theirs, Seconds(inputs, peer, true));
        }
        var megabytes = (bytes ?? inputs.Sum(input => (long)input.Length)) / 1e6;
        var other = theirs == double.MaxValue ? "| | |" : string.Create(CultureInfo.InvariantCulture, $"| {megabytes / theirs:0} | {theirs / mine:0.00} |");
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {codec} | {name} | {megabytes / mine:0} {other}"));
    }

    private static double Seconds(List<byte[]> inputs, Action<byte[]> work, bool ownProcess)
    {
        var (began, cpu) = (Stopwatch.GetTimestamp(), ThreadTime.Seconds);
        foreach (var input in inputs) work(input);
        // Processor time where the system tells it: the machine's other work does not count. A decoder in another process has only the clock.
        var (elapsed, spent) = (Stopwatch.GetElapsedTime(began).TotalSeconds, ThreadTime.Seconds - cpu);
        return ownProcess && ThreadTime.IsKnown ? spent : elapsed;
    }

    private static async Task<List<(string, PixelShape, int, List<byte[]>)>> ImagesAsync(TempFolder folder)
    {
        List<(string, PixelShape, int, List<byte[]>)> images = [];
        var ct = await new PhantomStudy(new StudyRecipe { Seed = 5, Images = 8, Finding = true }).SaveAsync(folder.Folder("ct"));
        var words = ct.Select(Frame).ToList();
        var shape = StrangersFiles.Open(ct[0]).Shape;
        images.Add(("CT phantom, 12 bits", shape, 12, words));
        images.Add(("CT phantom, 8 bits", shape with { BitsAllocated = 8 }, 8, [.. words.Select(frame => Enumerable.Range(0, frame.Length / 2).Select(i => (byte)(BitConverter.ToUInt16(frame, 2 * i) >> 4)).ToArray())]));
        if (StrangersFiles.Real("ct-ge") is { Count: > 0 } real) images.Add(("CT slices, 16 bits", StrangersFiles.Open(real[0]).Shape, 16, [.. real.Take(10).Select(Frame)]));
        var us = await new PhantomStudy(new StudyRecipe { Seed = 5, Kind = PhantomKind.AbdomenUs, Images = 4 }).SaveAsync(folder.Folder("us"));
        var clip = StrangersFiles.Open(us[0]);
        images.Add(("ultrasound, " + clip.Shape.PhotometricInterpretation, clip.Shape with { NumberOfFrames = 1 }, 8, [.. StrangersFiles.Frames(clip.DataSet)]));
        var colour = SeededPixels.Shape(480, 640, 3, 8);
        images.Add(("seeded RGB", colour, 8, [SeededPixels.Make("soft", colour, 8, 1), SeededPixels.Make("gradient", colour, 8, 2)]));
        return images;
    }

    private static byte[] Frame(string path) => StrangersFiles.Frames(StrangersFiles.Open(path).DataSet).First();

    private static async Task<List<byte[]>> Jpeg2000Async(string gdcm, TempFolder folder, PixelShape shape, List<byte[]> frames)
    {
        List<byte[]> streams = [];
        foreach (var frame in frames)
        {
            var source = await StrangersFiles.SaveAsync(folder.File("s.dcm"), shape, frame, isSigned: false);
            (await ExternalTool.RunAsync(gdcm, ["--j2k", source, folder.File("g.dcm")])).ExitCode.ShouldBe(0);
            streams.Add(StrangersFiles.Frames(StrangersFiles.Open(folder.File("g.dcm")).DataSet).Single());
        }
        return streams;
    }
}
