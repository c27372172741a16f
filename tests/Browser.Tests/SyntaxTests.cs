using FellowOakDicom;
using Regional.Browser.Tests.Support;
using Regional.TestKit;
using Regional.TestKit.Modality;
using Regional.TestKit.Phantoms;

namespace Regional.Browser.Tests;

/// <summary>Whatever a device compressed is on the reader's screen, and looks as it did uncompressed. R4.3.3-3, R4.4.3-2.</summary>
[Collection(RegionCollection.Name)]
public sealed class SyntaxTests(RunningRegion region)
{
    /// <summary>Means of an 8×8 grid over the image that the viewport shows.</summary>
    private const string Grid = """
        () => {
          const canvas = document.querySelector('.viewport-canvas canvas');
          const { width, height } = canvas;
          const pixels = canvas.getContext('2d').getImageData(0, 0, width, height).data;
          const sums = new Array(64).fill(0), counts = new Array(64).fill(0);
          for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) {
            const cell = Math.floor(y * 8 / height) * 8 + Math.floor(x * 8 / width), at = (y * width + x) * 4;
            sums[cell] += (pixels[at] + pixels[at + 1] + pixels[at + 2]) / 3;
            counts[cell]++;
          }
          return sums.map((sum, cell) => sum / counts[cell]);
        }
        """;

    /// <summary>Without loss: in a window of 80 HU each lost one would be seen.</summary>
    private static readonly string[][] Grey = [["dcmconv", "+ti"], ["dcmconv", "+td"], ["dcmcrle"], ["dcmcjpls"], ["dcmcjpeg", "+e1"], ["gdcmconv", "--j2k"]];

    private static readonly string[][] Colour = [["dcmcrle"], ["dcmcjpls"], ["dcmcjpeg", "+eb"], ["gdcmconv", "--j2k"]];

    [SkippableTheory]
    [InlineData(PhantomKind.HeadCt)]
    [InlineData(PhantomKind.AbdomenUs)]
    public async Task Every_syntax_looks_as_it_did_uncompressed(PhantomKind kind)
    {
        region.Need();
        Skip.If(!ExternalTool.Required && ExternalTool.Find("gdcmconv") is null, "GDCM's tools are not installed");
        using var rest = await Rest.AsAsync(region, "reader");
        await using var reader = await Person.SignInAsync(region, "reader");
        double[]? native = null;
        foreach (var (tool, i) in (kind == PhantomKind.HeadCt ? Grey : Colour).Prepend([]).Select((tool, i) => (tool, i)))
        {
            var study = await region.PrepareAsync(new StudyRecipe
            {
                Seed = 900, Kind = kind, Images = 1, PatientName = "Meng^Ba", PatientId = "B0900", StationAe = "A_CT1", StudyInstanceUid = SeededUid.Of("syntax", (int)kind, i)
            });
            var path = Directory.GetFiles(region.Scratch(study.StudyInstanceUid)).Single();
            var name = tool.Length == 0 ? "native" : string.Join(' ', tool);
            if (tool.Length > 0)
            {
                var to = Path.Combine(Directory.CreateDirectory(Path.Combine(region.Scratch("syntaxes"), $"{kind}-{i}")).FullName, "c.dcm");
                var made = await ExternalTool.RunAsync(ExternalTool.Find(tool[0]).ShouldNotBeNull(), [.. tool[1..], path, to]);
                made.ExitCode.ShouldBe(0, made.Output);
                path = to;
            }
            var shown = await ShowAsync(reader, rest, DicomFile.Open(path, FileReadOption.ReadAll), $"syntax-{kind}-{name.Replace(' ', '_')}");
            native ??= shown;
            shown.Max().ShouldBeGreaterThan(20, name);
            shown.Zip(native).Max(cell => Math.Abs(cell.First - cell.Second)).ShouldBeLessThan(3, name);
        }
    }

    /// <summary>PS3.3 C.7.6.3.1.2: the same picture, once with its lowest value black and once, negated, with its lowest value white. Also after a reset.</summary>
    [SkippableFact]
    public async Task Monochrome1_looks_as_its_negative_in_monochrome2()
    {
        region.Need();
        using var rest = await Rest.AsAsync(region, "reader");
        await using var reader = await Person.SignInAsync(region, "reader");
        List<double[]> shown = [];
        foreach (var negated in new[] { false, true })
        {
            var study = await region.PrepareAsync(new StudyRecipe
            {
                Seed = 901, Kind = PhantomKind.HeadCt, Images = 1, PatientName = "Meng^Ba", PatientId = "B0901", StationAe = "A_CT1", StudyInstanceUid = SeededUid.Of("polarity", negated ? 1 : 0)
            });
            var file = DicomFile.Open(Directory.GetFiles(region.Scratch(study.StudyInstanceUid)).Single(), FileReadOption.ReadAll);
            if (negated) Negate(file.Dataset);
            shown.Add(await ShowAsync(reader, rest, file, negated ? "polarity-monochrome1" : "polarity-monochrome2"));
            shown[^1].Zip(shown[0]).Max(cell => Math.Abs(cell.First - cell.Second)).ShouldBeLessThan(3);
            await reader.Page.Keyboard.PressAsync("i");
            await reader.Page.WaitForFunctionAsync(Like(false), shown[0]);
            await reader.Page.Keyboard.PressAsync("0");
            await reader.Page.WaitForFunctionAsync(Like(true), shown[0]);
            // The corners of a head are air: dark on the strip too.
            await reader.Page.WaitForFunctionAsync($"() => {{ const cells = ({Grid.Replace(".viewport-canvas canvas", ".thumb canvas", StringComparison.Ordinal)})(); return cells[27] > 60 && cells[0] < 40; }}");
        }
    }

