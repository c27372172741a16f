namespace Regional.Imaging.Codecs.Jpeg;

/// <summary>An image as planes of whole blocks, edges repeated; RGB as YCbCr (JFIF 1.02), chrominance as the mean of the pixels that share it.</summary>
internal sealed record JpegPlanes(byte[][] Samples, int[] Pitch)
{
    /// <param name="step">Pixels along each axis that share their chrominance: 1 or 2.</param>
    public static JpegPlanes Of(ReadOnlySpan<byte> pixels, int width, int height, int channels, int step)
    {
        var unit = 8 * step;
        var (wide, high) = ((width + unit - 1) / unit * unit, (height + unit - 1) / unit * unit);
        var planes = new byte[channels][];
        for (var c = 0; c < channels; c++) planes[c] = new byte[wide * high];
        for (var y = 0; y < high; y++)
        {
            var line = pixels.Slice(Math.Min(y, height - 1) * width * channels, width * channels);
            var at = y * wide;
            if (channels == 1) line.CopyTo(planes[0].AsSpan(at));
            else Convert(line, planes[0].AsSpan(at), planes[1].AsSpan(at), planes[2].AsSpan(at));
            foreach (var plane in planes) plane.AsSpan(at + width, wide - width).Fill(plane[at + width - 1]);
        }
        var pitch = new int[channels];
        Array.Fill(pitch, wide);
        for (var c = 1; c < channels && step == 2; c++)
        {
            planes[c] = Halve(planes[c], wide, high);
            pitch[c] = wide / 2;
        }
        return new(planes, pitch);
    }

    private static void Convert(ReadOnlySpan<byte> rgb, Span<byte> luma, Span<byte> blue, Span<byte> red)
    {
        const int Half = 1 << 15, Middle = (128 << 16) + Half - 1;
        for (int x = 0, i = 0; i < rgb.Length; x++, i += 3)
        {
            int r = rgb[i], g = rgb[i + 1], b = rgb[i + 2];
            luma[x] = (byte)((19595 * r + 38470 * g + 7471 * b + Half) >> 16);
            blue[x] = (byte)((-11059 * r - 21709 * g + 32768 * b + Middle) >> 16);
            red[x] = (byte)((32768 * r - 27439 * g - 5329 * b + Middle) >> 16);
        }
    }

    private static byte[] Halve(byte[] plane, int wide, int high)
    {
        var half = new byte[wide / 2 * (high / 2)];
        for (int y = 0, at = 0; y < high; y += 2)
        {
            for (var x = 0; x < wide; x += 2, at++)
            {
                var i = y * wide + x;
                // Rounding up and down in turn keeps the mean of the whole.
                half[at] = (byte)((plane[i] + plane[i + 1] + plane[i + wide] + plane[i + wide + 1] + 1 + (x >> 1 & 1)) >> 2);
            }
        }
        return half;
    }
}
