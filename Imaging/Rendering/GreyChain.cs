using System.Buffers.Binary;

namespace Regional.Imaging.Rendering;

/// <summary>One grey frame: stored value → modality → values of interest → eight bits (PS3.4 §N.2).</summary>
internal sealed class GreyChain
{
    private readonly PixelDescription _pixels;
    private readonly FrameDisplay _display;
    private readonly DisplayWindow? _window;
    private readonly LookupTable? _voiLut;

    private GreyChain(PixelDescription pixels, FrameDisplay display, DisplayWindow? window, LookupTable? voiLut) =>
        (_pixels, _display, _window, _voiLut) = (pixels, display, window, voiLut);

    /// <summary>Native little endian samples of 8, 16 or 32 bits as grey.</summary>
    public static byte[] Render(ReadOnlySpan<byte> native, PixelDescription pixels, FrameDisplay display, DisplayWindow? chosen)
    {
        var window = chosen ?? display.Window;
        var voiLut = window is null ? display.VoiLut : null;
        if (window is null && voiLut is null) window = WholeRange(native, pixels, display);
        var chain = new GreyChain(pixels, display, window, voiLut);
        var count = pixels.Shape.Rows * pixels.Shape.Columns;
        var grey = new byte[count];
        switch (pixels.Shape.BitsAllocated)
        {
            case 8:
                var small = chain.Table(256);
                for (var i = 0; i < grey.Length; i++) grey[i] = small[native[i]];
                break;
            case 16:
                // Below some 65,536 pixels a value at a time is cheaper than the table of all.
                if (count < 32768)
                {
                    for (var i = 0; i < grey.Length; i++) grey[i] = chain.Map(pixels.Stored(Word(native, 16, i)));
                    break;
                }
                var large = chain.Table(65536);
                var words = System.Runtime.InteropServices.MemoryMarshal.Cast<byte, ushort>(native);
                for (var i = 0; i < grey.Length; i++) grey[i] = large[BitConverter.IsLittleEndian ? words[i] : BinaryPrimitives.ReverseEndianness(words[i])];
                break;
            default:
                for (var i = 0; i < grey.Length; i++) grey[i] = chain.Map(pixels.Stored(Word(native, 32, i)));
                break;
        }
        return grey;
    }

    private byte[] Table(int length)
    {
        var table = new byte[length];
        for (var i = 0; i < length; i++) table[i] = Map(_pixels.Stored((uint)i));
        return table;
    }

    private byte Map(int stored)
    {
        // Padding is no image: it is the background, however the image is shown.
        if (_pixels.IsPadding(stored)) return 0;
        var value = Modality(stored, _display);
        var share = _voiLut is { } lut ? (double)lut[value] / lut.Max : Share(value, _window!.Value);
        var grey = (byte)Math.Clamp(share * 255 + 0.5, 0, 255);
        return _pixels.IsInverse ? (byte)(255 - grey) : grey;
    }

    private static double Modality(int stored, FrameDisplay display) =>
        display.ModalityLut is { } lut ? lut[stored] : stored * display.Slope + display.Intercept;

    private static double Share(double x, DisplayWindow window)
    {
        var (center, width) = (window.Center, window.Width);
        switch (window.Function)
        {
            case WindowFunction.Sigmoid:
                return 1 / (1 + Math.Exp(-4 * (x - center) / width));
            case WindowFunction.LinearExact:
                return (x - center) / width + 0.5;
            default:
                if (x <= center - 0.5 - (width - 1) / 2) return 0;
                if (x > center - 0.5 + (width - 1) / 2) return 1;
                return (x - (center - 0.5)) / (width - 1) + 0.5;
        }
    }

    /// <summary>
    /// For an object that names neither window nor LUT. Up to eight bits are shown as they are, so that the frames of a clip keep one brightness; more
    /// bits from the smallest to the largest value that is no padding.
    /// </summary>
    private static DisplayWindow WholeRange(ReadOnlySpan<byte> native, PixelDescription pixels, FrameDisplay display)
    {
        int low = int.MaxValue, high = int.MinValue;
        if (pixels.BitsStored <= 8)
        {
            low = pixels.IsSigned ? -(1 << (pixels.BitsStored - 1)) : 0;
            high = low + (1 << pixels.BitsStored) - 1;
        }
        else
        {
            var count = pixels.Shape.Rows * pixels.Shape.Columns;
            for (var i = 0; i < count; i++)
            {
                var stored = pixels.Stored(Word(native, pixels.Shape.BitsAllocated, i));
                if (pixels.IsPadding(stored)) continue;
                if (stored < low) low = stored;
                if (stored > high) high = stored;
            }
            if (high < low) (low, high) = (0, 0);
        }
        double a = Modality(low, display), b = Modality(high, display);
        if (display.ModalityLut is { } lut) (a, b) = (lut.Entries.Min(), lut.Entries.Max());
        return new DisplayWindow((a + b) / 2, Math.Max(Math.Abs(b - a), double.Epsilon), WindowFunction.LinearExact);
    }

    private static uint Word(ReadOnlySpan<byte> native, int bits, int index) => bits switch
    {
        8 => native[index],
        16 => BinaryPrimitives.ReadUInt16LittleEndian(native[(2 * index)..]),
        _ => BinaryPrimitives.ReadUInt32LittleEndian(native[(4 * index)..])
    };
}
