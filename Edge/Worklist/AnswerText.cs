using System.Text;
using FellowOakDicom;
using FellowOakDicom.IO.Buffer;

namespace Regional.Edge.Worklist;

/// <summary>
/// Text of an answer in the character set of the one who asks (PS3.3 §C.12.1.1.2), or in UTF-8 where that one cannot say it. GB 2312 needs code
/// extension (ISO 2022 IR 58; PS3.5 §K.3), which the library reads and does not write: its bytes are made here.
/// </summary>
internal sealed class AnswerText
{
    public const string Gb2312 = "ISO 2022 IR 58";
    private const string Utf8 = "ISO_IR 192";

    private static readonly byte[] Designation = [0x1B, 0x24, 0x29, 0x41];
    private static readonly HashSet<DicomVR> WithCharset = [DicomVR.PN, DicomVR.LO, DicomVR.SH, DicomVR.LT, DicomVR.ST, DicomVR.UT];

    private readonly string _charset;

    /// <param name="charset">As in <c>worklist.charset</c> of cluster.yaml.</param>
    /// <param name="values">All text of the answer.</param>
    public AnswerText(string charset, IEnumerable<string> values)
    {
        _charset = charset switch
        {
            "GBK" => values.All(IsGbk) ? charset : Utf8,
            Gb2312 => values.All(IsGb2312) ? charset : Utf8,
            "GB18030" => charset,
            _ => Utf8,
        };
    }

    /// <summary>Which of the known ones was asked in; null for none of them, also for plain ASCII.</summary>
    public static string? Asked(DicomDataset identifier)
    {
        if (!identifier.TryGetValues<string>(DicomTag.SpecificCharacterSet, out var values))
            return null;
        return values.Select(v => (v ?? "").Trim()).FirstOrDefault(v => v is "GB18030" or "GBK" or Utf8 or Gb2312);
    }

    public DicomItem Charset => _charset == Gb2312 ? new DicomCodeString(DicomTag.SpecificCharacterSet, "", Gb2312) : new DicomCodeString(DicomTag.SpecificCharacterSet, _charset);

    public void Add(DicomDataset dataset, DicomTag tag, string value)
    {
        var vr = tag.DictionaryEntry.ValueRepresentations[0];
        if (_charset != Gb2312 || !WithCharset.Contains(vr) || value.All(char.IsAscii))
        {
            dataset.Add(tag, value.Length == 0 ? [] : vr.IsMultiValue ? value.Split('\\') : [value]);
            return;
        }

        var encodings = DicomEncoding.GetEncodings(["", Gb2312]);
        var bytes = new MemoryByteBuffer(Extended(value, vr == DicomVR.PN ? "\\^=" : "\\\r\n\t\f"));
        dataset.Add(vr.Code switch
        {
            "PN" => new DicomPersonName(tag, encodings, bytes),
            "LO" => new DicomLongString(tag, encodings, bytes),
            "SH" => new DicomShortString(tag, encodings, bytes),
            "ST" => new DicomShortText(tag, encodings, bytes),
            "LT" => new DicomLongText(tag, encodings, bytes),
            _ => (DicomItem)new DicomUnlimitedText(tag, encodings, bytes),
        });
    }

    /// <summary>Each delimiter takes the designation back (PS3.5 §6.1.2.5.3): it stands again before the next character that needs it.</summary>
    private static byte[] Extended(string value, string delimiters)
    {
        var encoding = DicomEncoding.GetEncoding(Gb2312);
        using var bytes = new MemoryStream();
        var designated = false;
        foreach (var rune in value.EnumerateRunes())
        {
            if (rune.IsAscii)
            {
                designated &= !delimiters.Contains((char)rune.Value, StringComparison.Ordinal);
                bytes.WriteByte((byte)rune.Value);
                continue;
            }

            if (!designated)
                bytes.Write(Designation);
            designated = true;
            bytes.Write(encoding.GetBytes(rune.ToString()));
        }

        if (bytes.Length % 2 == 1)
            bytes.WriteByte((byte)' ');
        return bytes.ToArray();
    }

    private static bool IsGbk(string value)
    {
        var encoding = DicomEncoding.GetEncoding("GBK");
        return encoding.GetString(encoding.GetBytes(value)) == value;
    }

    /// <summary>The platform's GB 2312 is GBK: what lies outside the 94 by 94 of the standard is no GB 2312.</summary>
    private static bool IsGb2312(string value)
    {
        var encoding = Encoding.GetEncoding("GBK");
        foreach (var rune in value.EnumerateRunes())
        {
            if (rune.IsAscii)
                continue;
            var bytes = encoding.GetBytes(rune.ToString());
            if (bytes is not [>= 0xA1 and <= 0xF7, >= 0xA1 and <= 0xFE] || encoding.GetString(bytes) != rune.ToString())
                return false;
        }

        return true;
    }
}
