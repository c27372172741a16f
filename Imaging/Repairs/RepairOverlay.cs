using System.Globalization;
using System.Text;
using FellowOakDicom;

namespace Regional.Imaging.Repairs;

/// <summary>What a repair did to one data set. Keywords of attributes, never values.</summary>
/// <param name="Repaired">Attributes read otherwise than they stand; <c>SpecificCharacterSet</c> stands for all texts.</param>
/// <param name="Lacking">Required ones that are not there.</param>
public sealed record RepairNotes(IReadOnlyList<string> Repaired, IReadOnlyList<string> Lacking);

/// <summary>
/// Applies a repair to a parsed data set in memory: what the index, searches and metadata say. Whoever sends or serves the image itself sends the
/// stored bytes.
/// </summary>
public static class RepairOverlay
{
    private const string Utf8 = "ISO_IR 192";

    private static readonly (DicomTag Date, DicomTag Time)[] Instants =
    [
        (DicomTag.StudyDate, DicomTag.StudyTime), (DicomTag.SeriesDate, DicomTag.SeriesTime), (DicomTag.AcquisitionDate, DicomTag.AcquisitionTime),
        (DicomTag.ContentDate, DicomTag.ContentTime), (DicomTag.InstanceCreationDate, DicomTag.InstanceCreationTime),
        (DicomTag.PerformedProcedureStepStartDate, DicomTag.PerformedProcedureStepStartTime)
    ];

    /// <param name="received">When the image came; dates beyond the clock limit give way to it.</param>
    public static RepairNotes Apply(this Repair repair, DicomDataset dataSet, DateTimeOffset received)
    {
        List<string> repaired = [];
        using var lenient = new UnvalidatedScope(dataSet);
        if (repair.Charset.Length > 0 && (repair.CharsetAlways || DeclaresNoCharset(dataSet)) && ReadTextsAs(dataSet, DicomEncoding.GetEncoding(repair.Charset)))
            repaired.Add(DicomTag.SpecificCharacterSet.DictionaryEntry.Keyword);
        repaired.AddRange(FormNames(repair, dataSet));
        repaired.AddRange(Fill(repair, dataSet));
        repaired.AddRange(SetClock(repair, dataSet, received.ToOffset(repair.LocalOffset).DateTime));
        return new RepairNotes(repaired, [.. repair.Required.Select(Tag).Where(tag => Text(dataSet, tag).Length == 0).Select(tag => tag.DictionaryEntry.Keyword)]);
    }

    /// <summary>No term at all, or one that the standard does not have, such as <c>GB2312</c>.</summary>
    private static bool DeclaresNoCharset(DicomDataset dataSet)
    {
        var declared = Text(dataSet, DicomTag.SpecificCharacterSet).Split('\\').Select(term => term.Trim()).ToList();
        return declared.TrueForAll(term => term.Length == 0)
            || declared.Exists(term => term is not ("" or "ISO_IR 6" or "ISO 2022 IR 6") && DicomEncoding.GetEncoding(term) == DicomEncoding.Default);
    }

    /// <summary>All texts, in sequences too, from their bytes; says whether any was not plain ASCII.</summary>
    private static bool ReadTextsAs(DicomDataset dataSet, Encoding encoding)
    {
        var changed = false;
        foreach (var item in dataSet.ToList())
        {
            if (item is DicomSequence sequence)
            {
                foreach (var inner in sequence.Items)
                {
                    using var lenient = new UnvalidatedScope(inner);
                    changed |= ReadTextsAs(inner, encoding);
                }
            }
            else if (item is DicomStringElement { ValueRepresentation.IsStringEncoded: true, Buffer.Size: > 0 } text && !Ascii.IsValid(text.Buffer.Data))
            {
                var value = encoding.GetString(text.Buffer.Data).TrimEnd(' ', '\0');
                dataSet.AddOrUpdate(text.ValueRepresentation, text.Tag, text.ValueRepresentation.IsMultiValue ? value.Split('\\') : [value]);
                changed = true;
            }
        }
        if (changed) dataSet.AddOrUpdate(DicomTag.SpecificCharacterSet, Utf8);
        return changed;
    }

