using System.Text.Json;
using System.Text.Json.Serialization;
using FellowOakDicom.IO.Buffer;

namespace FellowOakDicom.Serialization;

/// <summary>Reads and writes data sets as DICOM JSON (PS3.18 section F.2).</summary>
public class DicomJsonConverter : JsonConverter<DicomDataset>
{
    private readonly bool _writeTagsAsKeywords;
    private readonly bool _autoValidate;
    private readonly NumberSerializationMode _numbers;

    public DicomJsonConverter(
        bool writeTagsAsKeywords = false,
        bool autoValidate = true,
        NumberSerializationMode numberSerializationMode = NumberSerializationMode.AsNumber)
    {
        _writeTagsAsKeywords = writeTagsAsKeywords;
        _autoValidate = autoValidate;
        _numbers = numberSerializationMode;
    }

    /// <summary>Adds the keyword to each attribute, beyond the standard.</summary>
    public bool WriteKeyword { get; set; }

    public bool WriteName { get; set; }

    public override bool CanConvert(Type typeToConvert) => typeof(DicomDataset).IsAssignableFrom(typeToConvert);

    /// <summary>Nesting is bounded by the options' MaxDepth.</summary>
    public override DicomDataset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartObject) throw new JsonException($"A data set is an object, not {reader.TokenType}");
        using var document = JsonDocument.ParseValue(ref reader);
        return new JsonDatasetReader(_autoValidate, CreateBulkDataUriByteBuffer).Read(document.RootElement);
    }

    public override void Write(Utf8JsonWriter writer, DicomDataset value, JsonSerializerOptions options)
    {
        if (value is null)
        {
            writer.WriteNullValue();
            return;
        }

        writer.WriteStartObject();
        foreach (var item in value)
        {
            // Group lengths do not belong to the model.
            if (item.Tag.Element == 0x0000) continue;

            var entry = item.Tag.DictionaryEntry;
            var named = entry.MaskTag is null;
            writer.WritePropertyName(_writeTagsAsKeywords && named ? entry.Keyword : item.Tag.ToString("J", null));
            writer.WriteStartObject();
            writer.WriteString("vr"u8, item.ValueRepresentation.Code);
            WriteValue(writer, item, options);
            if (WriteKeyword && named) writer.WriteString("keyword"u8, entry.Keyword);
            if (WriteName && named) writer.WriteString("name"u8, entry.Name);
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }

    protected virtual IBulkDataUriByteBuffer CreateBulkDataUriByteBuffer(string bulkDataUri) => new BulkDataUriByteBuffer(bulkDataUri);

    private void WriteValue(Utf8JsonWriter writer, DicomItem item, JsonSerializerOptions options)
    {
        if (item is DicomSequence sequence)
        {
            if (sequence.Items.Count == 0) return;
            writer.WriteStartArray("Value"u8);
            foreach (var nested in sequence.Items) Write(writer, nested, options);
            writer.WriteEndArray();
            return;
        }

        // Encapsulated pixel data has no place in the model: callers replace it by a bulk data URI or leave it out.
        if (item is not DicomElement element) throw new InvalidCastException($"{item.Tag} is encapsulated and cannot be written as JSON");
        if (element.Buffer is IBulkDataUriByteBuffer bulk) writer.WriteString("BulkDataURI"u8, bulk.BulkDataUri);
        else if (element.Count > 0) JsonValueWriter.Write(writer, element, _numbers);
    }
}
