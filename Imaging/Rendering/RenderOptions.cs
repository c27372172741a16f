namespace Regional.Imaging.Rendering;

/// <summary>How values between the ends of a window become grey (PS3.3 §C.11.2.1.2, §C.11.2.1.3).</summary>
public enum WindowFunction
{
    Linear,
    LinearExact,
    Sigmoid
}

/// <summary>A window in units of the modality transformation's output.</summary>
/// <param name="Width">At least 1 for <see cref="WindowFunction.Linear"/>, above 0 for the others.</param>
public readonly record struct DisplayWindow(double Center, double Width, WindowFunction Function = WindowFunction.Linear)
{
    public bool IsValid => double.IsFinite(Center) && double.IsFinite(Width) && (Function == WindowFunction.Linear ? Width >= 1 : Width > 0);
}

/// <summary>A box on the screen and the part of the image that fills it without losing its proportions (PS3.18 §8.3.5.1.3).</summary>
/// <param name="Width">Of the box, in pixels of the result.</param>
/// <param name="Height">As <paramref name="Width"/>.</param>
/// <param name="SourceX">Left edge of the part, in pixels of the stored image.</param>
/// <param name="SourceY">Its top edge.</param>
/// <param name="SourceWidth">Null: up to the right edge. Negative: mirrored left to right.</param>
/// <param name="SourceHeight">Null: down to the bottom. Negative: mirrored top to bottom.</param>
public sealed record Viewport(
    int Width, int Height, double SourceX = 0, double SourceY = 0, double? SourceWidth = null, double? SourceHeight = null)
{
    /// <summary>Largest side of a rendered image, in pixels.</summary>
    public const int MaxSide = 16384;

    public bool IsValid =>
        Width is >= 1 and <= MaxSide && Height is >= 1 and <= MaxSide && double.IsFinite(SourceX) && double.IsFinite(SourceY) && SourceX >= 0 && SourceY >= 0
        && SourceWidth is null or (not 0 and >= -ushort.MaxValue and <= ushort.MaxValue) && SourceHeight is null or (not 0 and >= -ushort.MaxValue and <= ushort.MaxValue);
}

/// <summary>What the asker may choose; by default the image is shown as its own attributes say, one pixel of the result a stored pixel.</summary>
public sealed record RenderOptions
{
    public static RenderOptions Default { get; } = new();

    /// <summary>Instead of the object's own window or VOI LUT. Ignored for colour.</summary>
    public DisplayWindow? Window { get; init; }

    public Viewport? Viewport { get; init; }
}

/// <summary>Eight bits a sample, samples side by side, no padding.</summary>
/// <param name="Channels">1: grey, 0 black; 3: red, green, blue.</param>
public sealed record RenderedImage(int Width, int Height, int Channels, byte[] Pixels);
