using System.Diagnostics;
using FellowOakDicom;

namespace Regional.Compat.Dicom.Tests.Support;

/// <summary>Data sets and files that tests start from.</summary>
internal static class Samples
{
    public static DicomDataset Ct(string instance = "1.2.826.0.1.3680043.8.498.1") => new()
    {
        { DicomTag.SpecificCharacterSet, "ISO_IR 192" },
        { DicomTag.SOPClassUID, DicomUID.CTImageStorage },
        { DicomTag.SOPInstanceUID, instance },
        { DicomTag.StudyInstanceUID, "1.2.826.0.1.3680043.8.498.2" },
        { DicomTag.SeriesInstanceUID, "1.2.826.0.1.3680043.8.498.3" },
        { DicomTag.PatientName, "Zhang^San=张^三" },
        { DicomTag.PatientID, "P-1" },
        { DicomTag.Modality, "CT" },
        { DicomTag.Rows, (ushort)4 },
        { DicomTag.Columns, (ushort)4 },
        { DicomTag.BitsAllocated, (ushort)16 },
        { DicomTag.BitsStored, (ushort)12 },
        { DicomTag.HighBit, (ushort)11 },
        { DicomTag.PixelRepresentation, (ushort)0 },
        { DicomTag.SamplesPerPixel, (ushort)1 },
        { DicomTag.PhotometricInterpretation, "MONOCHROME2" },
        new DicomOtherWord(DicomTag.PixelData, [.. Enumerable.Range(0, 16).Select(i => (ushort)(i * 100))]),
    };

    public static byte[] Bytes(DicomFile file)
    {
        using var stream = new MemoryStream();
        file.Save(stream);
        return stream.ToArray();
    }

    public static DicomFile Open(byte[] bytes, FileReadOption option = FileReadOption.Default) => DicomFile.Open(new MemoryStream(bytes), option);

    /// <summary>A file of explicit VR little endian whose data set is the given bytes.</summary>
    public static byte[] FileOf(ReadOnlySpan<byte> dataset, DicomTransferSyntax? syntax = null)
    {
        using var stream = new MemoryStream();
        var meta = new DicomFileMetaInformation
        {
            Version = [0, 1],
            MediaStorageSOPClassUID = DicomUID.CTImageStorage,
            MediaStorageSOPInstanceUID = new DicomUID("1.2.3", "", DicomUidType.SOPInstance),
            TransferSyntax = syntax ?? DicomTransferSyntax.ExplicitVRLittleEndian,
        };
        FellowOakDicom.IO.Writer.FileWriter.Write(stream, meta, new DicomDataset(), null);
        stream.Write(dataset);
        return stream.ToArray();
    }
}

internal static class DatasetAssertions
{
    /// <summary>By values. Shouldly's own comparison of collections takes items for equal when they compare as equal, which is by tag.</summary>
    public static void ShouldHold(this DicomDataset actual, DicomDataset expected, string? where = null)
    {
        foreach (var item in expected)
            DicomValueComparer.DefaultInstance.Equals(actual.GetDicomItem<DicomItem>(item.Tag), item).ShouldBeTrue($"{where} {item}");
        actual.Equals(expected).ShouldBeTrue(where);
    }
}

/// <summary>The folder of real files, when this machine has one: a speciality of some machines, never required.</summary>
internal static class SharedData
{
    public static string? Folder { get; } = Find();

    public static IReadOnlyList<string> Files(string folder)
    {
        var path = Folder is null ? null : Path.Combine(Folder, folder);
        Skip.If(path is null || !Directory.Exists(path), "no shared/data folder on this machine");
        return [.. Directory.EnumerateFiles(path!, "*.dcm").Order(StringComparer.Ordinal)];
    }

    private static string? Find()
    {
        if (Environment.GetEnvironmentVariable("REGIONAL_SHARED_DATA") is { Length: > 0 } named) return named;
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var candidate = Path.Combine(folder.FullName, "shared", "data");
            if (Directory.Exists(candidate)) return candidate;
        }

        return null;
    }
}

/// <summary>Programs of DCMTK. Missing: skipped on a laptop, a failure in CI.</summary>
internal static class Dcmtk
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static void Require(string program)
    {
        var found = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, program)));
        if (found) return;
        if (Environment.GetEnvironmentVariable("CI") == "true") throw new InvalidOperationException($"{program} of DCMTK is not installed");
        Skip.If(true, $"{program} of DCMTK is not installed");
    }

    public static async Task<(int ExitCode, string Output)> RunAsync(string program, params string[] arguments)
    {
        using var process = Start(program, arguments);
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        using var timeout = new CancellationTokenSource(Patience);
        await process.WaitForExitAsync(timeout.Token);
        return (process.ExitCode, await output + await error);
    }

    public static Process Start(string program, params string[] arguments)
    {
        Require(program);
        var info = new ProcessStartInfo(program) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in arguments) info.ArgumentList.Add(argument);
        info.Environment["TCP_NODELAY"] = "1";
        return Process.Start(info)!;
    }
}
