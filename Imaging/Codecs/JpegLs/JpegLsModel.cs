using System.Numerics;

namespace Regional.Imaging.Codecs.JpegLs;

/// <summary>The numbers that tune the coder (ITU-T T.87 §C.2.4.1.1); zero stands for the default.</summary>
internal readonly record struct JpegLsPreset(int MaxValue, int T1, int T2, int T3, int Reset)
{
    public const int DefaultReset = 64;

    /// <summary>Fills in defaults; null when the numbers contradict each other.</summary>
    public JpegLsPreset? Complete(int precision, int near)
    {
        var most = (1 << precision) - 1;
        var max = MaxValue == 0 ? most : MaxValue;
        if (max < 1 || max > most || near < 0 || near > Math.Min(255, max / 2)) return null;
        var (t1, t2, t3) = DefaultThresholds(max, near);
        if (T1 != 0) t1 = T1;
        if (T2 != 0) t2 = T2;
        if (T3 != 0) t3 = T3;
        var reset = Reset == 0 ? DefaultReset : Reset;
        if (t1 < near + 1 || t2 < t1 || t3 < t2 || t3 > max || reset < 3 || reset > Math.Max(255, max)) return null;
        return new(max, t1, t2, t3, reset);
    }

    private static (int T1, int T2, int T3) DefaultThresholds(int max, int near)
    {
        int t1, t2, t3;
        if (max >= 128)
        {
            var factor = (Math.Min(max, 4095) + 128) / 256;
            t1 = factor + 2 + 3 * near;
            t2 = factor * 4 + 3 + 5 * near;
            t3 = factor * 17 + 4 + 7 * near;
        }
        else
        {
            var factor = 256 / (max + 1);
            t1 = Math.Max(2, 3 / factor + 3 * near);
            t2 = Math.Max(3, 7 / factor + 5 * near);
            t3 = Math.Max(4, 21 / factor + 7 * near);
        }
        if (t1 > max || t1 < near + 1) t1 = near + 1;
        if (t2 > max || t2 < t1) t2 = t1;
        if (t3 > max || t3 < t2) t3 = t2;
        return (t1, t2, t3);
    }
}

/// <summary>Statistics of one regular context: T.87's A, B, C, N.</summary>
internal struct RegularContext
{
    public int A;
    public int B;
    public int C;
    public int N;
}

/// <summary>Statistics of one run interruption context.</summary>
internal struct RunContext
{
    public int A;
    public int N;
    public int Negative;
}

/// <summary>What encoder and decoder learn alike while they go through a scan (T.87 annex A).</summary>
internal sealed class JpegLsModel
{
    /// <summary>Order of run lengths, J of T.87 §A.2.1.</summary>
    public static ReadOnlySpan<byte> RunOrder =>
        [0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 9, 10, 11, 12, 13, 14, 15];

    public const int LastRunIndex = 31;
    public const int RegularCount = 365;

    private const int MaxGolomb = 16;
    private static readonly sbyte[]?[] DefaultGradients = new sbyte[17][];

    public JpegLsModel(JpegLsPreset preset, int precision, int near)
    {
        (MaxValue, Near, Reset) = (preset.MaxValue, near, preset.Reset);
        Step = 2 * near + 1;
        Range = (MaxValue + 2 * near) / Step + 1;
        RangeBits = BitOperations.Log2((uint)(Range - 1)) + 1;
        var bits = Math.Max(2, BitOperations.Log2((uint)MaxValue) + 1);
        Limit = 2 * (bits + Math.Max(8, bits));
        IsFullRange = near == 0 && MaxValue == (1 << precision) - 1;
        var isDefault = IsFullRange && preset == new JpegLsPreset(0, 0, 0, 0, 0).Complete(precision, 0);
        Gradients = isDefault ? DefaultGradients[precision] ??= Quantise(preset, 0) : Quantise(preset, near);
        Restart();
    }

    public int MaxValue { get; }

    public int Near { get; }

    public int Reset { get; }

    /// <summary>Distance of two neighbouring reconstructed values: 2·NEAR + 1.</summary>
    public int Step { get; }

    public int Range { get; }

    /// <summary>qbpp: bits of an error that is written plainly.</summary>
    public int RangeBits { get; }

    /// <summary>Longest code word in bits.</summary>
    public int Limit { get; }

    /// <summary>Lossless with every value of the precision in use, so that reduction modulo the range is a mask.</summary>
    public bool IsFullRange { get; }

    /// <summary>Quantised gradient (−4…4) at index difference + MaxValue.</summary>
    public sbyte[] Gradients { get; }

    public RegularContext[] Regular { get; } = new RegularContext[RegularCount];

    public RunContext[] Runs { get; } = new RunContext[2];

    /// <summary>Forgets everything, as at the start of a scan or after a restart marker.</summary>
    public void Restart()
    {
        var start = Math.Max(2, (Range + 32) / 64);
        Array.Fill(Regular, new RegularContext { A = start, N = 1 });
        Array.Fill(Runs, new RunContext { A = start, N = 1 });
    }

    /// <summary>Median of left, above and their plane (T.87 §A.4.1).</summary>
    public static int Predict(int a, int b, int c)
    {
        var (low, high) = a < b ? (a, b) : (b, a);
        return c >= high ? low : c <= low ? high : a + b - c;
    }

    /// <summary>
    /// The Golomb parameter (§A.5.1): the least k with N·2^k ≥ A, found from the highest bits. Bounded, so that a damaged stream's statistics
    /// cannot run away.
    /// </summary>
    public static int Golomb(int n, int a)
    {
        var k = Math.Clamp(BitOperations.LeadingZeroCount((uint)n) - BitOperations.LeadingZeroCount((uint)a), 0, MaxGolomb);
        return n << k < a ? k + 1 : k;
    }

    /// <summary>Learns from a regular sample (§A.6).</summary>
    public static void Update(ref RegularContext context, int error, int step, int reset)
    {
        var (a, b, n) = (context.A + ((error ^ error >> 31) - (error >> 31)), context.B + error * step, context.N);
        if (n == reset)
        {
            a >>= 1;
            b >>= 1;
            n >>= 1;
        }
        n++;
        if (b <= -n)
        {
            b = Math.Max(b + n, -n + 1);
            if (context.C > -128) context.C--;
        }
        else if (b > 0)
        {
            b = Math.Min(b - n, 0);
            if (context.C < 127) context.C++;
        }
        (context.A, context.B, context.N) = (a, b, n);
    }

    /// <summary>Learns from the sample that ended a run (§A.7.2.2).</summary>
    public static void Update(ref RunContext context, int error, int mapped, int type, int reset)
    {
        if (error < 0) context.Negative++;
        context.A += (mapped + 1 - type) >> 1;
        if (context.N == reset)
        {
            context.A >>= 1;
            context.N >>= 1;
            context.Negative >>= 1;
        }
        context.N++;
    }

    /// <summary>The parameter for the sample that ended a run.</summary>
    public static int Golomb(in RunContext context, int type) =>
        Golomb(context.N, type == 0 ? context.A : context.A + (context.N >> 1));

    private static sbyte[] Quantise(JpegLsPreset preset, int near)
    {
        var max = preset.MaxValue;
        var table = new sbyte[2 * max + 1];
        for (var d = -max; d <= max; d++)
        {
            var size = Math.Abs(d);
            var level = size <= near ? 0 : size < preset.T1 ? 1 : size < preset.T2 ? 2 : size < preset.T3 ? 3 : 4;
            table[d + max] = (sbyte)(d < 0 ? -level : level);
        }
        return table;
    }
}
