using System.Globalization;
using System.Text.Json;
using FellowOakDicom;
using FellowOakDicom.Imaging;
using FellowOakDicom.Serialization;
using Regional.Compat.Dicom.Tests.Support;

namespace Regional.Compat.Dicom.Tests;

/// <summary>Files from real machines, compared with what DCMTK reads in them. Skipped where there are none.</summary>
public class RealFileTests
{
    [SkippableTheory]
    [InlineData("ct-ge")]
    [InlineData("syntaxes")]
    public async Task Attributes_are_those_dcmtk_reads(string folder)
    {
        Dcmtk.Require("dcm2json");
        foreach (var path in SharedData.Files(folder))
        {
            var (exit, output) = await Dcmtk.RunAsync("dcm2json", "-q", "-fc", "-ee", path);
            if (exit != 0 || !output.StartsWith('{')) continue;

            var dataset = DicomFile.Open(path).Dataset.Clone().Remove(item => item is DicomFragmentSequence || item.Tag == DicomTag.PixelData);
            using var ours = JsonDocument.Parse(DicomJson.ConvertDicomToJson(dataset, numberSerializationMode: NumberSerializationMode.PreferablyAsNumber));
            using var theirs = JsonDocument.Parse(output);
            Compare(Path.GetFileName(path), ours.RootElement, theirs.RootElement, root: true);
        }
    }

    [SkippableTheory]
    [InlineData("ct-ge")]
    [InlineData("syntaxes")]
    public void Files_written_again_hold_the_same(string folder)
    {
        foreach (var path in SharedData.Files(folder))
        {
            var file = DicomFile.Open(path, FileReadOption.ReadAll);
            file.IsPartial.ShouldBeFalse(path);

            // A syntax younger than this release is read as compressed, but, as in the original, not written.
            if (DicomTransferSyntax.Query(file.Dataset.InternalTransferSyntax.UID) is null) continue;
            var again = Samples.Open(Samples.Bytes(file), FileReadOption.ReadAll);
            foreach (var item in file.Dataset.Where(item => item.Tag.Element != 0x0000))
                DicomValueComparer.DefaultInstance.Equals(again.Dataset.GetDicomItem<DicomItem>(item.Tag), item).ShouldBeTrue($"{path} {item}");
            if (file.Dataset.GetDicomItem<DicomElement>(DicomTag.PixelData) is { } pixels)
                again.Dataset.GetDicomItem<DicomElement>(DicomTag.PixelData).Buffer.Data.ShouldBe(pixels.Buffer.Data, path);
        }
    }

    [SkippableFact]
    public void Every_frame_can_be_had()
    {
        foreach (var path in SharedData.Files("syntaxes"))
        {
            var dataset = DicomFile.Open(path).Dataset;
            if (!dataset.Contains(DicomTag.PixelData)) continue;
            var pixels = DicomPixelData.Create(dataset);
            for (var frame = 0; frame < pixels.NumberOfFrames; frame++)
            {
                var bytes = pixels.GetFrame(frame).Data;
                if (pixels.Syntax.IsEncapsulated) bytes.Length.ShouldBeGreaterThan(0, path);
                else bytes.Length.ShouldBe(pixels.UncompressedFrameSize, path);
            }
        }
    }

    [SkippableFact]
    public void Headers_of_real_files_cut_anywhere_are_survived()
    {
        var bytes = File.ReadAllBytes(SharedData.Files("ct-ge")[0])[..8_000];
        for (var length = 0; length < bytes.Length; length += 7)
        {
            try
            {
                Samples.Open(bytes[..length]).Dataset.ShouldNotBeNull();
            }
            catch (DicomFileException)
            {
                // Refused in the type that callers expect.
            }
        }
    }

    /// <summary>Pixel data is compared elsewhere; the charset is that of the JSON.</summary>
    private static void Compare(string where, JsonElement ours, JsonElement theirs, bool root = false)
    {
        var (our, their) = (Members(ours), Members(theirs));
        if (root)
        {
            foreach (var tag in new[] { "7FE00010", "00080005" }) _ = (their.Remove(tag), our.Remove(tag));
        }

        our.Keys.ShouldBe(their.Keys, where);
        foreach (var (tag, attribute) in their)
        {
            var place = $"{where} {tag}";
            var mine = our[tag];

            // Private and ambiguous elements of implicit VR depend on the reader's dictionary; the bytes are compared elsewhere.
            var vr = attribute.GetProperty("vr").GetString();
            var ourVr = mine.GetProperty("vr").GetString();
            if (vr == "UN" || ourVr == "UN" || (vr != ourVr && DicomTag.Parse(tag).DictionaryEntry.ValueRepresentations.Length > 1)) continue;
            ourVr.ShouldBe(vr, place);
            if (!attribute.TryGetProperty("Value", out var value)) continue;
            mine.TryGetProperty("Value", out var ourValue).ShouldBeTrue(place);
            ourValue.GetArrayLength().ShouldBe(value.GetArrayLength(), place);
            for (var i = 0; i < value.GetArrayLength(); i++) CompareValue($"{place}[{i}]", ourValue[i], value[i], vr!);
        }
    }

    private static void CompareValue(string place, JsonElement ours, JsonElement theirs, string vr)
    {
        if (vr == "SQ") Compare(place, ours, theirs);
        else if (vr == "PN") Name(ours).ShouldBe(Name(theirs), place);
        else if (ours.ValueKind == JsonValueKind.Number && theirs.ValueKind == JsonValueKind.Number)
        {
            var (a, b) = (ours.GetDouble(), theirs.GetDouble());
            Math.Abs(a - b).ShouldBeLessThanOrEqualTo(1e-6 * Math.Max(1, Math.Abs(b)), place);
        }
        else Normal(ours).ShouldBe(Normal(theirs), place);
    }

    /// <summary>Trailing empty components may be left out (PS3.5 section 6.2.1).</summary>
    private static string Name(JsonElement value) =>
        value.ValueKind == JsonValueKind.Null ? "" : string.Join('=', value.EnumerateObject().Select(group => group.Name + group.Value.GetString()!.TrimEnd('^', ' ')));

    private static string Normal(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString()!.Trim(),
        JsonValueKind.Number => value.GetDouble().ToString(CultureInfo.InvariantCulture),
        JsonValueKind.Null => "",
        _ => value.GetRawText(),
    };

    private static SortedDictionary<string, JsonElement> Members(JsonElement json) =>
        new(json.EnumerateObject().ToDictionary(member => member.Name, member => member.Value), StringComparer.Ordinal);
}
