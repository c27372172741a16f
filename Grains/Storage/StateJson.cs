using System.Text.Json.Serialization;
using Regional.CriticalValues;
using Regional.Devices;
using Regional.Patients;
using Regional.Reading;
using Regional.Sites;
using Regional.Studies;

namespace Regional.Storage;

/// <summary>Generated (de)serialisers of every state. Defaults are written: a <c>false</c> that was stored comes back (design rule 3).</summary>
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.Never, GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(StudyState))]
[JsonSerializable(typeof(ReadingListState))]
[JsonSerializable(typeof(CriticalValueState))]
[JsonSerializable(typeof(PatientState))]
[JsonSerializable(typeof(DeviceState))]
[JsonSerializable(typeof(SiteState))]
internal sealed partial class StateJson : JsonSerializerContext;
