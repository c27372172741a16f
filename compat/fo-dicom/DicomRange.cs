using System.Globalization;

namespace FellowOakDicom;

/// <summary>A closed interval.</summary>
public class DicomRange<T>
    where T : IComparable<T>
{
    public DicomRange(T min, T max)
    {
        Minimum = min;
        Maximum = max;
    }

    public T Minimum { get; set; }

    public T Maximum { get; set; }

    public bool Contains(T value) => Minimum.CompareTo(value) <= 0 && Maximum.CompareTo(value) >= 0;

    /// <summary>Widens the interval so that it holds the value.</summary>
    public void Join(T value)
    {
        if (Minimum.CompareTo(value) > 0) Minimum = value;
        if (Maximum.CompareTo(value) < 0) Maximum = value;
    }
}

/// <summary>A query range of dates or times; <see cref="DateTime.MinValue"/> and <see cref="DateTime.MaxValue"/> mean open.</summary>
public class DicomDateRange : DicomRange<DateTime>
{
    public DicomDateRange() : base(DateTime.MinValue, DateTime.MaxValue)
    {
    }

    public DicomDateRange(DateTime min, DateTime max) : base(min, max)
    {
    }

    public override string ToString() => ToString("yyyyMMddHHmmss");

    /// <summary>"from-to" as matching writes it (PS3.4 section C.2.2.2.5); empty when both ends are open.</summary>
    public string ToString(string format)
    {
        var from = Minimum == DateTime.MinValue ? string.Empty : Minimum.ToString(format, CultureInfo.InvariantCulture);
        var to = Maximum == DateTime.MaxValue ? string.Empty : Maximum.ToString(format, CultureInfo.InvariantCulture);
        return from.Length + to.Length == 0 ? string.Empty : $"{from}-{to}";
    }
}
