using FellowOakDicom;
using FellowOakDicom.IO.Buffer;
using Regional.Imaging.Codecs;
using Regional.Imaging.Codecs.JpegLs;
using Regional.Imaging.Codecs.Rle;
using Regional.TestKit;

namespace Regional.Imaging.Tests.Codecs;

/// <summary>DCMTK as judge, and GDCM where its own encoder holds (not RLE of odd sizes), in both directions: what it writes we read bit for bit, and what we write it reads. R4.3.3-3.</summary>
public sealed class DcmtkCodecTests
{
    public static TheoryData<string, string, string[]> Compressions => new()
    {
        { "dcmcjpls", "dcmdjpls", [] },
        { "dcmcjpls", "dcmdjpls", ["+is"] },
        { "dcmcjpls", "dcmdjpls", ["+in"] },
        { "dcmcjpls", "dcmdjpls", ["+en", "+md", "3"] },
        { "dcmcrle", "dcmdrle", [] },
        { "dcmcjpeg", "dcmdjpeg", ["+e1"] },
        { "dcmcjpeg", "dcmdjpeg", ["+el", "+sv", "2"] },
        { "dcmcjpeg", "dcmdjpeg", ["+el", "+sv", "3"] },
        { "dcmcjpeg", "dcmdjpeg", ["+el", "+sv", "4"] },
        { "dcmcjpeg", "dcmdjpeg", ["+el", "+sv", "5"] },
        { "dcmcjpeg", "dcmdjpeg", ["+el", "+sv", "6"] },
        { "dcmcjpeg", "dcmdjpeg", ["+el", "+sv", "7"] }
    };

    [SkippableTheory]
    [MemberData(nameof(Compressions))]
    public async Task What_dcmtk_compresses_decodes_as_dcmtk_decodes_it(string compress, string expand, string[] options)
    {
        StrangersFiles.Require();
        using var folder = new TempFolder();
        var files = await StrangersFiles.SeededAsync(folder);
        foreach (var file in files.Concat(StrangersFiles.Real("ct-ge").Take(options.Length == 0 ? 28 : 3)))
        {
            // dcmcjpls writes no near-lossless signed samples.
            if (options.Contains("+en") && StrangersFiles.Open(file).DataSet.GetSingleValue<ushort>(DicomTag.PixelRepresentation) == 1) continue;
            var encoded = await StrangersFiles.RunAsync(compress, file, folder.File("c.dcm"), options);
            var native = await StrangersFiles.RunAsync(expand, encoded, folder.File("n.dcm"));
            StrangersFiles.ShouldDecodeTo(encoded, native);
        }
    }

    [SkippableTheory]
    [InlineData("--jpegls")]
    [InlineData("--jpeg")]
    public async Task What_gdcm_compresses_decodes_to_what_it_was(string option)
    {
        var gdcm = ExternalTool.Find("gdcmconv");
        Skip.If(gdcm is null && !ExternalTool.Required, "GDCM's tools are not installed");
        using var folder = new TempFolder();
        foreach (var path in (await StrangersFiles.SeededAsync(folder)).Concat(StrangersFiles.Real("ct-ge").Take(3)))
        {
            var result = await ExternalTool.RunAsync(gdcm.ShouldNotBeNull(), [option, path, folder.File("g.dcm")]);
            result.ExitCode.ShouldBe(0, result.Output);
            StrangersFiles.ShouldDecodeTo(folder.File("g.dcm"), path);
        }
    }

    [SkippableTheory]
    [InlineData("1.2.840.10008.1.2.4.80", "dcmdjpls")]
    [InlineData("1.2.840.10008.1.2.5", "dcmdrle")]
    public async Task What_we_compress_dcmtk_decodes_to_the_same_pixels(string syntax, string expand)
    {
        StrangersFiles.Require();
        using var folder = new TempFolder();
        foreach (var path in (await StrangersFiles.SeededAsync(folder)).Concat(StrangersFiles.Real("ct-ge")))
        {
            var (data, shape, _, _) = StrangersFiles.Open(path);
            foreach (var interleave in shape.SamplesPerPixel == 1 ? [JpegLsInterleave.None] : Enum.GetValues<JpegLsInterleave>())
            {
                var frames = StrangersFiles.Frames(data).Select(frame => frame[..(int)FrameCodecs.NativeLength(shape)!]).ToList();
                var sequence = new DicomOtherByteFragment(DicomTag.PixelData);
                foreach (var frame in frames)
                {
                    var encoded = syntax.EndsWith(".5", StringComparison.Ordinal)
                        ? RleEncoder.Encode(frame, shape)
                        : JpegLsEncoder.Encode(frame, shape, shape.BitsAllocated, interleave).ShouldNotBeNull();
                    sequence.Fragments.Add(new MemoryByteBuffer(encoded));
                }
                var copy = data.Clone();
                copy.AddOrUpdate(sequence);
                var file = new DicomFile(copy);
                file.FileMetaInfo.TransferSyntax = DicomTransferSyntax.Parse(syntax);
                await file.SaveAsync(folder.File("ours.dcm"));
                var native = await StrangersFiles.RunAsync(expand, folder.File("ours.dcm"), folder.File("n.dcm"));
                var judged = StrangersFiles.Frames(StrangersFiles.Open(native).DataSet).ToList();
                for (var i = 0; i < frames.Count; i++)
                    judged[i].AsSpan(0, frames[i].Length).SequenceEqual(frames[i]).ShouldBeTrue($"{Path.GetFileName(path)} {interleave} frame {i + 1}");
            }
        }
    }

    [SkippableFact]
    public async Task Real_files_of_other_makers_decode_as_dcmtk_decodes_them()
    {
        StrangersFiles.Require();
        // The one deflated frame by frame is of a transfer syntax younger than fo-dicom 5.1.
        var files = StrangersFiles.Real("syntaxes").Where(path => Path.GetFileName(path) != "liver_deflate.dcm").ToList();
        Skip.If(files.Count == 0, "the collection of real files is not beside this checkout");
        using var folder = new TempFolder();
        var decoded = 0;
        foreach (var path in files)
        {
            var expand = StrangersFiles.Open(path).Syntax switch
            {
                "1.2.840.10008.1.2.5" => "dcmdrle",
                "1.2.840.10008.1.2.4.80" or "1.2.840.10008.1.2.4.81" => "dcmdjpls",
                "1.2.840.10008.1.2.4.57" or "1.2.840.10008.1.2.4.70" => "dcmdjpeg",
                _ => null
            };
            // One bit a pixel (a segmentation) is left to the reader of the stored bytes.
            if (expand is null || StrangersFiles.Open(path).Shape.BitsAllocated == 1) continue;
            StrangersFiles.ShouldDecodeTo(path, await StrangersFiles.RunAsync(expand, path, folder.File("n.dcm")));
            decoded++;
        }
        decoded.ShouldBeGreaterThanOrEqualTo(3);
    }
}
