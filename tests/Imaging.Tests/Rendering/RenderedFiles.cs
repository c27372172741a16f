using System.Globalization;
using System.Text;
using FellowOakDicom;
using FellowOakDicom.Imaging.Codec;
using FellowOakDicom.IO.Buffer;
using Regional.Imaging.Codecs;
using Regional.Imaging.Rendering;
using Regional.TestKit.Modality;
using Regional.TestKit.Phantoms;

namespace Regional.Imaging.Tests.Rendering;

/// <summary>Small objects of every kind that a display meets, and what DCMTK shows of a file.</summary>
internal static class RenderedFiles
{
    /// <summary>A secondary capture (PS3.3 A.8); <paramref name="more"/> adds or replaces attributes.</summary>
    public static DicomDataset Make(int rows, int columns, int samples, int allocated, string photometric, byte[] pixels, Action<DicomDataset>? more = null)
    {
        var data = new DicomDataset
        {
            { DicomTag.SOPClassUID, DicomUID.SecondaryCaptureImageStorage },
            { DicomTag.SOPInstanceUID, SeededUid.Of("render", rows, columns, photometric) },
            { DicomTag.StudyInstanceUID, SeededUid.Of("render-study", 1) },
            { DicomTag.SeriesInstanceUID, SeededUid.Of("render-series", 1) },
            { DicomTag.Modality, "OT" },
            { DicomTag.SamplesPerPixel, (ushort)samples },
            { DicomTag.PhotometricInterpretation, photometric },
            { DicomTag.Rows, (ushort)rows },
            { DicomTag.Columns, (ushort)columns },
            { DicomTag.BitsAllocated, (ushort)allocated },
            { DicomTag.BitsStored, (ushort)allocated },
            { DicomTag.HighBit, (ushort)(allocated - 1) },
            { DicomTag.PixelRepresentation, (ushort)0 }
        };
        if (samples > 1) data.Add(DicomTag.PlanarConfiguration, (ushort)0);
        byte[] even = pixels.Length % 2 == 0 ? pixels : [.. pixels, 0];
        data.Add(allocated <= 8 ? new DicomOtherByte(DicomTag.PixelData, even) : new DicomOtherWord(DicomTag.PixelData, new MemoryByteBuffer(even)));
        more?.Invoke(data);
        return data;
    }

    public static DicomDataset Lut(int count, int first, int bits, params ushort[] values) => new()
    {
        { DicomTag.LUTDescriptor, (ushort)count, (ushort)first, (ushort)bits },
        new DicomOtherWord(DicomTag.LUTData, values)
    };

    /// <summary>The data set as a source of frames, as an archive would open it.</summary>
    public static FrameSource Source(DicomDataset data, DicomTransferSyntax? syntax = null)
    {
        using var stream = new MemoryStream();
        var file = new DicomFile(data);
        if (syntax is not null) file = new DicomFile(data.Clone(syntax));
        file.Save(stream);
        return Open(stream.ToArray()).ShouldNotBeNull();
    }

    /// <summary>A Part 10 file's data set, from its meta information's end on.</summary>
    public static FrameSource? Open(byte[] part10)
    {
        using var stream = new MemoryStream(part10);
        var syntax = DicomFile.Open(stream, FileReadOption.ReadAll).FileMetaInfo.TransferSyntax.UID.UID;
        var start = 132 + 12 + (int)BitConverter.ToUInt32(part10, 140);
        return FrameSource.Open((offset, buffer) =>
        {
            var part = (int)Math.Clamp(part10.Length - start - offset, 0, buffer.Length);
            part10.AsSpan((int)Math.Min(part10.Length, start + offset), part).CopyTo(buffer);
            return part;
        }, part10.Length - start, syntax);
    }

    public static RenderedImage Render(DicomDataset data, RenderOptions? options = null, int frame = 1, DicomTransferSyntax? syntax = null) =>
        Rendered(Source(data, syntax), options, frame);

    public static RenderedImage Rendered(FrameSource source, RenderOptions? options = null, int frame = 1)
    {
        var outcome = FrameRenderer.Render(source, frame, options ?? RenderOptions.Default);
        outcome.Problem.ShouldBe(CodecProblem.None);
        return outcome.Image.ShouldNotBeNull();
    }

    /// <summary>What DCMTK shows of one frame.</summary>
    public static async Task<RenderedImage> JudgeAsync(string path, string to, int frame, params string[] options)
    {
        var result = await Dcmtk.RunAsync("dcmj2pnm", ["+F", frame.ToString(CultureInfo.InvariantCulture), .. options, "+op", path, to]);
        result.ExitCode.ShouldBe(0, result.Output);
        return ReadPnm(await File.ReadAllBytesAsync(to));
    }

    /// <summary>No sample differs by more than a level.</summary>
    public static void ShouldShow(RenderedImage ours, RenderedImage judge, string what, int levels = 1)
    {
        (ours.Width, ours.Height, ours.Channels).ShouldBe((judge.Width, judge.Height, judge.Channels), what);
        var most = 0;
        for (var i = 0; i < ours.Pixels.Length; i++) most = Math.Max(most, Math.Abs(ours.Pixels[i] - judge.Pixels[i]));
        most.ShouldBeLessThanOrEqualTo(levels, what);
    }

    private static RenderedImage ReadPnm(byte[] file)
    {
        var at = 0;
        string Word()
        {
            while (char.IsWhiteSpace((char)file[at]) || file[at] == '#')
            {
                if (file[at] == '#') while (file[at] != '\n') at++;
                at++;
            }
            var start = at;
            while (!char.IsWhiteSpace((char)file[at])) at++;
            return Encoding.ASCII.GetString(file, start, at - start);
        }
        var channels = Word() == "P5" ? 1 : 3;
        var (width, height) = (int.Parse(Word(), CultureInfo.InvariantCulture), int.Parse(Word(), CultureInfo.InvariantCulture));
        Word().ShouldBe("255");
        return new(width, height, channels, file[(at + 1)..]);
    }
}
