namespace Regional.Imaging.Codecs.Jpeg;

/// <summary>YCbCr of JFIF to RGB, a line at a time, in place.</summary>
internal static class YccLine
{
    /// <param name="middle">128 for eight bits: where chrominance is none.</param>
    public static void ToRgb(Span<ushort> first, Span<ushort> second, Span<ushort> third, int middle)
    {
        const int Half = 1 << 15;
        var max = 2 * middle - 1;
        for (var x = 0; x < first.Length; x++)
        {
            int y = first[x], cb = second[x] - middle, cr = third[x] - middle;
            first[x] = (ushort)Math.Clamp(y + ((91881 * cr + Half) >> 16), 0, max);
            second[x] = (ushort)Math.Clamp(y + ((-22554 * cb - 46802 * cr + Half) >> 16), 0, max);
            third[x] = (ushort)Math.Clamp(y + ((116130 * cb + Half) >> 16), 0, max);
        }
    }
}
