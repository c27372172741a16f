namespace Regional.Imaging.Rendering;

/// <summary>Segmented palettes (PS3.3 §C.7.9.2): discrete, linear and indirect segments of sixteen-bit entries.</summary>
internal static class SegmentedPalette
{
    /// <summary>Null when the segments are damaged or give another number of entries.</summary>
    public static ushort[]? Expand(ReadOnlySpan<ushort> data, int count)
    {
        if (data.Length == 0) return null;
        var table = new Table(new ushort[count]);
        return Expand(data, data.Length, data, ref table, isIndirect: false) && table.Length == count ? table.Entries : null;
    }

    /// <param name="limit">Segments to go through, at most.</param>
    private static bool Expand(ReadOnlySpan<ushort> data, int limit, ReadOnlySpan<ushort> whole, ref Table table, bool isIndirect)
    {
        for (var i = 0; i < limit && data.Length > 0; i++)
        {
            if (data.Length < 2) return false;
            int kind = data[0], length = data[1];
            data = data[2..];
            switch (kind)
            {
                case 0 when data.Length >= length:
                    foreach (var value in data[..length])
                        if (!table.Add(value)) return false;
                    data = data[length..];
                    break;
                case 1 when data.Length >= 1 && table.Length > 0:
                    var (from, to) = (table.Entries[table.Length - 1], data[0]);
                    for (var k = 1; k <= length; k++)
                        if (!table.Add((ushort)Math.Round(from + (to - from) * (double)k / length))) return false;
                    data = data[1..];
                    break;
                // An indirect segment copies earlier segments; one inside another is not allowed (§C.7.9.2.3).
                case 2 when data.Length >= 2 && !isIndirect:
                    var offset = (uint)(data[0] | data[1] << 16);
                    if (offset >= whole.Length || !Expand(whole[(int)offset..], length, whole, ref table, isIndirect: true)) return false;
                    data = data[2..];
                    break;
                default:
                    return false;
            }
        }
        return true;
    }

    private struct Table(ushort[] entries)
    {
        public readonly ushort[] Entries = entries;
        public int Length;

        public bool Add(ushort value)
        {
            if (Length == Entries.Length) return false;
            Entries[Length++] = value;
            return true;
        }
    }
}
