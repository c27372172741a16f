using FellowOakDicom;
using FellowOakDicom.Imaging;
using Regional.Imaging.Codecs;
using Regional.Imaging.Frames;
using Regional.TestKit;
using Regional.TestKit.Modality;
using Regional.TestKit.Phantoms;

namespace Regional.Imaging.Tests.Codecs;

/// <summary>DICOM files for the codecs: seeded ones, real ones where present, and what DCMTK makes of them.</summary>
internal static class StrangersFiles
{
    public static void Require() =>
        Skip.If(!ExternalTool.Required && (ExternalTool.Find("dcmcjpls") ?? ExternalTool.Find("dcmcrle")) is null, "DCMTK is not installed");

    /// <summary>Seeded phantoms of three kinds, and a colour image of noise and planes.</summary>
    public static async Task<IReadOnlyList<string>> SeededAsync(TempFolder folder)
    {
        List<string> paths = [];
        foreach (var kind in Enum.GetValues<PhantomKind>())
        {
            var study = new PhantomStudy(new StudyRecipe { Seed = 11, Kind = kind, Images = kind == PhantomKind.HeadCt ? 6 : 3, Matrix = 600, Finding = true });
            paths.AddRange((await study.SaveAsync(folder.Folder(kind.ToString()))).Where((_, i) => i % 3 == 0));
        }
        var shape = SeededPixels.Shape(61, 83, 3, 8);
        paths.Add(await SaveAsync(folder.File("colour.dcm"), shape, SeededPixels.Make("soft", shape, 8, 5), isSigned: false));
        var signed = SeededPixels.Shape(57, 39, 1, 16);
        paths.Add(await SaveAsync(folder.File("signed.dcm"), signed, SeededPixels.Make("noise", signed, 16, 6), isSigned: true));
        return paths;
    }

    /// <summary>The real CT slices, when this checkout has them beside it.</summary>
    public static IReadOnlyList<string> Real(string collection)
    {
        var folder = Path.Combine(Path.GetDirectoryName(RepositoryFiles.Find("Regional.sln"))!, "..", "shared", "data", collection);
        if (!Directory.Exists(folder)) folder = Path.Combine(Path.GetDirectoryName(RepositoryFiles.Find("Regional.sln"))!, "..", "..", "shared", "data", collection);
        return Directory.Exists(folder) ? [.. Directory.GetFiles(folder, "*.dcm").Order(StringComparer.Ordinal)] : [];
    }

    public static async Task<string> RunAsync(string program, string from, string to, params string[] options)
    {
        var result = await Dcmtk.RunAsync(program, [.. options, from, to]);
        result.ExitCode.ShouldBe(0, $"{program} {Path.GetFileName(from)}: {result.Output}");
        return to;
    }

    public static (DicomDataset DataSet, PixelShape Shape, bool IsPlanar, string Syntax) Open(string path)
    {
        var file = DicomFile.Open(path, FileReadOption.ReadAll);
        var data = file.Dataset;
        var shape = new PixelShape(
            data.GetSingleValue<ushort>(DicomTag.Rows), data.GetSingleValue<ushort>(DicomTag.Columns), data.GetSingleValueOrDefault(DicomTag.SamplesPerPixel, (ushort)1),
            data.GetSingleValue<ushort>(DicomTag.BitsAllocated), data.GetSingleValueOrDefault(DicomTag.NumberOfFrames, 1), data.GetString(DicomTag.PhotometricInterpretation));
        return (data, shape, data.GetSingleValueOrDefault(DicomTag.PlanarConfiguration, (ushort)0) == 1, file.FileMetaInfo.TransferSyntax.UID.UID);
    }

    public static IEnumerable<byte[]> Frames(DicomDataset data)
    {
        var pixels = DicomPixelData.Create(data);
        for (var i = 0; i < pixels.NumberOfFrames; i++) yield return pixels.GetFrame(i).Data;
    }

    /// <summary>Decodes each frame of the one file and compares it with the native frames of the other.</summary>
    public static void ShouldDecodeTo(string encoded, string native)
    {
        var (source, shape, isPlanar, syntax) = Open(encoded);
        var (expected, _, _, _) = Open(native);
        var decoder = FrameCodecs.Find(syntax).ShouldNotBeNull(syntax);
        // A stranger's decoder may change the planes; the caller says which ones it wants.
        isPlanar = expected.GetSingleValueOrDefault(DicomTag.PlanarConfiguration, (ushort)(isPlanar ? 1 : 0)) == 1;
        foreach (var (frame, wanted) in Frames(source).Zip(Frames(expected)))
        {
            var decoded = decoder.Decode(frame, shape, isPlanar);
            decoded.Problem.ShouldBe(CodecProblem.None, Path.GetFileName(encoded));
            decoded.Pixels.AsSpan().SequenceEqual(wanted.AsSpan(0, decoded.Pixels.Length)).ShouldBeTrue(Path.GetFileName(encoded));
        }
    }

    /// <summary>A secondary capture (PS3.3 A.8) of given pixels.</summary>
    public static async Task<string> SaveAsync(string path, PixelShape shape, byte[] pixels, bool isSigned)
    {
        var data = new DicomDataset
        {
            { DicomTag.SOPClassUID, DicomUID.SecondaryCaptureImageStorage },
            { DicomTag.SOPInstanceUID, SeededUid.Of("codec", path.Length, shape) },
            { DicomTag.StudyInstanceUID, SeededUid.Of("codec-study", 1) },
            { DicomTag.SeriesInstanceUID, SeededUid.Of("codec-series", 1) },
            { DicomTag.PatientID, "4711" },
            { DicomTag.Modality, "OT" },
            { DicomTag.SamplesPerPixel, (ushort)shape.SamplesPerPixel },
            { DicomTag.PhotometricInterpretation, shape.PhotometricInterpretation },
            { DicomTag.Rows, (ushort)shape.Rows },
            { DicomTag.Columns, (ushort)shape.Columns },
            { DicomTag.BitsAllocated, (ushort)shape.BitsAllocated },
            { DicomTag.BitsStored, (ushort)shape.BitsAllocated },
            { DicomTag.HighBit, (ushort)(shape.BitsAllocated - 1) },
            { DicomTag.PixelRepresentation, (ushort)(isSigned ? 1 : 0) }
        };
        if (shape.SamplesPerPixel > 1) data.Add(DicomTag.PlanarConfiguration, (ushort)0);
        var padded = pixels.Length % 2 == 0 ? pixels : [.. pixels, 0];
        data.Add(shape.BitsAllocated == 8 ? new DicomOtherByte(DicomTag.PixelData, padded) : new DicomOtherWord(DicomTag.PixelData, new FellowOakDicom.IO.Buffer.MemoryByteBuffer(padded)));
        await new DicomFile(data).SaveAsync(path);
        return path;
    }
}
