using FellowOakDicom;
using Regional.Load.Region;
using Regional.TestKit.Modality;

namespace Regional.Load.Sending;

/// <summary>Sends a folder of DICOM files to a site's edge, as a modality would.</summary>
public static class FolderSend
{
    private const int FilesAnAssociation = 200;

    /// <returns>0 when every file was stored, else 1.</returns>
    public static async Task<int> RunAsync(DirectoryInfo folder, EdgeAddress edge, string callingAe, CancellationToken cancellation)
    {
        if (!folder.Exists) throw new UsageException($"{folder.FullName} does not exist.");
        var paths = folder.EnumerateFiles("*", SearchOption.AllDirectories).Where(f => DicomFile.HasValidHeader(f.FullName))
            .Select(f => f.FullName).Order(StringComparer.Ordinal).ToList();
        if (paths.Count == 0) throw new UsageException($"{folder.FullName} holds no DICOM file.");

        var modality = new FakeModality(edge.Host, edge.Port, edge.AeTitle, callingAe);
        var stored = 0;
        foreach (var chunk in paths.Chunk(FilesAnAssociation))
        {
            var files = new List<DicomFile>(chunk.Length);
            foreach (var path in chunk) files.Add(await DicomFile.OpenAsync(path));
            var outcomes = await modality.SendAsync(files, cancellation);
            stored += outcomes.Count(o => o.Stored);
            foreach (var refused in outcomes.Where(o => !o.Stored))
            {
                await Console.Error.WriteLineAsync($"{refused.SopInstanceUid}: {(refused.Status is { } status ? $"status {status:X4}" : "no answer")}");
            }
        }

        Console.WriteLine($"{stored} of {paths.Count} images stored at {edge.Code} ({edge.AeTitle} {edge.Host}:{edge.Port}).");
        return stored == paths.Count ? 0 : 1;
    }
}
