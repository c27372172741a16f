using System.Globalization;

namespace Regional.Imaging.Cluster;

/// <summary>A part of every day; over midnight where it ends before it begins.</summary>
public readonly record struct DailyHours(TimeOnly From, TimeOnly To)
{
    /// <summary>Null for a text that is not <c>HH:mm-HH:mm</c> with two different times.</summary>
    public static DailyHours? Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var ends = text.Split('-');
        return ends.Length == 2 && Time(ends[0]) is { } from && Time(ends[1]) is { } to && from != to ? new DailyHours(from, to) : null;
    }

    /// <summary>How long until the hours begin; zero within them.</summary>
    /// <param name="local">Time of day on the region's clock.</param>
    public TimeSpan Until(TimeOnly local) => local.IsBetween(From, To) ? TimeSpan.Zero : From - local;

    private static TimeOnly? Time(string text) =>
        TimeOnly.TryParseExact(text.Trim(), "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time) ? time : null;
}
