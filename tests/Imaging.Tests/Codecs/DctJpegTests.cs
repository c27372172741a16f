using FellowOakDicom;
using FellowOakDicom.IO.Buffer;
using Regional.Imaging.Codecs;
using Regional.Imaging.Codecs.Jpeg;
using Regional.Imaging.Frames;
using Regional.TestKit;

namespace Regional.Imaging.Tests.Codecs;

/// <summary>
/// JPEG baseline and extended beside DCMTK and GDCM: no sample of a transform differs by more than one level (the standard leaves the rounding
/// of the cosine transform open, T.83), three after a colour transform, which weighs them (1 + 1.772). R4.3.3-3.
/// </summary>
public sealed class DctJpegTests
{
    public static TheoryData<string[]> Options => new()
    {
        new[] { "+eb", "+q", "90" }, new[] { "+eb", "+q", "30", "+s4" }, new[] { "+eb", "+q", "95", "+s2" }, new[] { "+eb", "+q", "75", "+n1" },
        new[] { "+eb", "+cr" }, new[] { "+ee", "+q", "90", "+bt" }, new[] { "+ee", "+q", "60", "+be" }
    };

    [SkippableTheory]
    [MemberData(nameof(Options))]
    public async Task What_dcmtk_compresses_decodes_as_dcmtk_decodes_it(string[] options)
    {
        StrangersFiles.Require();
        using var folder = new TempFolder();
        var count = 0;
        foreach (var file in (await StrangersFiles.SeededAsync(folder)).Concat(StrangersFiles.Real("ct-ge").Take(2)))
        {
            var encoded = await StrangersFiles.RunAsync("dcmcjpeg", file, folder.File("c.dcm"), options);
            var native = await StrangersFiles.RunAsync("dcmdjpeg", encoded, folder.File("n.dcm"));
            Compare(encoded, native, string.Join(' ', options) + " " + Path.GetFileName(file));
            count++;
        }
        count.ShouldBeGreaterThan(5);
    }

    [SkippableFact]
    public async Task What_gdcm_compresses_decodes_as_gdcm_decodes_it()
    {
        var gdcm = ExternalTool.Find("gdcmconv");
        Skip.If(gdcm is null && !ExternalTool.Required, "GDCM's tools are not installed");
        using var folder = new TempFolder();
        foreach (var file in (await StrangersFiles.SeededAsync(folder)).Where(path => StrangersFiles.Open(path).Shape.BitsAllocated == 8))
        {
            (await ExternalTool.RunAsync(gdcm.ShouldNotBeNull(), ["--jpeg", "--lossy", "-q", "85", file, folder.File("g.dcm")])).ExitCode.ShouldBe(0);
            (await ExternalTool.RunAsync(gdcm, ["--raw", folder.File("g.dcm"), folder.File("n.dcm")])).ExitCode.ShouldBe(0);
            Compare(folder.File("g.dcm"), folder.File("n.dcm"), Path.GetFileName(file));
        }
    }

