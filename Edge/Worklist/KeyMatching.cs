using System.Globalization;
using FellowOakDicom;

namespace Regional.Edge.Worklist;

/// <summary>Attribute matching of PS3.4 §C.2.2.2: universal, single value, list of UID, wildcard, range.</summary>
internal static class KeyMatching
{
    private static readonly HashSet<DicomVR> WithoutWildcards = [DicomVR.DA, DicomVR.TM, DicomVR.DT, DicomVR.UI, DicomVR.IS, DicomVR.DS, DicomVR.US];

    public static bool Matches(DicomTag tag, string key, string value)
    {
        if (key.Length == 0 || key.All(c => c == '*'))
            return true;
        var vr = tag.DictionaryEntry.ValueRepresentations[0];
        if (vr == DicomVR.UI)
            return key.Split('\\').Any(uid => uid.Trim(' ', '\0') == value);
        if (vr == DicomVR.PN)
            return NameMatches(key, value);
        if (vr == DicomVR.DA)
            return Range(key, text => DateRange(text)) is { } range && DateRange(value) is { } day && day.From >= range.From && day.To <= range.To;
        return WithoutWildcards.Contains(vr) ? key == value : Wildcard(key, value, ignoreCase: false);
    }

    /// <summary>
    /// When both are keys they are one period: from the first day at the first time to the last day at the last time (PS3.4 table K.6-1, note to the
    /// start date). Single values are periods of their own precision.
    /// </summary>
    /// <exception cref="FormatException">A key is no date, time or range of them.</exception>
    public static bool MatchesStart(string date, string time, DateTime starts)
    {
        var days = date.Length == 0 ? (DateTime.MinValue.Date, DateTime.MaxValue.Date) : Range(date, text => DateRange(text)) ?? throw new FormatException();
        var hours = time.Length == 0 ? (TimeSpan.Zero, TimeSpan.FromDays(1) - TimeSpan.FromTicks(1)) : Range(time, TimeRange) ?? throw new FormatException();
        return date.Length == 0
            ? starts.TimeOfDay >= hours.Item1 && starts.TimeOfDay <= hours.Item2
            : starts >= days.Item1 + hours.Item1 && starts <= days.Item2.Date + hours.Item2;
    }

    private static (T From, T To)? Range<T>(string key, Func<string, (T From, T To)?> read)
        where T : struct, IComparable<T>
    {
        var dash = key.IndexOf('-', StringComparison.Ordinal);
        if (dash < 0)
            return read(key.Trim());
        var (from, to) = (key[..dash].Trim(), key[(dash + 1)..].Trim());
        if (from.Length == 0 && to.Length == 0)
            return null;
        var first = from.Length == 0 ? Open<T>(low: true) : read(from)?.From;
        var last = to.Length == 0 ? Open<T>(low: false) : read(to)?.To;
        return first is { } a && last is { } b ? (a, b) : null;
    }

    private static T Open<T>(bool low) => (T)(object)(typeof(T) == typeof(DateTime)
        ? low ? DateTime.MinValue.Date : DateTime.MaxValue.Date
        : low ? TimeSpan.Zero : (object)(TimeSpan.FromDays(1) - TimeSpan.FromTicks(1)));

    private static (DateTime From, DateTime To)? DateRange(string text) =>
        DateTime.TryParseExact(text, ["yyyyMMdd", "yyyy.MM.dd"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? (day, day) : null;

    private static (TimeSpan From, TimeSpan To)? TimeRange(string text)
    {
        var plain = text.Replace(":", "", StringComparison.Ordinal);
        var point = plain.IndexOf('.', StringComparison.Ordinal);
        var whole = point < 0 ? plain : plain[..point];
        if (whole.Length is not (2 or 4 or 6) || !whole.All(char.IsAsciiDigit) || (point >= 0 && whole.Length != 6))
            return null;
        int Part(int at) => whole.Length > at ? int.Parse(whole.AsSpan(at, 2), CultureInfo.InvariantCulture) : 0;
        var (hours, minutes, seconds) = (Part(0), Part(2), Part(4));
        if (hours > 23 || minutes > 59 || seconds > 60)
            return null;
        var from = new TimeSpan(hours, minutes, Math.Min(seconds, 59));
        var precision = whole.Length switch { 2 => TimeSpan.FromHours(1), 4 => TimeSpan.FromMinutes(1), _ => TimeSpan.FromSeconds(1) };
        return (from, from + precision - TimeSpan.FromTicks(1));
    }

    /// <summary>Without regard to case, in any component group, and whether or not family and given name are divided as here.</summary>
    private static bool NameMatches(string key, string value)
    {
        string[] keys = [.. key.Split('=').Where(k => k.Trim('*', '?', '^', ' ').Length > 0)];
        if (keys.Length == 0)
            return true;
        var groups = value.Split('=');
        return keys.Any(k => groups.Any(g => g.Length > 0 && (Wildcard(k.TrimEnd('^'), g, ignoreCase: true) || Wildcard(Joined(k), Joined(g), ignoreCase: true))));
    }

    private static string Joined(string name) => new([.. name.Where(c => c is not ('^' or ' '))]);

    /// <summary><c>*</c> any number of characters, <c>?</c> exactly one.</summary>
    private static bool Wildcard(string pattern, string text, bool ignoreCase)
    {
        bool Same(char a, char b) => a == b || (ignoreCase && char.ToUpperInvariant(a) == char.ToUpperInvariant(b));
        var (p, t, star, resume) = (0, 0, -1, 0);
        while (t < text.Length)
        {
            if (p < pattern.Length && pattern[p] == '*')
            {
                (star, resume) = (p++, t);
            }
            else if (p < pattern.Length && (pattern[p] == '?' || Same(pattern[p], text[t])))
            {
                (p, t) = (p + 1, t + 1);
            }
            else if (star >= 0)
            {
                (p, t) = (star + 1, ++resume);
            }
            else
            {
                return false;
            }
        }

        while (p < pattern.Length && pattern[p] == '*')
            p++;
        return p == pattern.Length;
    }
}