    private static IEnumerable<string> FormNames(Repair repair, DicomDataset dataSet)
    {
        if (repair.Names == NameForm.AsSent) yield break;
        foreach (var element in dataSet.OfType<DicomPersonName>().ToList())
        {
            var name = Text(dataSet, element.Tag);
            var formed = repair.Names.Apply(name);
            if (formed == name) continue;
            dataSet.AddOrUpdate(DicomVR.PN, element.Tag, formed.Split('\\'));
            yield return element.Tag.DictionaryEntry.Keyword;
        }
    }

    private static IEnumerable<string> Fill(Repair repair, DicomDataset dataSet)
    {
        var missing = repair.Missing.Select(entry => (Tag: Tag(entry.Key), entry.Value)).ToList();
        // Without a patient id its issuer says nothing.
        if (repair.PatientIdIssuer.Length > 0 && Text(dataSet, DicomTag.PatientID).Length > 0)
            missing.Add((DicomTag.IssuerOfPatientID, repair.PatientIdIssuer));
        foreach (var (tag, value) in missing)
        {
            if (Text(dataSet, tag).Length > 0) continue;
            dataSet.AddOrUpdate(tag, value);
            yield return tag.DictionaryEntry.Keyword;
        }
    }

    private static IEnumerable<string> SetClock(Repair repair, DicomDataset dataSet, DateTime received)
    {
        if (repair.ClockSkew == TimeSpan.Zero && repair.ClockLimit is null) yield break;
        foreach (var (date, time) in Instants)
        {
            var (day, clock) = (Text(dataSet, date), Text(dataSet, time));
            // Only the study's own date is made up where there is none: it is what lists are sorted by.
            if (day.Length == 0 && (date != DicomTag.StudyDate || repair.ClockLimit is null)) continue;
            if (Corrected(repair, Instant(day, clock), received) is not { } corrected) continue;
            dataSet.AddOrUpdate(date, corrected.ToString("yyyyMMdd", CultureInfo.InvariantCulture));
            if (clock.Length > 0 || day.Length == 0) dataSet.AddOrUpdate(time, corrected.ToString("HHmmss", CultureInfo.InvariantCulture));
            yield return date.DictionaryEntry.Keyword;
        }
    }

    /// <summary>The time to write; null leaves what stands there.</summary>
    private static DateTime? Corrected(Repair repair, DateTime? said, DateTime received)
    {
        if (said is not { } device) return repair.ClockLimit is null ? null : received;
        // Out of the calendar is beyond any limit.
        var corrected = (device - DateTime.MinValue) > repair.ClockSkew && (DateTime.MaxValue - device) > -repair.ClockSkew ? device - repair.ClockSkew : DateTime.MinValue;
        if (repair.ClockLimit is { } limit && (corrected - received).Duration() > limit) return received;
        return repair.ClockSkew == TimeSpan.Zero ? null : corrected;
    }

    private static DateTime? Instant(string day, string clock)
    {
        var digits = clock.Split('.')[0].Replace(":", "", StringComparison.Ordinal).PadRight(6, '0');
        return DateTime.TryParseExact(
            day.Replace(".", "", StringComparison.Ordinal) + digits, "yyyyMMddHHmmss", CultureInfo.InvariantCulture, DateTimeStyles.None, out var instant)
            ? instant
            : null;
    }

    private static DicomTag Tag(uint number) => new((ushort)(number >> 16), (ushort)number);

    private static string Text(DicomDataset dataSet, DicomTag tag)
    {
        try
        {
            return dataSet.TryGetString(tag, out var text) ? text.Trim(' ', '\0') : "";
        }
        catch (Exception e) when (e is DicomException or FormatException or ArgumentException or InvalidOperationException or InvalidCastException)
        {
            return "";
        }
    }
}
