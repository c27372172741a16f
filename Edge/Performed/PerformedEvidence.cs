using System.Globalization;
using System.Text.RegularExpressions;
using FellowOakDicom;
using FellowOakDicom.Serialization;
using Google.Protobuf.WellKnownTypes;
using Regional.Link.V1;

namespace Regional.Edge.Performed;

/// <summary>A performed step in the words of the link: what was made, how it ended, dose and exposure (PS3.3 §C.4.13 to §C.4.16; retired there since dose reports exist, and still what devices send).</summary>
internal static partial class PerformedEvidence
{
    private const int MaxExposures = 500;
    private const int LongText = 1024;

    /// <param name="localOffset">Of the device's clock, which has no zone of its own.</param>
    public static PerformedStep Read(UnsentStep unsent, string source, TimeSpan localOffset)
    {
        var step = DicomJson.ConvertJsonToDicom(unsent.Step.Body);
        var scheduled = Items(step, DicomTag.ScheduledStepAttributesSequence);
        var series = Items(step, DicomTag.PerformedSeriesSequence);
        var evidence = new PerformedStep
        {
            Source = source, Sequence = (ulong)unsent.Sequence, StepUid = unsent.Step.Uid, CallingAe = unsent.Step.CallingAe,
            Status = unsent.Step.Status switch
            {
                "COMPLETED" => StepStatus.StepCompleted,
                "DISCONTINUED" => StepStatus.StepDiscontinued,
                _ => StepStatus.StepInProgress,
            },
            Modality = Text(step, DicomTag.Modality), PatientName = Text(step, DicomTag.PatientName), PatientSex = Text(step, DicomTag.PatientSex),
            PatientBirthDate = Text(step, DicomTag.PatientBirthDate),
            Started = Instant(step, DicomTag.PerformedProcedureStepStartDate, DicomTag.PerformedProcedureStepStartTime, localOffset),
            Ended = Instant(step, DicomTag.PerformedProcedureStepEndDate, DicomTag.PerformedProcedureStepEndTime, localOffset),
            Images = (uint)series.Sum(s => Items(s, DicomTag.ReferencedImageSequence).Count + Items(s, DicomTag.ReferencedNonImageCompositeSOPInstanceSequence).Count),
            Series = (uint)series.Count,
            Reason = Meaning(step, DicomTag.PerformedProcedureStepDiscontinuationReasonCodeSequence) ?? Text(step, DicomTag.CommentsOnThePerformedProcedureStep),
            Protocol = Text(step, DicomTag.PerformedProcedureStepDescription) is { Length: > 0 } described
                ? described : series.Select(s => Text(s, DicomTag.ProtocolName)).FirstOrDefault(name => name.Length > 0) ?? "",
            Dose = Dose(step),
        };
        if (evidence.Status != StepStatus.StepDiscontinued)
            evidence.Reason = "";
        evidence.StudyInstanceUids.AddRange(scheduled.Select(s => Text(s, DicomTag.StudyInstanceUID)).Where(uid => uid.Length > 0).Distinct());
        evidence.AccessionNumbers.AddRange(scheduled
            .SelectMany(s => new[] { Text(s, DicomTag.AccessionNumber), Text(s, DicomTag.ScheduledProcedureStepID), Text(s, DicomTag.RequestedProcedureID) })
            .Where(number => number.Length > 0).Distinct());
        evidence.Exposures.AddRange(Items(step, DicomTag.ExposureDoseSequenceRETIRED).Take(MaxExposures).Select(Exposure));
        return evidence;
    }

    private static StepDose? Dose(DicomDataset step)
    {
        var dose = new StepDose { Comment = Text(step, DicomTag.CommentsOnRadiationDose) };
        Give(Number(step, DicomTag.EntranceDoseInmGy) ?? Number(step, DicomTag.EntranceDose) * 100, value => dose.EntranceMgy = value);
        Give(Number(step, DicomTag.ImageAndFluoroscopyAreaDoseProduct), value => dose.AreaProductDgycm2 = value);
        Give(Number(step, DicomTag.TotalNumberOfExposuresRETIRED), value => dose.Exposures = (uint)value);
        Give(Number(step, DicomTag.TotalTimeOfFluoroscopyRETIRED), value => dose.FluoroscopySeconds = (uint)value);
        Give(Dlp(dose.Comment), value => dose.DlpMgycm = value);
        return dose.Equals(new StepDose()) ? null : dose;
    }

    private static StepExposure Exposure(DicomDataset item)
    {
        var exposure = new StepExposure { Mode = Text(item, DicomTag.RadiationMode), Comment = Text(item, DicomTag.CommentsOnRadiationDose) };
        Give(Number(item, DicomTag.KVP), value => exposure.Kvp = value);
        Give(Number(item, DicomTag.XRayTubeCurrentInuA) / 1000, value => exposure.TubeMa = value);
        Give(Number(item, DicomTag.ExposureTime), value => exposure.Milliseconds = value);
        Give(Number(item, DicomTag.CTDIvol), value => exposure.CtdivolMgy = value);
        Give(Dlp(exposure.Comment), value => exposure.DlpMgycm = value);
        return exposure;
    }

    /// <summary>There is no attribute for it outside structured reports: devices write <c>TotalDLP=512.3</c> and the like into the comment.</summary>
    private static double? Dlp(string comment) =>
        DlpText().Match(comment) is { Success: true } found && double.TryParse(found.Groups[1].Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : null;

    private static void Give(double? value, Action<double> to)
    {
        if (value is >= 0 and <= 1e9)
            to(value.Value);
    }

    private static double? Number(DicomDataset dataset, DicomTag tag) =>
        double.TryParse(Text(dataset, tag), NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : null;

    private static string? Meaning(DicomDataset dataset, DicomTag tag) =>
        Items(dataset, tag) is [{ } code, ..] && Text(code, DicomTag.CodeMeaning) is { Length: > 0 } meaning ? meaning : null;

    private static Timestamp? Instant(DicomDataset dataset, DicomTag date, DicomTag time, TimeSpan localOffset)
    {
        var clock = Text(dataset, time).Split('.')[0].Replace(":", "", StringComparison.Ordinal).PadRight(6, '0');
        return DateTime.TryParseExact(Text(dataset, date) + clock, "yyyyMMddHHmmss", CultureInfo.InvariantCulture, DateTimeStyles.None, out var local)
            ? Timestamp.FromDateTimeOffset(new DateTimeOffset(local, localOffset)) : null;
    }

    private static IList<DicomDataset> Items(DicomDataset dataset, DicomTag tag) => dataset.TryGetSequence(tag, out var sequence) ? sequence.Items : [];

    private static string Text(DicomDataset dataset, DicomTag tag)
    {
        var text = dataset.TryGetString(tag, out var value) ? (value ?? "").Trim(' ', '\0') : "";
        return text.Length <= LongText ? text : text[..LongText];
    }

    [GeneratedRegex(@"DLP\w*\s*[=:]?\s*(\d{1,7}(?:\.\d{1,6})?)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex DlpText();
}
