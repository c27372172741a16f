using System.Globalization;

namespace Grpc.Wire;

/// <summary>grpc-timeout: up to eight digits and a unit of H, M, S, m, u, n.</summary>
internal static class TimeoutHeader
{
    private const long LargestValue = 99_999_999;

    /// <summary>Written in the smallest unit that fits, rounded up, so that a server never gives up before its client does.</summary>
    public static string Encode(TimeSpan timeout)
    {
        if (timeout <= TimeSpan.Zero)
            return "1n";
        var milliseconds = DivideUp(timeout.Ticks, TimeSpan.TicksPerMillisecond);
        if (milliseconds <= LargestValue)
            return Format(milliseconds, 'm');
        var seconds = DivideUp(timeout.Ticks, TimeSpan.TicksPerSecond);
        return Format(Math.Min(seconds, LargestValue), 'S');
    }

    public static bool TryDecode(string? value, out TimeSpan timeout)
    {
        timeout = default;
        if (value is not { Length: >= 2 } || !int.TryParse(value.AsSpan(0, value.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            return false;
        long? ticks = value[^1] switch
        {
            'H' => number * TimeSpan.TicksPerHour,
            'M' => number * TimeSpan.TicksPerMinute,
            'S' => number * TimeSpan.TicksPerSecond,
            'm' => number * TimeSpan.TicksPerMillisecond,
            'u' => number * TimeSpan.TicksPerMicrosecond,
            'n' => number / TimeSpan.NanosecondsPerTick,
            _ => null,
        };
        if (ticks is null)
            return false;
        timeout = TimeSpan.FromTicks(ticks.Value);
        return true;
    }

    private static long DivideUp(long value, long unit) => (value / unit) + (value % unit == 0 ? 0 : 1);

    private static string Format(long value, char unit) => string.Create(CultureInfo.InvariantCulture, $"{value}{unit}");
}
