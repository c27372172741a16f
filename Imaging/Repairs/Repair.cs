using System.Collections.Immutable;
using System.Globalization;
using FellowOakDicom;

namespace Regional.Imaging.Repairs;

/// <summary>
/// How a device's data sets are read where it does not keep to the standard (X4; workflow.md 9): rules, not results. They stand as text in the
/// record of every image that came while they held, so a rebuild reads what the first reading read, whatever cluster.yaml says by then. The
/// stored bytes are never touched.
/// </summary>
public sealed record Repair
{
    /// <summary>Bytes of <see cref="Encode"/> at most.</summary>
    public const int MaxBytes = 1024;

    public static Repair None { get; } = new();

    /// <summary>Defined term of the character set its texts are in (PS3.3 §C.12.1.1.2) when it declares none, or one that does not exist. Empty: no rule.</summary>
    public string Charset { get; init; } = "";

    /// <summary>It declares one and writes another: <see cref="Charset"/> holds whatever it says.</summary>
    public bool CharsetAlways { get; init; }

    public NameForm Names { get; init; }

    /// <summary>Issuer of its patient ids where it names none.</summary>
    public string PatientIdIssuer { get; init; } = "";

    /// <summary>Values of attributes that it leaves out or empty.</summary>
    public ImmutableSortedDictionary<uint, string> Missing { get; init; } = ImmutableSortedDictionary<uint, string>.Empty;

    /// <summary>Attributes whose absence is told to people.</summary>
    public ImmutableSortedSet<uint> Required { get; init; } = [];

    /// <summary>How far its clock is ahead of the true time; negative when behind. Whole seconds.</summary>
    public TimeSpan ClockSkew { get; init; }

    /// <summary>Its dates are believed so far from receipt; beyond, receipt time stands for them. Null: always believed.</summary>
    public TimeSpan? ClockLimit { get; init; }

    /// <summary>Offset of the region's clock from UTC, in which a receipt time is written.</summary>
    public TimeSpan LocalOffset { get; init; }

    /// <summary>Whether nothing is read otherwise than it stands.</summary>
    public bool IsNone => Equals(None);

    /// <summary>As <c>key=value;key=value</c>, values percent-encoded; empty for <see cref="None"/>. Keys are on disk: never reuse one.</summary>
    public string Encode()
    {
        if (IsNone) return "";
        List<string> parts = [];
        void Put(string key, string value) => parts.Add(key + "=" + Uri.EscapeDataString(value));
        if (Charset.Length > 0) Put(CharsetAlways ? "cs!" : "cs", Charset);
        if (Names != NameForm.AsSent) Put("nf", Names == NameForm.Pinyin ? "p" : "c");
        if (PatientIdIssuer.Length > 0) Put("is", PatientIdIssuer);
        if (ClockSkew != TimeSpan.Zero) Put("sk", Seconds(ClockSkew));
        if (ClockLimit is { } limit)
        {
            Put("li", Seconds(limit));
            Put("lo", Seconds(LocalOffset));
        }
        foreach (var (tag, value) in Missing) Put("m" + Hex(tag), value);
        if (Required.Count > 0) Put("rq", string.Join(',', Required.Select(Hex)));
        return string.Join(';', parts);
    }

    /// <summary>
    /// What <see cref="Encode"/> wrote; <see cref="None"/> for an empty text, null for one that is none. Keys that a newer build wrote are passed over.
    /// </summary>
    public static Repair? Decode(string text)
    {
        var repair = None;
        if (text.Length == 0) return repair;
        foreach (var part in text.Split(';'))
        {
            var at = part.IndexOf('=', StringComparison.Ordinal);
            if (at <= 0) return null;
            var (key, value) = (part[..at], Uri.UnescapeDataString(part[(at + 1)..]));
            if (With(repair, key, value) is not { } next) return null;
            repair = next;
        }
        return repair;
    }

    private static Repair? With(Repair repair, string key, string value) => key switch
    {
        "cs" => repair with { Charset = value },
        "cs!" => repair with { Charset = value, CharsetAlways = true },
        "nf" => repair with { Names = value == "p" ? NameForm.Pinyin : NameForm.Characters },
        "is" => repair with { PatientIdIssuer = value },
        "sk" => Span(value) is { } skew ? repair with { ClockSkew = skew } : null,
        "li" => Span(value) is { } limit ? repair with { ClockLimit = limit } : null,
        "lo" => Span(value) is { } offset ? repair with { LocalOffset = offset } : null,
        "rq" => Tags(value) is { } tags ? repair with { Required = tags } : null,
        ['m', .. var tag] => Tag(tag) is { } missing ? repair with { Missing = repair.Missing.SetItem(missing, value) } : null,
        _ => repair
    };

    private static ImmutableSortedSet<uint>? Tags(string text)
    {
        var tags = text.Split(',').Select(Tag).ToList();
        return tags.Contains(null) ? null : [.. tags.Select(tag => tag!.Value)];
    }

    private static uint? Tag(string text) =>
        text.Length == 8 && uint.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var tag) ? tag : null;

    private static string Hex(uint tag) => tag.ToString("X8", CultureInfo.InvariantCulture);

    private static string Seconds(TimeSpan span) => ((long)span.TotalSeconds).ToString(CultureInfo.InvariantCulture);

    private static TimeSpan? Span(string text) =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var seconds) ? TimeSpan.FromSeconds(seconds) : null;

    // The sorted collections compare by reference; two repairs are equal when they read alike.
    public bool Equals(Repair? other) =>
        other is not null && Charset == other.Charset && CharsetAlways == other.CharsetAlways && Names == other.Names && PatientIdIssuer == other.PatientIdIssuer
        && ClockSkew == other.ClockSkew && ClockLimit == other.ClockLimit && LocalOffset == other.LocalOffset
        && Missing.SequenceEqual(other.Missing) && Required.SequenceEqual(other.Required);

    public override int GetHashCode() => HashCode.Combine(Charset, CharsetAlways, Names, PatientIdIssuer, ClockSkew, ClockLimit, Missing.Count, Required.Count);
}

/// <summary>Attributes that a profile may name, by keyword (PS3.6): descriptions of the exam, never an identity or a UID.</summary>
public static class RepairableAttributes
{
    /// <summary>May be given a value where the device leaves them out.</summary>
    public static ImmutableSortedDictionary<string, uint> Fillable { get; } = Table(
        DicomTag.Modality, DicomTag.BodyPartExamined, DicomTag.InstitutionName, DicomTag.StationName, DicomTag.StudyDescription, DicomTag.SeriesDescription,
        DicomTag.ProtocolName, DicomTag.ReferringPhysicianName, DicomTag.Manufacturer, DicomTag.ManufacturerModelName);

    /// <summary>May be asked for: all that the index keeps as text.</summary>
    public static ImmutableSortedDictionary<string, uint> Requirable { get; } = Fillable.AddRange(Table(
        DicomTag.PatientID, DicomTag.PatientName, DicomTag.PatientBirthDate, DicomTag.PatientSex, DicomTag.StudyDate, DicomTag.StudyTime,
        DicomTag.AccessionNumber, DicomTag.StudyID, DicomTag.SeriesNumber, DicomTag.InstanceNumber, DicomTag.Laterality));

    private static ImmutableSortedDictionary<string, uint> Table(params DicomTag[] tags) =>
        tags.ToImmutableSortedDictionary(tag => tag.DictionaryEntry.Keyword, tag => ((uint)tag.Group << 16) | tag.Element, StringComparer.Ordinal);
}
