using System.Globalization;
using FellowOakDicom;
using Regional.Imaging.Capture;
using Regional.Imaging.Headers;
using Regional.TestKit;

namespace Regional.Imaging.Tests.Capture;

/// <summary>Converts within a test, and asks strangers what they think of it.</summary>
internal static class Captured
{
    public static CaptureSubject Subject(string modality = "XC", string? pinyin = "Wang Xiaoming") => new()
    {
        Patient = new CapturedPatient("QS-0042", "township-a", "王晓明", pinyin, "M", new DateOnly(1968, 3, 9)),
        Exam = new CapturedExam(
            CaptureUid.Of("study", "study:test"), "QS2611280042", "township-a", "膝关节正侧位DR", "KNEE", "R",
            new DateTimeOffset(2026, 11, 28, 9, 30, 0, TimeSpan.FromHours(8))),
        Station = new CaptureStation("A_CAM1", "青石镇中心卫生院", modality, "DI"),
        Session = "folder:A_CAM1:20261128",
        SeriesDescription = "采集",
        Number = 3,
        CapturedAt = new DateTimeOffset(2026, 11, 28, 9, 41, 12, TimeSpan.FromHours(8)),
    };

    public static (CaptureResult Result, byte[] DataSet) Convert(byte[] file, CaptureSubject? subject = null, CaptureLimits? limits = null)
    {
        using var source = new MemoryStream(file, writable: false);
        using var target = new MemoryStream();
        var result = CaptureConverter.Convert(source, subject ?? Subject(), target, limits);
        return (result, target.ToArray());
    }

    public static string RuleOf(byte[] file, CaptureLimits? limits = null) =>
        Convert(file, limits: limits).Result.ShouldBeOfType<CaptureResult.Refused>().Rule;

    /// <summary>As a DICOM file, for tools.</summary>
    public static async Task<string> SaveAsync(string path, byte[] file, CaptureSubject? subject = null, string? syntax = null)
    {
        var (result, dataSet) = Convert(file, subject);
        var made = result.ShouldBeOfType<CaptureResult.Converted>(result.ToString());
        await File.WriteAllBytesAsync(path, [.. FileMeta.Build(made.SopClassUid, made.SopInstanceUid, syntax ?? made.TransferSyntaxUid, ""), .. dataSet]);
        return path;
    }

    public static async Task<DicomDataset> OpenAsync(string path) => (await DicomFile.OpenAsync(path)).Dataset;

    /// <summary>What DCMTK shows: a PGM or PPM of 8 or 16 bits, its samples without header.</summary>
    public static async Task<int[]> SeenByDcmtkAsync(string dicom, int samples, int bits)
    {
        var tool = ExternalTool.Find("dcmj2pnm");
        Skip.If(tool is null && !ExternalTool.Required, "DCMTK is not installed");
        var picture = dicom + (samples == 1 ? ".pgm" : ".ppm");
        // The window of the whole range shows a grey picture as it is.
        string[] look = samples == 1 ? ["--set-window", (1 << (bits - 1)).ToString(CultureInfo.InvariantCulture), (1 << bits).ToString(CultureInfo.InvariantCulture)] : [];
        var result = await ExternalTool.RunAsync(tool.ShouldNotBeNull(), [.. look, bits == 8 ? "--write-raw-pnm" : "--write-16-bit-pnm", dicom, picture]);
        result.ExitCode.ShouldBe(0, result.Output);
        var bytes = await File.ReadAllBytesAsync(picture);
        if (bits == 16)
        {
            var words = System.Text.Encoding.ASCII.GetString(bytes).Split((char[])[' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries);
            return [.. words.SkipWhile(w => !w.StartsWith('P')).SkipWhile(w => w is "P2" or "#").Select(w => int.TryParse(w, out var n) ? n : -1).Where(n => n >= 0).Skip(3)];
        }

        var at = 0;
        for (var lines = 0; lines < 3; at++)
        {
            if (bytes[at] != '\n') continue;
            if (at + 1 < bytes.Length && bytes[at + 1] == '#') continue;
            lines++;
        }

        return [.. bytes.Skip(at).Select(b => (int)b)];
    }

    public static async Task ShouldBeValidAsync(string dicom)
    {
        var validator = ExternalTool.Find("dciodvfy");
        Skip.If(validator is null && !ExternalTool.Required, "dciodvfy (dicom3tools) is not installed");
        var verdict = await ExternalTool.RunAsync(validator.ShouldNotBeNull(), ["-new", dicom]);
        var errors = verdict.Output.Split('\n').Where(l => l.StartsWith("Error", StringComparison.Ordinal)).ToList();
        errors.ShouldBeEmpty(Path.GetFileName(dicom) + "\n" + verdict.Output);
    }
}
