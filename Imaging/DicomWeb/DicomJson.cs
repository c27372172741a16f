using System.Globalization;
using System.Text.Json;

namespace Regional.Imaging.DicomWeb;

/// <summary>The DICOM JSON model (PS3.18 annex F), attribute by attribute. Attributes must be written in the order of their tags.</summary>
internal static class DicomJson
{
    public static readonly JsonWriterOptions Options = new() { SkipValidation = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.Default };

    /// <summary>One text value; an attribute without value when empty.</summary>
    public static void Text(Utf8JsonWriter json, string tag, string vr, string value)
    {
        Begin(json, tag, vr);
        if (value.Length > 0)
        {
            json.WriteStartArray("Value"u8);
            json.WriteStringValue(value);
            json.WriteEndArray();
        }
        json.WriteEndObject();
    }

    /// <summary>Text values; an empty one among others is null.</summary>
    public static void Texts(Utf8JsonWriter json, string tag, string vr, IReadOnlyList<string> values)
    {
        Begin(json, tag, vr);
        if (values.Any(value => value.Length > 0))
        {
            json.WriteStartArray("Value"u8);
            foreach (var value in values)
            {
                if (value.Length == 0) json.WriteNullValue();
                else json.WriteStringValue(value);
            }
            json.WriteEndArray();
        }
        json.WriteEndObject();
    }

    /// <summary>Person names, each split into its component groups (PS3.18 §F.2.2).</summary>
    public static void Names(Utf8JsonWriter json, string tag, IReadOnlyList<string> values)
    {
        Begin(json, tag, "PN");
        if (values.Any(value => value.Length > 0))
        {
            json.WriteStartArray("Value"u8);
            foreach (var value in values)
            {
                json.WriteStartObject();
                var groups = value.Split('=', 3);
                for (var i = 0; i < groups.Length; i++)
                {
                    if (groups[i].Length > 0) json.WriteString(i switch { 0 => "Alphabetic"u8, 1 => "Ideographic"u8, _ => "Phonetic"u8 }, groups[i]);
                }
                json.WriteEndObject();
            }
            json.WriteEndArray();
        }
        json.WriteEndObject();
    }

    public static void Number(Utf8JsonWriter json, string tag, string vr, long? value)
    {
        Begin(json, tag, vr);
        if (value is { } number)
        {
            json.WriteStartArray("Value"u8);
            json.WriteNumberValue(number);
            json.WriteEndArray();
        }
        json.WriteEndObject();
    }

    /// <summary>Decimal and integer strings as numbers; what is none stays text (PS3.18 §F.2.2 allows both).</summary>
    public static void NumberTexts(Utf8JsonWriter json, string tag, string vr, IReadOnlyList<string> values)
    {
        Begin(json, tag, vr);
        if (values.Any(value => value.Length > 0))
        {
            json.WriteStartArray("Value"u8);
            foreach (var value in values)
            {
                var text = value.Trim();
                if (text.Length == 0) json.WriteNullValue();
                else if (decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)) json.WriteNumberValue(number);
                else json.WriteStringValue(text);
            }
            json.WriteEndArray();
        }
        json.WriteEndObject();
    }

    public static void BulkDataUri(Utf8JsonWriter json, string tag, string vr, string uri)
    {
        Begin(json, tag, vr);
        json.WriteString("BulkDataURI"u8, uri);
        json.WriteEndObject();
    }

    public static void Begin(Utf8JsonWriter json, string tag, string vr)
    {
        json.WriteStartObject(tag);
        json.WriteString("vr"u8, vr);
    }
}
