using System.Globalization;
using System.Text;
using FellowOakDicom;
using FellowOakDicom.IO.Buffer;
using Regional.Imaging.Frames;
using Regional.Imaging.Index;

namespace Regional.Imaging.Headers;

/// <summary>Takes the index's values from a data set. A value that cannot be read is empty; nothing throws.</summary>
internal static class FactReader
{
    private const int MaxText = 512;

    /// <summary>A code string has at most 16 characters (PS3.5 §6.2).</summary>
    private const int MaxCode = 16;

    public static InstanceFacts Read(DicomDataset dataSet) => new()
    {
        PatientId = Text(dataSet, DicomTag.PatientID),
        IssuerOfPatientId = Text(dataSet, DicomTag.IssuerOfPatientID),
        PatientName = Text(dataSet, DicomTag.PatientName),
        PatientNameRaw = NameBytes(dataSet),
        PatientBirthDate = Date(dataSet, DicomTag.PatientBirthDate),
        PatientSex = Code(dataSet, DicomTag.PatientSex),
        StudyDate = Date(dataSet, DicomTag.StudyDate),
        StudyTime = Time(dataSet, DicomTag.StudyTime),
        AccessionNumber = Text(dataSet, DicomTag.AccessionNumber),
        AccessionIssuer = Issuer(dataSet, DicomTag.IssuerOfAccessionNumberSequence),
        StudyId = Text(dataSet, DicomTag.StudyID),
        StudyDescription = Text(dataSet, DicomTag.StudyDescription),
        ReferringPhysician = Text(dataSet, DicomTag.ReferringPhysicianName),
        Institution = Text(dataSet, DicomTag.InstitutionName),
        Modality = Code(dataSet, DicomTag.Modality),
        SeriesNumber = Number(dataSet, DicomTag.SeriesNumber),
        SeriesDescription = Text(dataSet, DicomTag.SeriesDescription),
        BodyPart = Text(dataSet, DicomTag.BodyPartExamined),
        Laterality = Code(dataSet, DicomTag.Laterality),
        SeriesDate = Date(dataSet, DicomTag.SeriesDate),
        SeriesTime = Time(dataSet, DicomTag.SeriesTime),
        ProtocolName = Text(dataSet, DicomTag.ProtocolName),
        PerformedStepDate = Date(dataSet, DicomTag.PerformedProcedureStepStartDate),
        PerformedStepTime = Time(dataSet, DicomTag.PerformedProcedureStepStartTime),
        StationName = Text(dataSet, DicomTag.StationName),
        InstanceNumber = Number(dataSet, DicomTag.InstanceNumber),
        Rows = Unsigned(dataSet, DicomTag.Rows),
        Columns = Unsigned(dataSet, DicomTag.Columns),
        NumberOfFrames = dataSet.Contains(DicomTag.NumberOfFrames) ? Number(dataSet, DicomTag.NumberOfFrames) ?? 0 : 1,
        BitsAllocated = Unsigned(dataSet, DicomTag.BitsAllocated),
        SamplesPerPixel = dataSet.Contains(DicomTag.SamplesPerPixel) ? Unsigned(dataSet, DicomTag.SamplesPerPixel) : 1,
        PhotometricInterpretation = Code(dataSet, DicomTag.PhotometricInterpretation)
    };

    /// <summary>The patient's name as its bytes stand in the data set.</summary>
    public static byte[] NameBytes(DicomDataset dataSet) => Raw(dataSet, DicomTag.PatientName);

    public static PixelShape Shape(InstanceFacts facts) => new(
        facts.Rows, facts.Columns, facts.SamplesPerPixel, facts.BitsAllocated, facts.NumberOfFrames, facts.PhotometricInterpretation);

    private static string Text(DicomDataset dataSet, DicomTag tag) => Clean(Safely(() => dataSet.TryGetString(tag, out var text) ? text : "", ""));

    private static string Code(DicomDataset dataSet, DicomTag tag) =>
        Text(dataSet, tag) is { Length: > MaxCode } text ? Clean(text[..MaxCode]) : Text(dataSet, tag);

    private static string Date(DicomDataset dataSet, DicomTag tag)
    {
        // ACR-NEMA wrote 2026.03.01; anything else that is not eight digits is no date.
        var text = Text(dataSet, tag).Replace(".", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal);
        return text.Length == 8 && text.All(char.IsAsciiDigit) ? text : "";
    }

    private static string Time(DicomDataset dataSet, DicomTag tag)
    {
        var text = Text(dataSet, tag).Replace(":", "", StringComparison.Ordinal);
        return text.Length is >= 2 and <= 13 && text.All(c => char.IsAsciiDigit(c) || c == '.') ? text : "";
    }

    private static int? Number(DicomDataset dataSet, DicomTag tag) =>
        int.TryParse(Text(dataSet, tag).Split('\\')[0], NumberStyles.AllowLeadingSign | NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite,
            CultureInfo.InvariantCulture, out var number)
            ? number
            : null;

    private static int Unsigned(DicomDataset dataSet, DicomTag tag) =>
        Safely(() => dataSet.TryGetSingleValue<ushort>(tag, out var value) ? value : 0, 0);

    private static string Issuer(DicomDataset dataSet, DicomTag tag) => Safely(
        () => dataSet.TryGetSequence(tag, out var sequence) && sequence.Items.Count > 0
            ? Text(sequence.Items[0], DicomTag.LocalNamespaceEntityID) is { Length: > 0 } local
                ? local
                : Text(sequence.Items[0], DicomTag.UniversalEntityID)
            : "",
        "");

    private static byte[] Raw(DicomDataset dataSet, DicomTag tag) => Safely(
        () => dataSet.GetDicomItem<DicomElement>(tag)?.Buffer is IByteBuffer { Size: <= MaxText } buffer ? buffer.Data : [], []);

    private static T Safely<T>(Func<T> read, T otherwise)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is DicomException or FormatException or ArgumentException or InvalidOperationException or OverflowException or InvalidCastException)
        {
            return otherwise;
        }
    }

    /// <summary>No NUL (a database refuses it), no lone surrogate, no trailing padding, bounded.</summary>
    private static string Clean(string text)
    {
        text = text.Trim(' ', '\0');
        if (text.Length > MaxText) text = text[..MaxText];
        if (text.Contains('\0', StringComparison.Ordinal)) text = text.Replace("\0", "", StringComparison.Ordinal);
        return IsWellFormed(text) ? text : Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
    }

    private static bool IsWellFormed(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i])) continue;
            if (i + 1 >= text.Length || !char.IsSurrogatePair(text[i], text[i + 1])) return false;
            i++;
        }
        return true;
    }
}
