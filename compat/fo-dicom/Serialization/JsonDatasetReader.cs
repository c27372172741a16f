using System.Globalization;
using System.Text;
using System.Text.Json;
using FellowOakDicom.IO.Buffer;

namespace FellowOakDicom.Serialization;

/// <summary>Data sets from the DICOM JSON model. Depth is bounded by the reader that made the document.</summary>
internal sealed class JsonDatasetReader
{
    private static readonly Encoding[] Utf8 = [Encoding.UTF8];

    private readonly bool _validate;
    private readonly Func<string, IBulkDataUriByteBuffer> _bulkData;

    public JsonDatasetReader(bool validate, Func<string, IBulkDataUriByteBuffer> bulkData)
    {
        _validate = validate;
        _bulkData = bulkData;
    }

    /// <exception cref="JsonException">Not of the model.</exception>
    public DicomDataset Read(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object) throw new JsonException($"A data set is an object, not {json.ValueKind}");

        var dataset = new DicomDataset();
        if (!_validate) dataset.NotValidated();
        foreach (var property in json.EnumerateObject()) dataset.Add(ReadItem(ParseTag(property.Name), property.Value));
        foreach (var item in dataset)
        {
            if (!item.Tag.IsPrivate || item.Tag.Element <= 0xff) continue;
            var creator = dataset.GetDicomItem<DicomElement>(new DicomTag(item.Tag.Group, (ushort)(item.Tag.Element >> 8)));
            if (creator is { Count: > 0 }) item.Tag.PrivateCreator = DicomDictionary.Default.GetPrivateCreator(creator.Get<string>(0));
        }

        return dataset;
    }

    private static DicomTag ParseTag(string name)
    {
        if (name.Length == 8 && uint.TryParse(name, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var number))
            return new DicomTag((ushort)(number >> 16), (ushort)number);
        return DicomDictionary.Default[name] ?? throw new JsonException($"'{name}' is no attribute");
    }

    private DicomItem ReadItem(DicomTag tag, JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object || !json.TryGetProperty("vr", out var code) || code.ValueKind != JsonValueKind.String)
            throw new JsonException("An attribute without vr");
        if (!DicomVR.TryParse(code.GetString(), out var vr) || vr == DicomVR.NONE) throw new NotSupportedException("No such value representation");

        if (vr != DicomVR.SQ && vr != DicomVR.PN && json.TryGetProperty("BulkDataURI", out var uri))
            return ElementFactory.Create(vr, tag, _bulkData(Text(uri)), Utf8);
        if (json.TryGetProperty("InlineBinary", out var binary) && !vr.IsString && vr != DicomVR.SQ)
            return ElementFactory.Create(vr, tag, Bytes(binary), Utf8);

        var values = json.TryGetProperty("Value", out var array) && array.ValueKind != JsonValueKind.Null ? Elements(array) : [];
        return Create(tag, vr, values);
    }

    private DicomItem Create(DicomTag tag, DicomVR vr, JsonElement[] values)
    {
        switch (vr.Code)
        {
            case "SQ":
                return new DicomSequence(tag, Array.ConvertAll(values, item => item.ValueKind == JsonValueKind.Null ? new DicomDataset() : Read(item)));
            case "PN":
                return new DicomPersonName(tag, Array.ConvertAll(values, PersonName));
            case "AT":
                return new DicomAttributeTag(tag, Array.ConvertAll(values, value => ParseTag(Text(value))));
            case "DS":
                return new DicomDecimalString(tag, Array.ConvertAll(values, DecimalText));
            case "IS":
                return new DicomIntegerString(tag, Array.ConvertAll(values, value => Number(value, int.Parse).ToString(CultureInfo.InvariantCulture)));
            case "FL":
                return new DicomFloatingPointSingle(tag, Array.ConvertAll(values, value => Number(value, float.Parse)));
            case "FD":
                return new DicomFloatingPointDouble(tag, Array.ConvertAll(values, value => Number(value, double.Parse)));
            case "SL":
                return new DicomSignedLong(tag, Array.ConvertAll(values, value => Number(value, int.Parse)));
            case "SS":
                return new DicomSignedShort(tag, Array.ConvertAll(values, value => Number(value, short.Parse)));
            case "SV":
                return new DicomSignedVeryLong(tag, Array.ConvertAll(values, value => Number(value, long.Parse)));
            case "UL":
                return new DicomUnsignedLong(tag, Array.ConvertAll(values, value => Number(value, uint.Parse)));
            case "US":
                return new DicomUnsignedShort(tag, Array.ConvertAll(values, value => Number(value, ushort.Parse)));
            case "UV":
                return new DicomUnsignedVeryLong(tag, Array.ConvertAll(values, value => Number(value, ulong.Parse)));
            default:
                return vr.IsString
                    ? ItemFactory.Create(vr, tag, Array.ConvertAll(values, value => value.ValueKind == JsonValueKind.Null ? null : Text(value)))
                    : ElementFactory.Create(vr, tag, EmptyBuffer.Value, Utf8);
        }
    }

    private static JsonElement[] Elements(JsonElement array) => array.ValueKind == JsonValueKind.Array
        ? [.. array.EnumerateArray()]
        : throw new JsonException("Value is an array");

    private static string Text(JsonElement value) => value.ValueKind == JsonValueKind.String
        ? value.GetString()
        : throw new JsonException("A string is expected");

    private static MemoryByteBuffer Bytes(JsonElement value)
    {
        var single = value.ValueKind == JsonValueKind.Array && value.GetArrayLength() == 1 ? value[0] : value;
        return single.ValueKind == JsonValueKind.String && single.TryGetBytesFromBase64(out var bytes)
            ? new MemoryByteBuffer(bytes)
            : throw new JsonException("InlineBinary is base64");
    }

    /// <summary>A number, or a number as text as PS3.18 allows for wide ones; NaN and the infinities come as text.</summary>
    private static T Number<T>(JsonElement value, Func<string, IFormatProvider, T> parse)
    {
        if (value.ValueKind is not (JsonValueKind.Number or JsonValueKind.String)) throw new JsonException("A number is expected");
        var text = value.ValueKind == JsonValueKind.Number ? value.GetRawText() : value.GetString();
        try
        {
            return parse(text, NumberFormatInfo.InvariantInfo);
        }
        catch (Exception exception) when (exception is FormatException or OverflowException)
        {
            throw new JsonException("A number is expected", exception);
        }
    }

    private static string DecimalText(JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Null) return null;
        var number = Number(value, (text, culture) => decimal.Parse(text, NumberStyles.Float, culture));
        return DicomDecimalString.ToDecimalString(number);
    }

    private static string PersonName(JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Null) return null;
        if (value.ValueKind != JsonValueKind.Object) throw new JsonException("A person name is an object");
        return string.Join('=', Group("Alphabetic"), Group("Ideographic"), Group("Phonetic")).TrimEnd('=');

        string Group(string name) => value.TryGetProperty(name, out var group) && group.ValueKind == JsonValueKind.String ? group.GetString() : string.Empty;
    }
}
