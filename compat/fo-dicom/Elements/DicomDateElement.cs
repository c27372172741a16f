using System.Globalization;
using FellowOakDicom.IO.Buffer;

namespace FellowOakDicom;

/// <summary>DA, DT or TM: readable as text, as <see cref="DateTime"/> or as a <see cref="DicomDateRange"/>.</summary>
public abstract class DicomDateElement : DicomMultiStringElement
{
    private DateTime[] _parsed;

    protected DicomDateElement(DicomTag tag, string[] dateFormats, params DateTime[] values)
        : base(tag, Array.ConvertAll(values, value => value.ToString(dateFormats[0], CultureInfo.InvariantCulture))) => DateFormats = dateFormats;

    protected DicomDateElement(DicomTag tag, string[] dateFormats, DicomDateRange range)
        : base(tag, range.ToString(dateFormats[0])) => DateFormats = dateFormats;

    protected DicomDateElement(DicomTag tag, string[] dateFormats, params string[] values) : base(tag, values) => DateFormats = dateFormats;

    protected DicomDateElement(DicomTag tag, string[] dateFormats, IByteBuffer buffer) : base(tag, null, buffer) => DateFormats = dateFormats;

    protected string[] DateFormats { get; }

    public override T Get<T>(int item = -1)
    {
        if (typeof(T) == typeof(string) || typeof(T) == typeof(string[])) return base.Get<T>(item);
        if (typeof(T) == typeof(DicomDateRange)) return (T)(object)ParseRange(base.Get<string>(item));

        _parsed ??= Array.ConvertAll(Values, Parse);
        if (typeof(T) == typeof(DateTime[])) return (T)(object)_parsed;
        if (typeof(T) == typeof(object[])) return (T)(object)Array.ConvertAll(_parsed, value => (object)value);
        if (typeof(T) == typeof(DateTime) || typeof(T) == typeof(object)) return (T)(object)_parsed[InRange(item)];
        return base.Get<T>(item);
    }

    private DateTime Parse(string text) => DateTime.ParseExact(text, DateFormats, CultureInfo.InvariantCulture, DateTimeStyles.NoCurrentDateDefault);

    /// <summary>PS3.4 section C.2.2.2.5: an open end is unbounded, a single value means that day.</summary>
    private DicomDateRange ParseRange(string text)
    {
        var ends = text.Split('-');
        if (ends.Length == 1)
        {
            var day = Parse(ends[0]);
            return new DicomDateRange(day, day.AddDays(1).AddMilliseconds(-1));
        }

        var range = new DicomDateRange();
        if (ends[0].Length > 0) range.Minimum = Parse(ends[0]);
        if (ends[1].Length > 0) range.Maximum = Parse(ends[1]);
        return range;
    }
}

public class DicomDate : DicomDateElement
{
    private static readonly string[] Formats = ["yyyyMMdd", "yyyy.MM.dd", "yyyy/MM/dd", "yyyy", "yyyyMM", "yyyy.MM"];

    public DicomDate(DicomTag tag, params DateTime[] values) : base(tag, Formats, values)
    {
    }

    public DicomDate(DicomTag tag, DicomDateRange range) : base(tag, Formats, range)
    {
    }

    public DicomDate(DicomTag tag, params string[] values) : base(tag, Formats, values)
    {
    }

    public DicomDate(DicomTag tag, IByteBuffer data) : base(tag, Formats, data)
    {
    }

    public override DicomVR ValueRepresentation => DicomVR.DA;
}

public class DicomDateTime : DicomDateElement
{
    private static readonly string[] Formats =
    [
        "yyyyMMddHHmmss", "yyyyMMddHHmmsszzz", "yyyyMMddHHmmsszz", "yyyyMMddHHmmssz",
        .. Enumerable.Range(1, 6).SelectMany(digits => new[] { "", "zzz" }.Select(zone => $"yyyyMMddHHmmss.{new string('f', digits)}{zone}")),
        "yyyyMMddHHmm", "yyyyMMddHH", "yyyyMMdd", "yyyyMM", "yyyy", "yyyyMMddHHmmzzz", "yyyyMMddHHzzz", "yyyy.MM.dd", "yyyy/MM/dd",
    ];

    public DicomDateTime(DicomTag tag, params DateTime[] values) : base(tag, Formats, values)
    {
    }

    public DicomDateTime(DicomTag tag, DicomDateRange range) : base(tag, Formats, range)
    {
    }

    public DicomDateTime(DicomTag tag, params string[] values) : base(tag, Formats, values)
    {
    }

    public DicomDateTime(DicomTag tag, IByteBuffer data) : base(tag, Formats, data)
    {
    }

    public override DicomVR ValueRepresentation => DicomVR.DT;
}

public class DicomTime : DicomDateElement
{
    private static readonly string[] Formats =
    [
        "HHmmss", "HH", "HHmm",
        .. Enumerable.Range(1, 6).Select(digits => "HHmmss" + new string('f', digits)),
        .. Enumerable.Range(1, 6).Select(digits => "HHmmss." + new string('f', digits)),
        "HH.mm", "HH.mm.ss",
        .. Enumerable.Range(1, 6).Select(digits => "HH.mm.ss." + new string('f', digits)),
        "HH:mm", "HH:mm:ss",
        .. Enumerable.Range(1, 6).Select(digits => "HH:mm:ss:" + new string('f', digits)),
        .. Enumerable.Range(1, 6).Select(digits => "HH:mm:ss." + new string('f', digits)),
    ];

    public DicomTime(DicomTag tag, params DateTime[] values) : base(tag, Formats, values)
    {
    }

    public DicomTime(DicomTag tag, DicomDateRange range) : base(tag, Formats, range)
    {
    }

    public DicomTime(DicomTag tag, params string[] values) : base(tag, Formats, values)
    {
    }

    public DicomTime(DicomTag tag, IByteBuffer data) : base(tag, Formats, data)
    {
    }

    public override DicomVR ValueRepresentation => DicomVR.TM;
}
