using Regional.Imaging.Codecs;

namespace Regional.Imaging.Rendering;

/// <summary>A frame as a display shows it, or the reason why there is none.</summary>
/// <param name="Image">Null exactly when <paramref name="Problem"/> is one.</param>
public readonly record struct RenderOutcome(CodecProblem Problem, RenderedImage? Image);

/// <summary>From a stored frame to eight bits on a screen (PS3.4 annex N, PS3.18 §8.3.5): the whole pipeline, without state.</summary>
public static class FrameRenderer
{
    /// <summary>Most pixels that an enlarged image may have.</summary>
    private const long MaxPixels = 64L << 20;

    /// <param name="number">From 1 to the source's number of frames.</param>
    /// <exception cref="ArgumentException">The window or the viewport is none: ask <see cref="DisplayWindow.IsValid"/> and <see cref="Viewport.IsValid"/>.</exception>
    /// <exception cref="IOException">The source ends before its frames do.</exception>
    public static RenderOutcome Render(FrameSource source, int number, RenderOptions options)
    {
        if (options.Window is { IsValid: false }) throw new ArgumentException("A window has a positive width.", nameof(options));
        if (options.Viewport is { IsValid: false }) throw new ArgumentException("A viewport has a positive size.", nameof(options));
        var shape = source.Shape;
        if (shape.Rows < 1 || shape.Columns < 1 || !source.Pixels.IsValid) return new(CodecProblem.Malformed, null);
        if ((long)shape.Rows * shape.Columns * Math.Max(1, shape.SamplesPerPixel) > FrameCodecs.MaxFrameLength) return new(CodecProblem.TooLarge, null);
        var frame = source.Native(number);
        if (frame.Problem != CodecProblem.None) return new(frame.Problem, null);
        return Image(source, frame, number, options.Window) is { } image ? Place(image, source.Pixels.PixelAspect, options.Viewport) : new(CodecProblem.Unsupported, null);
    }

    private static RenderedImage? Image(FrameSource source, NativeFrame frame, int number, DisplayWindow? window)
    {
        // One stored bit a pixel has become a byte on the way.
        var pixels = source.Pixels.Shape.BitsAllocated == 1 ? source.Pixels with { Shape = source.Shape with { BitsAllocated = 8 } } : source.Pixels;
        var (shape, photometric) = (pixels.Shape, frame.PhotometricInterpretation);
        if (shape.SamplesPerPixel == 1 && photometric != "PALETTE COLOR")
        {
            if (frame.Pixels.Length < shape.Rows * shape.Columns * (shape.BitsAllocated / 8)) return null;
            return new(shape.Columns, shape.Rows, 1, GreyChain.Render(frame.Pixels, pixels, DisplayReader.Display(source.DataSet, pixels, number), window));
        }
        if (!ColourChain.Knows(photometric, shape.SamplesPerPixel) || shape.BitsAllocated > 16) return null;
        var rgb = photometric == "PALETTE COLOR"
            ? DisplayReader.Palette(source.DataSet, pixels) is { } palette ? ColourChain.Render(frame.Pixels, pixels, palette) : null
            : ColourChain.Render(frame.Pixels, pixels, photometric, frame.IsPlanar);
        return rgb is null ? null : new(shape.Columns, shape.Rows, 3, rgb);
    }

    /// <summary>Pixels become square, and the asked part fills its box.</summary>
    private static RenderOutcome Place(RenderedImage image, double aspect, Viewport? viewport)
    {
        // A hundredth is the rounding of a spacing, not a shape.
        if (Math.Abs(aspect - 1) < 0.01) aspect = 1;
        if (viewport is null)
        {
            if (aspect == 1) return new(CodecProblem.None, image);
            var (wide, high) = aspect > 1 ? (image.Width, image.Height * aspect) : (image.Width / aspect, (double)image.Height);
            return Scaled(image, 0, 0, image.Width, image.Height, wide, high);
        }
        var left = Math.Min(viewport.SourceX, image.Width - 1);
        var top = Math.Min(viewport.SourceY, image.Height - 1);
        var width = Math.Min(Math.Abs(viewport.SourceWidth ?? image.Width), image.Width - left);
        var height = Math.Min(Math.Abs(viewport.SourceHeight ?? image.Height), image.Height - top);
        var scale = Math.Min(viewport.Width / width, viewport.Height / (height * aspect));
        var (right, bottom) = (left + width, top + height);
        if (viewport.SourceWidth < 0) (left, right) = (right, left);
        if (viewport.SourceHeight < 0) (top, bottom) = (bottom, top);
        return Scaled(image, left, top, right, bottom, width * scale, height * aspect * scale);
    }

    private static RenderOutcome Scaled(RenderedImage image, double left, double top, double right, double bottom, double width, double height)
    {
        if (width > Viewport.MaxSide + 0.5 || height > Viewport.MaxSide + 0.5 || width * height > MaxPixels) return new(CodecProblem.TooLarge, null);
        var (columns, rows) = (Math.Max(1, (int)Math.Round(width)), Math.Max(1, (int)Math.Round(height)));
        if (columns == image.Width && rows == image.Height && (left, top, right, bottom) == (0, 0, image.Width, image.Height)) return new(CodecProblem.None, image);
        return new(CodecProblem.None, Resampler.Scale(image, left, top, right, bottom, columns, rows));
    }
}