    /// <summary>
    /// The collection of real files, where this checkout has it beside it: one a syntax (all of them with <c>REGIONAL_LONG=1</c>) on the screen, each with
    /// a picture to look at.
    /// </summary>
    [SkippableFact]
    public async Task Real_files_of_every_syntax_are_on_the_screen()
    {
        region.Need();
        var files = Real();
        Skip.If(files.Length == 0, "the real files are not here");
        using var rest = await Rest.AsAsync(region, "reader");
        await using var reader = await Person.SignInAsync(region, "reader");
        List<string> dark = [];
        HashSet<string> seen = [];
        foreach (var (path, i) in files.Select((path, i) => (path, i)))
        {
            var file = DicomFile.Open(path, FileReadOption.ReadAll);
            // A segmentation (PS3.3 §A.51) is drawn over other images and is none by itself.
            if (file.FileMetaInfo.MediaStorageSOPClassUID == DicomUID.SegmentationStorage) continue;
            if (!seen.Add(file.FileMetaInfo.TransferSyntax.UID.UID) && Environment.GetEnvironmentVariable("REGIONAL_LONG") != "1") continue;
            // Several of them are one object in several syntaxes: here each is a study of its own.
            foreach (var (tag, what) in new[] { (DicomTag.StudyInstanceUID, "study"), (DicomTag.SeriesInstanceUID, "series"), (DicomTag.SOPInstanceUID, "instance") })
                file.Dataset.AddOrUpdate(tag, SeededUid.Of("real", what, i));
            file.FileMetaInfo.MediaStorageSOPInstanceUID = new DicomUID(file.Dataset.GetSingleValue<string>(DicomTag.SOPInstanceUID), "", DicomUidType.SOPInstance);
            var name = Path.GetFileNameWithoutExtension(path);
            var shown = await ShowAsync(reader, rest, file, "real-" + name);
            if (shown.Max() - shown.Min() < 2) dark.Add(name);
        }
        dark.ShouldBeEmpty();
    }

    private static string Like(bool same) => $"expected => {{ const off = Math.max(...({Grid})().map((cell, at) => Math.abs(cell - expected[at]))); return {(same ? "off < 3" : "off > 60")}; }}";

    /// <summary>Every value becomes its negative, and the window with it (PS3.3 C.11.2.1.2.1: 0.5 above the middle of its values).</summary>
    private static void Negate(DicomDataset image)
    {
        var isSigned = image.GetSingleValue<ushort>(DicomTag.PixelRepresentation) == 1;
        var highest = isSigned ? -1 : (1 << image.GetSingleValue<ushort>(DicomTag.BitsStored)) - 1;
        var (slope, intercept) = (image.GetSingleValue<decimal>(DicomTag.RescaleSlope), image.GetSingleValue<decimal>(DicomTag.RescaleIntercept));
        image.AddOrUpdate(DicomTag.PhotometricInterpretation, "MONOCHROME1");
        image.AddOrUpdate(new DicomOtherWord(DicomTag.PixelData, [.. image.GetValues<ushort>(DicomTag.PixelData).Select(value => (ushort)(highest - value))]));
        image.AddOrUpdate(DicomTag.RescaleIntercept, -(highest * slope + intercept));
        image.AddOrUpdate(DicomTag.WindowCenter, 1 - image.GetValue<decimal>(DicomTag.WindowCenter, 0));
    }

    private async Task<double[]> ShowAsync(Person reader, Rest rest, DicomFile file, string picture)
    {
        var (title, port) = region.Edge("township-a");
        var sent = await new FakeModality("127.0.0.1", port, title).SendAsync([file]);
        sent.ShouldAllBe(outcome => outcome.Stored, picture);
        var id = (await rest.StudyWithImagesAsync(file.Dataset.GetSingleValue<string>(DicomTag.StudyInstanceUID), 1)).GetProperty("studyId").GetString()!;
        await reader.OpenAsync(id);
        await reader.Page.Locator(".viewport-canvas[data-first-image-ms]").WaitForAsync();
        await reader.KeepAsync(picture);
        return await reader.Page.EvaluateAsync<double[]>(Grid);
    }

    private static string[] Real()
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            var folder = Path.Combine(at.FullName, "shared", "data", "syntaxes");
            if (Directory.Exists(folder)) return [.. Directory.GetFiles(folder, "*.dcm").Order(StringComparer.Ordinal)];
        }
        return [];
    }
}
