using Regional.Imaging.Frames;

namespace Regional.Imaging.Rendering;

/// <summary>The Image Pixel module (PS3.3 §C.7.6.3) as far as a display needs it; the same for all frames.</summary>
/// <param name="PaddingLow">Lowest stored value that is padding and no image (§C.7.5.1.1.2); null: there is none.</param>
/// <param name="PixelAspect">Height of a pixel as shares of its width.</param>
/// <param name="IsInverse">The smallest value is shown white.</param>
internal sealed record PixelDescription(
    PixelShape Shape, int BitsStored, int HighBit, bool IsSigned, bool IsPlanar, int? PaddingLow, int? PaddingHigh, double PixelAspect, bool IsInverse)
{
    public bool IsValid => BitsStored >= 1 && BitsStored <= Shape.BitsAllocated && HighBit >= BitsStored - 1 && HighBit < Shape.BitsAllocated;

    public bool IsPadding(int stored) => PaddingLow is { } low && stored >= low && stored <= PaddingHigh;

    /// <summary>Takes the stored value out of its word and gives it its sign.</summary>
    public int Stored(uint word)
    {
        var value = word << (31 - HighBit);
        return IsSigned ? (int)value >> (32 - BitsStored) : (int)(value >> (32 - BitsStored));
    }
}

/// <summary>From stored values to what a display shows, of one frame (PS3.3 §C.11.1, §C.11.2, §C.7.6.16).</summary>
/// <param name="ModalityLut">Instead of slope and intercept.</param>
/// <param name="Window">The first of the frame's own windows.</param>
/// <param name="VoiLut">The first of the frame's own VOI LUTs; used when it has no window.</param>
internal sealed record FrameDisplay(double Slope, double Intercept, LookupTable? ModalityLut, DisplayWindow? Window, LookupTable? VoiLut);

/// <summary>A table from the standard's descriptor and data: entries for the values from <paramref name="First"/> on, clamped at both ends.</summary>
/// <param name="Max">The largest number that the announced bits hold.</param>
internal sealed record LookupTable(int First, ushort[] Entries, int Max)
{
    public int this[double value] => Entries[(int)Math.Clamp(Math.Round(value) - First, 0, Entries.Length - 1)];
}

/// <summary>Red, green, blue (PS3.3 §C.7.6.3.1.5).</summary>
internal sealed record Palette(LookupTable Red, LookupTable Green, LookupTable Blue);
