using System.Globalization;
using Regional.Patients;

namespace Regional.Studies;

/// <summary>
/// Whether images belong to an exam, from what both say (workflow.md 8). Pure. Evidence that contradicts forbids a link; evidence that is
/// missing does not make one.
/// </summary>
internal static class ImageMatcher
{
    /// <summary>Plain radiography has three modality codes for one kind of device.</summary>
    public static bool SameKind(string? a, string? b) => Kind(a) == Kind(b);

    /// <summary>
    /// Whether images that bear an exam's own number may be its: of its kind of device, or photographs, documents and other captures, which accompany any
    /// exam (R4.2.4-1).
    /// </summary>
    public static bool MayAccompany(string? exam, string? images) => SameKind(exam, images) || images is "XC" or "OT" or "DOC" or "SC";

    /// <summary>True when sex, birth date or a name in the same script differ.</summary>
    /// <param name="pinyin">Of the registered person, where known.</param>
    public static bool Contradicts(PatientLabel images, PatientLabel known, string? pinyin)
    {
        if (IsSexed(images.Sex) && IsSexed(known.Sex) && images.Sex != known.Sex) return true;
        if (images.BirthDate is { } born && known.BirthDate is { } registered && born != registered) return true;
        return NamesDiffer(images.Name, known.Name, pinyin);
    }

    /// <summary>The only open exam that fits, or null when none or several do.</summary>
    public static StudySnapshot? OnlyFit(ImagesArrived batch, IEnumerable<StudySnapshot> open, DateTimeOffset notBefore)
    {
        StudySnapshot? fit = null;
        foreach (var exam in open)
        {
            if (!Fits(batch, exam, notBefore)) continue;
            if (fit is not null) return null;
            fit = exam;
        }

        return fit;
    }

    private static bool Fits(ImagesArrived batch, StudySnapshot exam, DateTimeOffset notBefore) =>
        exam.Site == batch.Site
        && exam.Phase is ExamPhase.Accepted or ExamPhase.Arrived or ExamPhase.InRoom
        && exam.History.Length > 0 && exam.History[0].At >= notBefore
        && SameKind(exam.Request?.Modality, batch.Modality)
        && (exam.Request?.StationAe is not { Length: > 0 } station || station == batch.CallingAe);

    private static string Kind(string? modality) => modality?.ToUpperInvariant() switch
    {
        "DX" or "CR" or "DR" => "DX",
        { } other => other,
        null => "",
    };

    private static bool IsSexed(string sex) => sex is "M" or "F";

    /// <summary>
    /// PN may hold three groups divided by '=' (alphabetic, ideographic, phonetic; PS3.5 §6.2). Groups are compared with the name or the
    /// pinyin of their own script; a script that the other side lacks says nothing.
    /// </summary>
    private static bool NamesDiffer(string images, string known, string? pinyin)
    {
        var differs = false;
        foreach (var group in images.Split('='))
        {
            var name = Plain(group);
            if (name.Length == 0) continue;
            var other = IsLatin(name) ? (IsLatin(Plain(known)) ? Plain(known) : Plain(pinyin)) : IsLatin(Plain(known)) ? "" : Plain(known);
            if (other.Length == 0) continue;
            if (name == other) return false;
            differs = true;
        }

        return differs;
    }

    private static bool IsLatin(string name) => name.Length > 0 && name.All(letter => letter < '\u0250');

    private static string Plain(string? name) =>
        string.Concat((name ?? "").Where(char.IsLetter)).ToUpper(CultureInfo.InvariantCulture);
}
