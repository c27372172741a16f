using System.Numerics;

namespace NBomber.Domain;

/// <summary>
/// Counts of non-negative integers in log-linear buckets: exact below 2,048, above that within 1/1,024 of the value. Memory grows with
/// the largest value only. Not thread-safe.
/// </summary>
internal sealed class Histogram
{
    private const int LinearBits = 11;
    private const int Linear = 1 << LinearBits;
    private const int Half = Linear / 2;
    private long[] counts = new long[Linear];
    private double sum;
    private double squares;

    public long Count { get; private set; }

    public long Min { get; private set; } = long.MaxValue;

    public long Max { get; private set; }

    public double Sum => sum;

    public double Mean => Count == 0 ? 0 : sum / Count;

    public double StdDev => Count == 0 ? 0 : Math.Sqrt(Math.Max(0, (squares / Count) - (Mean * Mean)));

    public void Add(long value)
    {
        if (value < 0) value = 0;
        var index = IndexOf(value);
        if (index >= counts.Length) Array.Resize(ref counts, index + Half);
        counts[index]++;
        Count++;
        Min = Math.Min(Min, value);
        Max = Math.Max(Max, value);
        sum += value;
        squares += (double)value * value;
    }

    /// <summary>The smallest bucket's upper end below which at least this share of the values lies.</summary>
    public long Percentile(double percent)
    {
        if (Count == 0) return 0;
        var wanted = Math.Max(1, (long)Math.Ceiling(percent / 100 * Count));
        long seen = 0;
        for (var i = 0; i < counts.Length; i++)
        {
            seen += counts[i];
            if (seen >= wanted) return Math.Min(UpperEnd(i), Max);
        }

        return Max;
    }

    private static int IndexOf(long value)
    {
        if (value < Linear) return (int)value;
        var shift = 64 - BitOperations.LeadingZeroCount((ulong)value) - LinearBits;
        return Linear + ((shift - 1) * Half) + (int)((value >> shift) - Half);
    }

    private static long UpperEnd(int index)
    {
        if (index < Linear) return index;
        var shift = ((index - Linear) / Half) + 1;
        long within = ((index - Linear) % Half) + Half;
        return ((within + 1) << shift) - 1;
    }
}
