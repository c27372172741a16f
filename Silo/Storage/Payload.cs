using System.Text.Json;
using System.Text.Json.Serialization;
using Regional.CriticalValues;
using Regional.Projections;

namespace Regional.Silo.Storage;

/// <summary>Rows as JSON: the whole row in one column, beside the columns that are searched.</summary>
[JsonSourceGenerationOptions(UseStringEnumConverter = true, DefaultIgnoreCondition = JsonIgnoreCondition.Never)]
[JsonSerializable(typeof(StudyRow))]
[JsonSerializable(typeof(WorklistItem))]
[JsonSerializable(typeof(CriticalValueSnapshot))]
[JsonSerializable(typeof(PatientRow))]
[JsonSerializable(typeof(DeviceRow))]
[JsonSerializable(typeof(SiteRow))]
[JsonSerializable(typeof(ExamItem))]
[JsonSerializable(typeof(ReportTemplate))]
[JsonSerializable(typeof(CriticalEntry))]
[JsonSerializable(typeof(string))]
[JsonSerializable(typeof(string[]))]
internal sealed partial class Payload : JsonSerializerContext
{
    public static string Write<T>(T value) => JsonSerializer.Serialize(value, typeof(T), Default);

    public static T Read<T>(string text) => (T)JsonSerializer.Deserialize(text, typeof(T), Default)!;
}
