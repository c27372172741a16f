namespace Regional.Imaging.Capture.Stills;

/// <summary>An unpacked picture: grey of 8 or 16 bits, or red, green, blue of 8 bits a sample, row by row from the top.</summary>
/// <param name="Samples">1 or 3 a pixel.</param>
/// <param name="Bits">8 or 16; 16 bits stand little endian.</param>
internal sealed record Raster(int Width, int Height, int Samples, int Bits, byte[] Pixels)
{
    /// <summary>Room for a picture within the bound.</summary>
    /// <exception cref="CaptureRefusedException">Too many pixels.</exception>
    public static byte[] Room(long width, long height, int bytesAPixel, CaptureLimits limits) =>
        width * height <= limits.MaxPixels ? new byte[width * height * bytesAPixel] : throw new CaptureRefusedException(CaptureRule.TooManyPixels);
}
