using System.Text.Json;

namespace FellowOakDicom.Serialization;

/// <summary>The DICOM JSON model (PS3.18 annex F).</summary>
public static class DicomJson
{
    public static string ConvertDicomToJson(
        DicomDataset dataset,
        bool writeTagsAsKeywords = false,
        bool formatIndented = false,
        NumberSerializationMode numberSerializationMode = NumberSerializationMode.AsNumber) =>
        JsonSerializer.Serialize(dataset, Options(new DicomJsonConverter(writeTagsAsKeywords, numberSerializationMode: numberSerializationMode), formatIndented));

    public static string ConvertDicomToJson(IEnumerable<DicomDataset> dataset, bool writeTagsAsKeywords = false, bool formatIndented = false) =>
        JsonSerializer.Serialize(dataset, Options(new DicomJsonConverter(writeTagsAsKeywords), formatIndented));

    /// <exception cref="JsonException">Not of the model.</exception>
    /// <exception cref="DicomValidationException">A value breaks the rules of its VR, when validating.</exception>
    public static DicomDataset ConvertJsonToDicom(string json, bool autoValidate = true) =>
        JsonSerializer.Deserialize<DicomDataset>(json, Options(new DicomJsonConverter(autoValidate: autoValidate)));

    public static DicomDataset[] ConvertJsonToDicomArray(string json) =>
        JsonSerializer.Deserialize<DicomDataset[]>(json, Options(new DicomJsonConverter()));

    private static JsonSerializerOptions Options(DicomJsonConverter converter, bool indented = false) => new()
    {
        Converters = { converter },
        WriteIndented = indented,
        ReadCommentHandling = JsonCommentHandling.Skip,
    };
}

/// <summary>How DS, IS, SV and UV are written.</summary>
public enum NumberSerializationMode
{
    /// <summary>As numbers; a value that is none fails.</summary>
    AsNumber,

    AsString,

    /// <summary>As numbers; the whole attribute as strings when a value is none.</summary>
    PreferablyAsNumber,
}
