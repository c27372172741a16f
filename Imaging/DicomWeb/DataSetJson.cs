using System.Globalization;
using System.Text.Json;
using FellowOakDicom;

namespace Regional.Imaging.DicomWeb;

/// <summary>A parsed data set as DICOM JSON. Values that cannot be read are written without value; text is UTF-8, and so declared.</summary>
internal sealed class DataSetJson(Utf8JsonWriter json)
{
    /// <summary>Bytes of a binary value that stands in the text itself.</summary>
    public const int InlineLimit = 1024;

    /// <param name="bulkDataUri">Address below which top-level binary values over 1 KiB are served; null writes them inline.</param>
    /// <param name="pixelDataVr">VR of pixel data that stands behind what was parsed, or null.</param>
    public void Write(DicomDataset dataSet, string? bulkDataUri, string transferSyntaxUid, string? pixelDataVr)
    {
        json.WriteStartObject();
        var isSyntaxWritten = false;
        foreach (var item in dataSet)
        {
            if (!isSyntaxWritten && bulkDataUri is not null && (item.Tag.Group, item.Tag.Element).CompareTo((0x0008, 0x3002)) > 0)
            {
                // Available Transfer Syntax UID: tells a viewer what the frames are before it asks for one.
                DicomJson.Text(json, "00083002", "UI", transferSyntaxUid);
                isSyntaxWritten = true;
            }
            if (item.Tag.Element != 0 && !(item.Tag.Group == 0x0008 && item.Tag.Element == 0x3002)) WriteItem(item, bulkDataUri);
        }
        if (pixelDataVr is not null && bulkDataUri is not null) DicomJson.BulkDataUri(json, "7FE00010", pixelDataVr, bulkDataUri + "7FE00010");
        json.WriteEndObject();
    }

    public void WriteItem(DicomItem item, string? bulkDataUri)
    {
        var tag = item.Tag.Group.ToString("X4", CultureInfo.InvariantCulture) + item.Tag.Element.ToString("X4", CultureInfo.InvariantCulture);
        var vr = item.ValueRepresentation.Code;
        switch (item)
        {
            case DicomSequence sequence:
                DicomJson.Begin(json, tag, "SQ");
                if (sequence.Items.Count > 0)
                {
                    json.WriteStartArray("Value"u8);
                    foreach (var inner in sequence.Items) Write(inner, null, "", null);
                    json.WriteEndArray();
                }
                json.WriteEndObject();
                break;
            case DicomElement element:
                WriteElement(element, tag, vr, bulkDataUri);
                break;
        }
    }

    private void WriteElement(DicomElement element, string tag, string vr, string? bulkDataUri)
    {
        switch (vr)
        {
            case "PN":
                DicomJson.Names(json, tag, Read<string>(element));
                break;
            case "IS" or "DS":
                DicomJson.NumberTexts(json, tag, vr, Read<string>(element));
                break;
            case "CS" when tag == "00080005":
                DicomJson.Text(json, tag, vr, "ISO_IR 192");
                break;
            case "US":
                Numbers(tag, vr, Read<ushort>(element), (value, writer) => writer.WriteNumberValue(value));
                break;
            case "SS":
                Numbers(tag, vr, Read<short>(element), (value, writer) => writer.WriteNumberValue(value));
                break;
            case "UL":
                Numbers(tag, vr, Read<uint>(element), (value, writer) => writer.WriteNumberValue(value));
                break;
            case "SL":
                Numbers(tag, vr, Read<int>(element), (value, writer) => writer.WriteNumberValue(value));
                break;
            case "SV":
                Numbers(tag, vr, Read<long>(element), (value, writer) => writer.WriteNumberValue(value));
                break;
            case "UV":
                Numbers(tag, vr, Read<ulong>(element), (value, writer) => writer.WriteNumberValue(value));
                break;
            case "FL":
                Numbers(tag, vr, Read<float>(element), WriteFloat);
                break;
            case "FD":
                Numbers(tag, vr, Read<double>(element), (value, writer) => WriteDouble(value, writer));
                break;
            case "AT":
                Numbers(tag, vr, Read<DicomTag>(element), (value, writer) =>
                    writer.WriteStringValue(value.Group.ToString("X4", CultureInfo.InvariantCulture) + value.Element.ToString("X4", CultureInfo.InvariantCulture)));
                break;
            case "OB" or "OD" or "OF" or "OL" or "OV" or "OW" or "UN":
                WriteBinary(element, tag, vr, bulkDataUri);
                break;
            default:
                DicomJson.Texts(json, tag, vr, Read<string>(element));
                break;
        }
    }

    private void WriteBinary(DicomElement element, string tag, string vr, string? bulkDataUri)
    {
        if (element.Buffer.Size > InlineLimit && bulkDataUri is not null)
        {
            DicomJson.BulkDataUri(json, tag, vr, bulkDataUri + tag);
            return;
        }
        DicomJson.Begin(json, tag, vr);
        if (element.Buffer.Size > 0) json.WriteBase64String("InlineBinary"u8, element.Buffer.Data);
        json.WriteEndObject();
    }

    private void Numbers<T>(string tag, string vr, T[] values, Action<T, Utf8JsonWriter> write)
    {
        DicomJson.Begin(json, tag, vr);
        if (values.Length > 0)
        {
            json.WriteStartArray("Value"u8);
            foreach (var value in values) write(value, json);
            json.WriteEndArray();
        }
        json.WriteEndObject();
    }

    private static void WriteFloat(float value, Utf8JsonWriter writer)
    {
        if (float.IsFinite(value)) writer.WriteNumberValue(value);
        else writer.WriteStringValue(value.ToString(CultureInfo.InvariantCulture));
    }

    private static void WriteDouble(double value, Utf8JsonWriter writer)
    {
        if (double.IsFinite(value)) writer.WriteNumberValue(value);
        else writer.WriteStringValue(value.ToString(CultureInfo.InvariantCulture));
    }

    private static T[] Read<T>(DicomElement element)
    {
        try
        {
            return element.Count == 0 ? [] : element.Get<T[]>();
        }
        catch (Exception e) when (e is DicomException or FormatException or ArgumentException or InvalidCastException or OverflowException or InvalidOperationException)
        {
            return [];
        }
    }
}
