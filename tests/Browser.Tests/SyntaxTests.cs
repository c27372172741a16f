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
                Seed = 900, Kind = kind, Images = 1, PatientName = "Zhou^Ba", PatientId = "B0900", StationAe = "A_CT1", StudyInstanceUid = SeededUid.Of("syntax", (int)kind, i)
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

    /// <summary>The collection of real files, where this checkout has it beside it: each on the screen, each with a picture to look at.</summary>
    [SkippableFact]
    public async Task Real_files_of_every_syntax_are_on_the_screen()
    {
        region.Need();
        var files = Real();
        Skip.If(files.Length == 0, "the real files are not here");
        using var rest = await Rest.AsAsync(region, "reader");
        await using var reader = await Person.SignInAsync(region, "reader");
        List<string> dark = [];
        foreach (var (path, i) in files.Select((path, i) => (path, i)))
        {
            var file = DicomFile.Open(path, FileReadOption.ReadAll);
            // A segmentation (PS3.3 §A.51) is drawn over other images and is none by itself.
            if (file.FileMetaInfo.MediaStorageSOPClassUID == DicomUID.SegmentationStorage) continue;
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
