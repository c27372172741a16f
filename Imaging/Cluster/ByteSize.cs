using System.Globalization;

namespace Regional.Imaging.Cluster;

/// <summary>A number of bytes, written <c>512MiB</c>, <c>1GiB</c> or a plain number.</summary>
public readonly record struct ByteSize(long Bytes)
{
    private static readonly (string Suffix, long Factor)[] Units =
        [("KiB", 1L << 10), ("MiB", 1L << 20), ("GiB", 1L << 30), ("TiB", 1L << 40), ("B", 1)];

    public static ByteSize FromGiB(long gib) => new(gib << 30);

    public static ByteSize FromMiB(long mib) => new(mib << 20);

    public static bool TryParse(string text, out ByteSize size)
    {
        var (digits, factor) = (text.Trim(), 1L);
        foreach (var unit in Units)
        {
            if (!digits.EndsWith(unit.Suffix, StringComparison.Ordinal))
                continue;
            (digits, factor) = (digits[..^unit.Suffix.Length].TrimEnd(), unit.Factor);
            break;
        }

        var parsed = long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= long.MaxValue / factor;
        size = parsed ? new ByteSize(number * factor) : default;
        return parsed;
    }
}
