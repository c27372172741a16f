using System.Text.RegularExpressions;

namespace Regional.Imaging.Cluster;

/// <summary>Capture of what is no DICOM (R4.2.4-1, R4.2.4-2).</summary>
public sealed class CaptureOptions
{
    /// <summary>Folders that the edge watches: frame grabbers, scanners and cameras put their files there.</summary>
    public List<CaptureFolderOptions> Folders { get; set; } = [];
}

/// <summary>One watched folder. Files move on into <c>processing</c>, then <c>done</c> or <c>refused</c> below it.</summary>
public sealed class CaptureFolderOptions
{
    public string Path { get; set; } = "";

    /// <summary>Names the source, as an AE title names a modality; unique at the site.</summary>
    public string Device { get; set; } = "";

    /// <summary>DICOM modality of what is captured: US, ES, GM and XC have classes of their own, anything else is a secondary capture.</summary>
    public string Modality { get; set; } = "";

    /// <summary>
    /// Regular expression over the file's name, with a group <c>accession</c> or <c>patient</c>. A name that does not match, or matches no exam, is an
    /// unmatched image. Nothing: every file is.
    /// </summary>
    public string? Match { get; set; }

    /// <summary>A file is whole when neither size nor time of it changed for so long. Default 2 seconds.</summary>
    public TimeSpan Settle { get; set; } = TimeSpan.FromSeconds(2);
}

/// <summary>The rules of <see cref="CaptureOptions"/>.</summary>
internal static class CaptureValidation
{
    public static void Check(SiteOptions site, string at, Action<bool, string, object?, string> rule)
    {
        var folders = site.Edge.Capture.Folders;
        foreach (var folder in folders)
        {
            var name = at + "edge.capture.folders.";
            rule(folder.Path.Length > 0, name + "path", folder.Path, "must not be empty");
            rule(ClusterValidation.AeTitle().IsMatch(folder.Device), name + "device", folder.Device, "must be 1 to 16 printable characters without backslash");
            rule(ClusterValidation.Modality().IsMatch(folder.Modality), name + "modality", folder.Modality, "must be a DICOM modality such as US");
            rule(folder.Settle >= TimeSpan.FromMilliseconds(100), name + "settle", folder.Settle, "must be 100ms or more");
            rule(folder.Match is null || Groups(folder.Match).Intersect(["accession", "patient"]).Any(), name + "match", folder.Match,
                "must be a regular expression with a group named accession or patient");
        }

        foreach (var twice in folders.GroupBy(f => f.Device, StringComparer.Ordinal).Where(g => g.Count() > 1))
            rule(false, at + "edge.capture.folders.device", twice.Key, "must be unique");
        foreach (var twice in folders.GroupBy(f => f.Path, StringComparer.Ordinal).Where(g => g.Count() > 1))
            rule(false, at + "edge.capture.folders.path", twice.Key, "must be unique");
    }

    private static string[] Groups(string pattern)
    {
        try
        {
            // Without backtracking: a name must not be able to stop the edge.
            return new Regex(pattern, RegexOptions.NonBacktracking).GetGroupNames();
        }
        catch (Exception fault) when (fault is ArgumentException or NotSupportedException)
        {
            return [];
        }
    }
}
