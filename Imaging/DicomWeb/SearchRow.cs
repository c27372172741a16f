using System.Globalization;
using System.Text.Json;

namespace Regional.Imaging.DicomWeb;

/// <summary>One search result: attributes from the index and from the stored header, each once, written in the order of their tags (PS3.18 §F.2.2).</summary>
internal sealed class SearchRow
{
    private readonly SortedDictionary<uint, Action<Utf8JsonWriter>> _attributes = [];

    public bool Has(uint tag) => _attributes.ContainsKey(tag);

    public void Text(uint tag, string vr, string value) => _attributes[tag] = json => DicomJson.Text(json, Hex(tag), vr, value);

    public void Texts(uint tag, string vr, IReadOnlyList<string> values) => _attributes[tag] = json => DicomJson.Texts(json, Hex(tag), vr, values);

    public void Name(uint tag, string value) => _attributes[tag] = json => DicomJson.Names(json, Hex(tag), [value]);

    public void Number(uint tag, string vr, long? value) => _attributes[tag] = json => DicomJson.Number(json, Hex(tag), vr, value);

    public void Attribute(uint tag, Action<Utf8JsonWriter> write) => _attributes[tag] = write;

    public void WriteTo(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        foreach (var write in _attributes.Values) write(json);
        json.WriteEndObject();
    }

    public static string Hex(uint tag) => tag.ToString("X8", CultureInfo.InvariantCulture);
}
