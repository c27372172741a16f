using System.Numerics;

namespace Regional.Imaging.Rendering;

/// <summary>Scales a part of an image: the mean of the covered area where it shrinks, bilinear where it grows; each axis on its own.</summary>
internal static class Resampler
{
    /// <param name="left">Edges of the part in source pixels; right before left mirrors.</param>
    public static RenderedImage Scale(RenderedImage source, double left, double top, double right, double bottom, int width, int height)
    {
        var channels = source.Channels;
        var columns = Taps(left, right, source.Width, width);
        var rows = Taps(top, bottom, source.Height, height);
        var target = new byte[width * height * channels];
        var lines = new Dictionary<int, float[]>();
        var spare = new Stack<float[]>();
        var sum = new float[width * channels];
        for (var y = 0; y < height; y++)
        {
            var (first, weights) = (rows[y].First, rows[y].Weights);
            foreach (var old in lines.Keys.Where(row => row < first || row >= first + weights.Length).ToArray())
            {
                spare.Push(lines[old]);
                lines.Remove(old);
            }
            Array.Clear(sum);
            for (var k = 0; k < weights.Length; k++)
            {
                if (!lines.TryGetValue(first + k, out var line))
                {
                    line = spare.TryPop(out var used) ? used : new float[width * channels];
                    ScaleLine(source.Pixels.AsSpan((first + k) * source.Width * channels, source.Width * channels), channels, columns, line);
                    lines.Add(first + k, line);
                }
                Add(line, weights[k], sum);
            }
            var row = target.AsSpan(y * sum.Length, sum.Length);
            for (var i = 0; i < sum.Length; i++) row[i] = (byte)Math.Clamp(sum[i] + 0.5f, 0, 255);
        }
        return new(width, height, channels, target);
    }

    private static void Add(ReadOnlySpan<float> line, float weight, Span<float> sum)
    {
        var at = 0;
        for (; at <= sum.Length - Vector<float>.Count; at += Vector<float>.Count)
            (new Vector<float>(sum[at..]) + new Vector<float>(line[at..]) * weight).CopyTo(sum[at..]);
        for (; at < sum.Length; at++) sum[at] += line[at] * weight;
    }

    private static void ScaleLine(ReadOnlySpan<byte> source, int channels, Tap[] columns, float[] target)
    {
        for (var x = 0; x < columns.Length; x++)
        {
            var (first, weights) = (columns[x].First * channels, columns[x].Weights);
            for (var c = 0; c < channels; c++)
            {
                var sum = 0f;
                for (int k = 0, at = first + c; k < weights.Length; k++, at += channels) sum += weights[k] * source[at];
                target[x * channels + c] = sum;
            }
        }
    }

    /// <summary>For each target pixel the source pixels that it is made of, and their shares, which make 1.</summary>
    private static Tap[] Taps(double from, double to, int source, int target)
    {
        var taps = new Tap[target];
        var step = (to - from) / target;
        for (var i = 0; i < target; i++)
        {
            var (low, high) = (from + i * step, from + (i + 1) * step);
            if (low > high) (low, high) = (high, low);
            if (high - low < 1)
            {
                var center = (low + high) / 2 - 0.5;
                var first = (int)Math.Clamp(Math.Floor(center), 0, source - 1);
                var share = (float)Math.Clamp(center - first, 0, 1);
                taps[i] = share == 0 || first + 1 >= source ? new(first, [1]) : new(first, [1 - share, share]);
                continue;
            }
            var start = (int)Math.Clamp(Math.Floor(low + 1e-9), 0, source - 1);
            var end = (int)Math.Clamp(Math.Ceiling(high - 1e-9), start + 1, source);
            var weights = new float[end - start];
            var whole = 0.0;
            for (var k = 0; k < weights.Length; k++)
            {
                var share = Math.Max(0, Math.Min(high, start + k + 1) - Math.Max(low, start + k));
                weights[k] = (float)share;
                whole += share;
            }
            if (whole <= 0) weights[0] = 1;
            else for (var k = 0; k < weights.Length; k++) weights[k] = (float)(weights[k] / whole);
            taps[i] = new(start, weights);
        }
        return taps;
    }

    private readonly record struct Tap(int First, float[] Weights);
}
