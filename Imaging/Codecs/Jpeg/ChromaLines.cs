namespace Regional.Imaging.Codecs.Jpeg;

/// <summary>
/// Chrominance samples spread over the pixels that share them. Two pixels to a sample (4:2:2), or four (4:2:0), are weighted three to one with
/// the nearest neighbour, as decoders commonly do, since the samples lie between the pixels; other ratios repeat the sample.
/// </summary>
internal static class ChromaLines
{
    /// <param name="plane">Samples of the component, from its first line on.</param>
    /// <param name="width">Samples of a line that are image, <paramref name="height"/> lines of them; beyond lies the padding of whole blocks.</param>
    /// <param name="line">One line of the image.</param>
    public static void Spread(ReadOnlySpan<ushort> plane, int pitch, int width, int height, int stepX, int stepY, int row, Span<ushort> line)
    {
        var at = row / stepY;
        var near = plane.Slice(at * pitch, width);
        if (stepX == 2 && stepY == 1 && width > 2)
        {
            Halves(near, near, line, weight: 1);
            return;
        }
        if (stepX == 2 && stepY == 2 && width > 2)
        {
            var other = Math.Clamp(row % 2 == 0 ? at - 1 : at + 1, 0, height - 1);
            Halves(near, plane.Slice(other * pitch, width), line, weight: 4);
            return;
        }
        for (var x = 0; x < line.Length; x++) line[x] = near[x / stepX];
    }

    /// <param name="weight">1: one line of samples alone; 4: three parts the near line, one part the far one.</param>
    private static void Halves(ReadOnlySpan<ushort> near, ReadOnlySpan<ushort> far, Span<ushort> line, int weight)
    {
        // Rounded up and down in turn, so that the mean stays.
        var (even, odd, shift) = weight == 1 ? (1, 2, 2) : (8, 7, 4);
        int Column(ReadOnlySpan<ushort> a, ReadOnlySpan<ushort> b, int x) => weight == 1 ? a[x] : 3 * a[x] + b[x];
        var last = Column(near, far, 0);
        var current = last;
        for (var x = 0; x < near.Length; x++)
        {
            var next = x + 1 < near.Length ? Column(near, far, x + 1) : current;
            if (2 * x < line.Length) line[2 * x] = (ushort)((3 * current + last + even) >> shift);
            if (2 * x + 1 < line.Length) line[2 * x + 1] = (ushort)((3 * current + next + odd) >> shift);
            (last, current) = (current, next);
        }
    }
}
