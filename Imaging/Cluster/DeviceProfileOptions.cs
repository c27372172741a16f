using System.Collections.Immutable;
using Regional.Imaging.Repairs;

namespace Regional.Imaging.Cluster;

/// <summary>What a device does otherwise than the standard asks (X4; workflow.md 9). Nothing given: it is read as it writes.</summary>
public sealed class DeviceProfileOptions
{
    /// <summary>
    /// Defined term of the character set that its texts are in where (0008,0005) is missing or not of the standard: GB18030, GBK, ISO_IR 192 or
    /// ISO_IR 100. Nothing: such texts are taken for GB18030.
    /// </summary>
    public string? Charset { get; set; }

    /// <summary>It declares another character set than it writes: <see cref="Charset"/> holds always. Default false.</summary>
    public bool CharsetWrong { get; set; }

    /// <summary>How it writes names: <c>as-sent</c>, <c>pinyin</c> (blanks for delimiters) or <c>characters</c> (padded with blanks). Default <c>as-sent</c>.</summary>
    public string Names { get; set; } = "as-sent";

    /// <summary>Issuer of its patient ids, where it names none.</summary>
    public string? PatientIdIssuer { get; set; }

    /// <summary>Values of attributes that it leaves out, by keyword.</summary>
    public Dictionary<string, string> Missing { get; set; } = [];

    /// <summary>Attributes, by keyword, whose absence is logged.</summary>
    public List<string> Required { get; set; } = [];

    /// <summary>How far its clock is ahead of the true time, such as <c>8h</c>; <c>-90s</c> when it is behind.</summary>
    public string? ClockSkew { get; set; }

    /// <summary>Farther than so from receipt, its dates are not believed: receipt time stands for them. For devices that send nothing old. Nothing: believed.</summary>
    public TimeSpan? ClockLimit { get; set; }

    /// <summary>As rules that go into the record of each of its images.</summary>
    /// <param name="localOffset">The region's offset from UTC.</param>
    public Repair ToRepair(TimeSpan localOffset) => new()
    {
        Charset = Charset ?? "",
        CharsetAlways = CharsetWrong,
        Names = Names switch { "pinyin" => NameForm.Pinyin, "characters" => NameForm.Characters, _ => NameForm.AsSent },
        PatientIdIssuer = PatientIdIssuer ?? "",
        Missing = Missing.ToImmutableSortedDictionary(entry => RepairableAttributes.Fillable[entry.Key], entry => entry.Value),
        Required = [.. Required.Select(keyword => RepairableAttributes.Requirable[keyword])],
        ClockSkew = Skew(ClockSkew) ?? TimeSpan.Zero,
        ClockLimit = ClockLimit,
        LocalOffset = ClockLimit is null ? TimeSpan.Zero : localOffset
    };

    /// <summary>Null where the text is no duration, with a sign or without.</summary>
    internal static TimeSpan? Skew(string? text) => text is null ? TimeSpan.Zero
        : !Scalars.TryDuration(text.TrimStart('-', '+'), out var span) ? null
        : text[0] == '-' ? -span
        : span;
}
