using System.Globalization;
using System.Text.Json;

namespace FellowOakDicom.Serialization;

/// <summary>Value or InlineBinary of one element (PS3.18 table F.2.3-1).</summary>
internal static class JsonValueWriter
{
    private static readonly string[] GroupNames = ["Alphabetic", "Ideographic", "Phonetic"];

    public static void Write(Utf8JsonWriter writer, DicomElement element, NumberSerializationMode numbers)
    {
        switch (element.ValueRepresentation.Code)
        {
            case "OB" or "OD" or "OF" or "OL" or "OV" or "OW" or "UN":
                writer.WriteBase64String("InlineBinary"u8, element.Buffer.Data);
                break;
            case "PN":
                Values(writer, element.Get<string[]>(), PersonName);
                break;
            case "AT":
                Values(writer, element.Get<DicomTag[]>(), (w, tag) => w.WriteStringValue(tag.ToString("J", null)));
                break;
            case "FL":
                Values(writer, element.Get<float[]>(), Single);
                break;
            case "FD":
                Values(writer, element.Get<double[]>(), Double);
                break;
            case "SL":
                Values(writer, element.Get<int[]>(), (w, number) => w.WriteNumberValue(number));
                break;
            case "SS":
                Values(writer, element.Get<short[]>(), (w, number) => w.WriteNumberValue(number));
                break;
            case "UL":
                Values(writer, element.Get<uint[]>(), (w, number) => w.WriteNumberValue(number));
                break;
            case "US":
                Values(writer, element.Get<ushort[]>(), (w, number) => w.WriteNumberValue(number));
                break;
            case "DS" or "IS" or "SV" or "UV":
                NumberOrText(writer, element, numbers);
                break;
            default:
                Values(writer, element.Get<string[]>(), Text);
                break;
        }
    }

    private static void NumberOrText(Utf8JsonWriter writer, DicomElement element, NumberSerializationMode mode)
    {
        var texts = element.Get<string[]>();
        if (mode == NumberSerializationMode.AsString)
        {
            Values(writer, texts, Text);
            return;
        }

        // All are read before any is written: an attribute is either numbers or strings.
        var numbers = new string[texts.Length];
        for (var i = 0; i < texts.Length; i++)
        {
            if (string.IsNullOrEmpty(texts[i]) || TryNumber(texts[i], element.ValueRepresentation, out numbers[i])) continue;
            if (mode == NumberSerializationMode.AsNumber) throw new FormatException($"{element.Tag} holds a value that is no number");
            Values(writer, texts, Text);
            return;
        }

        Values(writer, numbers, (w, number) =>
        {
            if (number is null) w.WriteNullValue();
            else w.WriteRawValue(number);
        });
    }

    /// <summary>The same number without what JSON forbids: padding, plus signs, leading zeros, bare points.</summary>
    private static bool TryNumber(string text, DicomVR vr, out string number)
    {
        number = null;
        var trimmed = text.Trim(' ', '\0');
        if (vr != DicomVR.DS)
        {
            if (!decimal.TryParse(trimmed, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var integer)) return false;
            if (vr == DicomVR.IS && integer is < int.MinValue or > int.MaxValue) return false;
            number = integer.ToString(CultureInfo.InvariantCulture);
            return true;
        }

        if (decimal.TryParse(trimmed, NumberStyles.Float, CultureInfo.InvariantCulture, out var value))
        {
            number = value.ToString(CultureInfo.InvariantCulture);
            return true;
        }

        if (!double.TryParse(trimmed, NumberStyles.Float, CultureInfo.InvariantCulture, out var large) || !double.IsFinite(large)) return false;
        number = large.ToString("R", CultureInfo.InvariantCulture);
        return true;
    }

    private static void Values<T>(Utf8JsonWriter writer, T[] values, Action<Utf8JsonWriter, T> write)
    {
        writer.WriteStartArray("Value"u8);
        foreach (var value in values) write(writer, value);
        writer.WriteEndArray();
    }

    private static void Text(Utf8JsonWriter writer, string text)
    {
        if (string.IsNullOrEmpty(text)) writer.WriteNullValue();
        else writer.WriteStringValue(text);
    }

    private static void Single(Utf8JsonWriter writer, float number)
    {
        if (float.IsFinite(number)) writer.WriteNumberValue(number);
        else Special(writer, number);
    }

    private static void Double(Utf8JsonWriter writer, double number)
    {
        if (double.IsFinite(number)) writer.WriteNumberValue(number);
        else Special(writer, number);
    }

    private static void Special(Utf8JsonWriter writer, double number) =>
        writer.WriteStringValue(double.IsNaN(number) ? "NaN" : number > 0 ? "Infinity" : "-Infinity");

    /// <summary>Component groups as members; empty ones are left out (PS3.18 section F.2.2).</summary>
    private static void PersonName(Utf8JsonWriter writer, string name)
    {
        if (string.IsNullOrEmpty(name))
        {
            writer.WriteNullValue();
            return;
        }

        writer.WriteStartObject();
        var groups = name.Split('=');
        for (var i = 0; i < groups.Length && i < GroupNames.Length; i++)
        {
            if (!string.IsNullOrWhiteSpace(groups[i])) writer.WriteString(GroupNames[i], groups[i]);
        }

        writer.WriteEndObject();
    }
}
