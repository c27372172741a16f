using System.Globalization;
using System.Text.RegularExpressions;
using Regional.Imaging.Capture;
using Regional.Imaging.Cluster;

namespace Regional.Edge.Capture;

/// <summary>
/// Whom a file in a watched folder shows, by its name. An accession number or a patient id is handed on with the image, and the centre matches it as it
/// matches any (workflow.md 3, 8); a file whose name says nothing becomes a study of its own, so that no two strangers ever share one.
/// </summary>
internal sealed class CaptureSubjects(SiteOptions site, TimeSpan localOffset)
{
    private readonly Dictionary<string, Regex> _patterns = site.Edge.Capture.Folders.Where(f => f.Match is not null)
        .ToDictionary(f => f.Device, f => new Regex(f.Match!, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant), StringComparer.Ordinal);

    /// <param name="content">What the file's bytes are called (<see cref="CaptureUid.ContentOf"/>).</param>
    /// <param name="written">When the file was written last: when it was captured.</param>
    public CaptureSubject Of(CaptureFolderOptions folder, string name, string content, DateTimeOffset written)
    {
        var at = written.ToOffset(localOffset);
        var day = at.ToString("yyyyMMdd", CultureInfo.InvariantCulture);
        var (accession, patient) = Keys(folder, name);
        var study = accession.Length > 0
            ? CaptureUid.Of("study", site.Code, "accession", accession)
            : patient.Length > 0 ? CaptureUid.Of("study", site.Code, "patient", patient, folder.Device, day) : CaptureUid.Of("study", site.Code, folder.Device, content);
        return new CaptureSubject
        {
            Patient = new CapturedPatient(patient, site.Code, "", null, "", null),
            Exam = new CapturedExam(study, accession, site.Code, "", null, null, at),
            Station = new CaptureStation(folder.Device, site.Name, folder.Modality, "DI"),
            Session = $"folder:{day}",
            SeriesDescription = folder.Device,
            Number = at.Hour * 10_000 + at.Minute * 100 + at.Second,
            CapturedAt = at,
        };
    }

    /// <summary>The name's ending is not part of it. VR SH holds 16 characters, LO 64: what is longer is no number of ours.</summary>
    private (string Accession, string Patient) Keys(CaptureFolderOptions folder, string name)
    {
        if (!_patterns.TryGetValue(folder.Device, out var pattern) || pattern.Match(Path.GetFileNameWithoutExtension(name)) is not { Success: true } match)
            return ("", "");
        var (accession, patient) = (match.Groups["accession"].Value.Trim(), match.Groups["patient"].Value.Trim());
        return (accession.Length <= 16 ? accession : "", patient.Length <= 64 ? patient : "");
    }
}