    [SkippableTheory]
    [InlineData(1, false)]
    [InlineData(3, false)]
    [InlineData(3, true)]
    public async Task What_we_compress_dcmtk_decodes_to_nearly_the_same(int samples, bool halvesChroma)
    {
        StrangersFiles.Require();
        using var folder = new TempFolder();
        var shape = SeededPixels.Shape(61, 83, samples, 8) with { PhotometricInterpretation = samples == 1 ? "MONOCHROME2" : "YBR_FULL_422" };
        var pixels = SeededPixels.Make("soft", shape, 8, 3);
        var stream = BaselineJpegEncoder.Encode(pixels, shape.Columns, shape.Rows, samples, 95, halvesChroma);
        (stream.Length % 2).ShouldBe(0);
        var data = StrangersFiles.Open(await StrangersFiles.SaveAsync(folder.File("p.dcm"), shape, pixels, false)).DataSet;
        var file = new DicomFile(data);
        file.FileMetaInfo.TransferSyntax = DicomTransferSyntax.JPEGProcess1;
        var sequence = new DicomOtherByteFragment(DicomTag.PixelData);
        sequence.Fragments.Add(new MemoryByteBuffer(stream));
        file.Dataset.AddOrUpdate(sequence);
        await file.SaveAsync(folder.File("c.dcm"));
        var native = await StrangersFiles.RunAsync("dcmdjpeg", folder.File("c.dcm"), folder.File("n.dcm"));
        Compare(folder.File("c.dcm"), native, "ours");
        Noise(StrangersFiles.Frames(StrangersFiles.Open(native).DataSet).Single().AsSpan(0, pixels.Length), pixels).ShouldBeLessThan(halvesChroma ? 4 : 2.5);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Restart_intervals_begin_anew(int samples)
    {
        var shape = SeededPixels.Shape(40, 52, samples, 8) with { PhotometricInterpretation = samples == 1 ? "MONOCHROME2" : "YBR_FULL" };
        var pixels = SeededPixels.Make("soft", shape, 8, 3);
        var whole = BaselineJpegEncoder.Encode(pixels, 52, 40, samples, 80);
        var expected = FrameCodecs.Find("1.2.840.10008.1.2.4.50")!.Decode(whole, shape);
        var strips = Enumerable.Range(0, 5).Select(i => Scan(BaselineJpegEncoder.Encode(pixels.AsSpan(i * 8 * 52 * samples, 8 * 52 * samples), 52, 8, samples, 80)).Body).ToArray();
        var head = Scan(whole).Head;
        // DRI before SOS: as many units as a strip has; then RSTn between the strips.
        byte[] stream = [0xFF, 0xD8, 0xFF, 0xDD, 0, 4, 0, 7, .. head.AsSpan(2)];
        for (var i = 0; i < strips.Length; i++) stream = i == 0 ? [.. stream, .. strips[i]] : [.. stream, 0xFF, (byte)(0xD0 + i - 1), .. strips[i]];
        var restarted = FrameCodecs.Find("1.2.840.10008.1.2.4.50")!.Decode([.. stream, 0xFF, 0xD9], shape);
        restarted.Problem.ShouldBe(CodecProblem.None);
        restarted.Pixels.ShouldBe(expected.Pixels);
    }

    [Fact]
    public void A_flat_image_is_exact_and_forms_that_are_not_read_are_named()
    {
        var shape = SeededPixels.Shape(16, 16, 1, 8);
        var stream = BaselineJpegEncoder.Encode(SeededPixels.Make("flat", shape, 8, 1), 16, 16, 1, 100);
        var decoder = FrameCodecs.Find("1.2.840.10008.1.2.4.50")!;
        decoder.Decode(stream, shape).Pixels.ShouldAllBe(value => value == 85);
        var progressive = (byte[])stream.Clone();
        progressive[stream.AsSpan().IndexOf([(byte)0xFF, (byte)0xC0]) + 1] = 0xC2;
        decoder.Decode(progressive, shape).Problem.ShouldBe(CodecProblem.Unsupported);
        Should.Throw<ArgumentException>(() => BaselineJpegEncoder.Encode(new byte[5], 2, 2, 1, 90));
        Should.Throw<ArgumentException>(() => BaselineJpegEncoder.Encode(new byte[4], 2, 2, 1, 0));
    }

    private static (byte[] Head, byte[] Body) Scan(byte[] stream)
    {
        var at = stream.AsSpan().IndexOf([(byte)0xFF, (byte)0xDA]);
        var start = at + 2 + (stream[at + 2] << 8 | stream[at + 3]);
        var end = stream.AsSpan(start).LastIndexOf([(byte)0xFF, (byte)0xD9]) + start;
        while (end > start && stream[end - 1] == 0xFF) end--;
        return (stream[..start], stream[start..end]);
    }

    private static void Compare(string encoded, string native, string what)
    {
        var (source, shape, _, syntax) = StrangersFiles.Open(encoded);
        var (expected, wantedShape, isPlanar, _) = StrangersFiles.Open(native);
        var decoder = FrameCodecs.Find(syntax).ShouldNotBeNull(syntax);
        var levels = shape.PhotometricInterpretation.StartsWith("YBR", StringComparison.Ordinal) ? 3 : 1;
        var signed = expected.GetSingleValueOrDefault(DicomTag.PixelRepresentation, (ushort)0) == 1;
        foreach (var (frame, wanted) in StrangersFiles.Frames(source).Zip(StrangersFiles.Frames(expected)))
        {
            var decoded = decoder.Decode(frame, shape, isPlanar);
            decoded.Problem.ShouldBe(CodecProblem.None, what);
            var (most, sum) = (0, 0L);
            for (var i = 0; i < decoded.Pixels.Length; i += shape.BitsAllocated / 8)
            {
                var difference = shape.BitsAllocated == 8
                    ? decoded.Pixels[i] - wanted[i]
                    : signed ? BitConverter.ToInt16(decoded.Pixels, i) - BitConverter.ToInt16(wanted, i) : BitConverter.ToUInt16(decoded.Pixels, i) - BitConverter.ToUInt16(wanted, i);
                most = Math.Max(most, Math.Abs(difference));
                sum += Math.Abs(difference);
            }
            most.ShouldBeLessThanOrEqualTo(levels, what);
            ((double)sum / decoded.Pixels.Length).ShouldBeLessThan(0.3, what);
        }
        wantedShape.PhotometricInterpretation.ShouldBe(FrameCodecs.DecodedPhotometric(syntax, shape.PhotometricInterpretation), what);
    }

    private static double Noise(ReadOnlySpan<byte> decoded, ReadOnlySpan<byte> original)
    {
        double sum = 0;
        for (var i = 0; i < original.Length; i++) sum += (decoded[i] - original[i]) * (decoded[i] - original[i]);
        return Math.Sqrt(sum / original.Length);
    }
}
