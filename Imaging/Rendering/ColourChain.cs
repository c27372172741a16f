using System.Buffers.Binary;

namespace Regional.Imaging.Rendering;

/// <summary>One colour frame: palette, RGB or a YBR space to eight-bit RGB, side by side (PS3.3 §C.7.6.3.1.2).</summary>
internal static class ColourChain
{
    public static bool Knows(string photometric, int samples) => photometric switch
    {
        "RGB" or "YBR_FULL" or "YBR_FULL_422" or "YBR_PARTIAL_422" or "YBR_ICT" or "YBR_RCT" => samples == 3,
        "PALETTE COLOR" => samples == 1,
        _ => false
    };

    /// <param name="native">One or two bytes a sample, little endian, in planes or side by side; or two pixels to one pair of chrominance samples.</param>
    /// <returns>Null when the pixels have another length than the description says.</returns>
    public static byte[]? Render(ReadOnlySpan<byte> native, PixelDescription pixels, string photometric, bool isPlanar)
    {
        var count = pixels.Shape.Rows * pixels.Shape.Columns;
        var width = pixels.Shape.BitsAllocated / 8;
        var rgb = new byte[3 * count];
        if (native.Length >= 3 * count * width) Gather(native, pixels, isPlanar, rgb);
        else if (width == 1 && photometric.EndsWith("_422", StringComparison.Ordinal) && native.Length >= 2 * count && pixels.Shape.Columns % 2 == 0) Spread(native, rgb);
        else return null;
        switch (photometric)
        {
            case "YBR_FULL" or "YBR_FULL_422" or "YBR_ICT":
                for (var i = 0; i < rgb.Length; i += 3) FromFullRange(rgb.AsSpan(i, 3));
                break;
            case "YBR_RCT":
                for (var i = 0; i < rgb.Length; i += 3) FromReversible(rgb.AsSpan(i, 3));
                break;
            case "YBR_PARTIAL_422":
                for (var i = 0; i < rgb.Length; i += 3) FromPartialRange(rgb.AsSpan(i, 3));
                break;
        }
        return rgb;
    }

    public static byte[] Render(ReadOnlySpan<byte> native, PixelDescription pixels, Palette palette)
    {
        var rgb = new byte[3 * pixels.Shape.Rows * pixels.Shape.Columns];
        var (red, green, blue) = (EightBits(palette.Red), EightBits(palette.Green), EightBits(palette.Blue));
        for (int i = 0, at = 0; at < rgb.Length; i++, at += 3)
        {
            var stored = pixels.Stored(pixels.Shape.BitsAllocated == 8 ? native[i] : BinaryPrimitives.ReadUInt16LittleEndian(native[(2 * i)..]));
            rgb[at] = red[Math.Clamp(stored - palette.Red.First, 0, red.Length - 1)];
            rgb[at + 1] = green[Math.Clamp(stored - palette.Green.First, 0, green.Length - 1)];
            rgb[at + 2] = blue[Math.Clamp(stored - palette.Blue.First, 0, blue.Length - 1)];
        }
        return rgb;
    }

    private static byte[] EightBits(LookupTable table)
    {
        // Some devices announce 16 bits and write 8.
        var shift = table.Max > 255 && table.Entries.Any(entry => entry > 255) ? 8 : 0;
        return Array.ConvertAll(table.Entries, entry => (byte)Math.Min(entry >> shift, 255));
    }

    private static void Gather(ReadOnlySpan<byte> native, PixelDescription pixels, bool isPlanar, Span<byte> target)
    {
        var plane = pixels.Shape.Rows * pixels.Shape.Columns;
        if (pixels is { Shape.BitsAllocated: 8, BitsStored: 8 } && !isPlanar)
        {
            native[..target.Length].CopyTo(target);
            return;
        }
        var drop = pixels.BitsStored - 8;
        for (var i = 0; i < plane; i++)
        {
            for (var s = 0; s < 3; s++)
            {
                var at = isPlanar ? s * plane + i : 3 * i + s;
                var stored = (uint)pixels.Stored(pixels.Shape.BitsAllocated == 8 ? native[at] : BinaryPrimitives.ReadUInt16LittleEndian(native[(2 * at)..]));
                target[3 * i + s] = (byte)(drop >= 0 ? stored >> drop : stored << -drop);
            }
        }
    }

    /// <summary>Y Y Cb Cr for two pixels each (§C.7.6.3.1.2, YBR_FULL_422).</summary>
    private static void Spread(ReadOnlySpan<byte> native, Span<byte> target)
    {
        for (int from = 0, to = 0; to + 6 <= target.Length; from += 4, to += 6)
        {
            var (blue, red) = (native[from + 2], native[from + 3]);
            (target[to], target[to + 1], target[to + 2]) = (native[from], blue, red);
            (target[to + 3], target[to + 4], target[to + 5]) = (native[from + 1], blue, red);
        }
    }

    private static void FromFullRange(Span<byte> pixel)
    {
        float y = pixel[0], cb = pixel[1] - 128f, cr = pixel[2] - 128f;
        Put(pixel, y + 1.402f * cr, y - 0.344136f * cb - 0.714136f * cr, y + 1.772f * cb);
    }

    private static void FromPartialRange(Span<byte> pixel)
    {
        float y = 1.1644f * (pixel[0] - 16), cb = pixel[1] - 128f, cr = pixel[2] - 128f;
        Put(pixel, y + 1.5960f * cr, y - 0.3917f * cb - 0.8130f * cr, y + 2.0173f * cb);
    }

    private static void FromReversible(Span<byte> pixel)
    {
        int cb = pixel[1] - 128, cr = pixel[2] - 128, green = pixel[0] - ((cb + cr) >> 2);
        Put(pixel, cr + green, green, cb + green);
    }

    private static void Put(Span<byte> pixel, float red, float green, float blue)
    {
        pixel[0] = (byte)Math.Clamp(red + 0.5f, 0, 255);
        pixel[1] = (byte)Math.Clamp(green + 0.5f, 0, 255);
        pixel[2] = (byte)Math.Clamp(blue + 0.5f, 0, 255);
    }
}
