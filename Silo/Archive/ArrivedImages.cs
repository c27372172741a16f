using System.Globalization;
using Regional.Imaging.Index;
using Regional.Patients;
using Regional.Studies;

namespace Regional.Silo.Archive;

/// <summary>What the archive's outbox says, in the words of the Study grain: the images' own evidence, never an identity.</summary>
internal static class ArrivedImages
{
    public static ImagesArrived From(ArchiveEvent happened) => new(
        "archive:" + happened.Generation, happened.Sequence, happened.Site, happened.Study.StudyUid, happened.TotalInstances, happened.TotalSeries,
        happened.Modality, happened.CallingAe, Label(happened.Study), Or(happened.Study.PatientId), Or(happened.Study.AccessionNumber),
        Or(happened.Study.StudyDescription), Or(happened.BodyPart), happened.FirstReceived, happened.LastReceived);

    /// <summary>Several events of one study as one: the newest totals over the whole span of receipt. Its sequence is the newest's.</summary>
    public static ImagesArrived Joined(IReadOnlyList<ArchiveEvent> events) => From(events[^1]) with
    {
        FirstReceived = events.Min(e => e.FirstReceived),
        LastReceived = events.Max(e => e.LastReceived),
    };

    private static PatientLabel Label(IndexedStudy study) => new(
        SpokenName(study.PatientName),
        study.PatientSex is "M" or "F" or "O" ? study.PatientSex : "U",
        DateOnly.TryParseExact(study.PatientBirthDate, "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var birth) ? birth : null);

    /// <summary>A person name (PS3.5 6.2.1.2): the ideographic group where there is one, components joined as they are spoken.</summary>
    private static string SpokenName(string name)
    {
        var groups = name.Split('=');
        var group = groups.Length > 1 && groups[1].Trim('^', ' ').Length > 0 ? groups[1] : groups[0];
        var joint = group.Any(c => c >= '\u2E80') ? "" : " ";
        return string.Join(joint, group.Split('^', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
    }

    private static string? Or(string text) => string.IsNullOrWhiteSpace(text) ? null : text;
}
