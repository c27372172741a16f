using Regional.Imaging.Frames;

namespace Regional.Imaging.Codecs;

/// <summary>Why a frame was not decoded.</summary>
public enum CodecProblem
{
    None,

    /// <summary>The stream ends before the frame is whole.</summary>
    Truncated,

    /// <summary>The stream breaks the rules of its own format.</summary>
    Malformed,

    /// <summary>The stream is another image than the data set says: size, samples or depth differ.</summary>
    ShapeMismatch,

    /// <summary>A legal form that this decoder does not read.</summary>
    Unsupported,

    /// <summary>The frame would be longer than <see cref="FrameCodecs.MaxFrameLength"/>.</summary>
    TooLarge
}

/// <summary>A frame in native form, or the reason why there is none.</summary>
/// <param name="Problem"><see cref="CodecProblem.None"/> when <paramref name="Pixels"/> is whole.</param>
/// <param name="Pixels">Little endian samples without padding; empty on a problem.</param>
public readonly record struct DecodedFrame(CodecProblem Problem, byte[] Pixels);

/// <summary>
/// Decodes single frames of one compression. Stateless and safe for concurrent callers. Bad bytes give a <see cref="CodecProblem"/>, never
/// an exception, and memory is taken only after the announced shape was weighed against the length of the stream.
/// </summary>
public abstract class FrameDecoder
{
    /// <summary>Decodes one whole frame (its fragments joined).</summary>
    /// <param name="encoded">The stream as stored, padding allowed.</param>
    /// <param name="shape">What the data set says about its frames.</param>
    /// <param name="isPlanar">The result has one plane a sample (Planar Configuration 1) instead of samples side by side.</param>
    public DecodedFrame Decode(ReadOnlySpan<byte> encoded, PixelShape shape, bool isPlanar = false)
    {
        if (FrameCodecs.NativeLength(shape) is not { } length) return new(CodecProblem.Unsupported, []);
        if (length > FrameCodecs.MaxFrameLength) return new(CodecProblem.TooLarge, []);
        if (encoded.Length < LeastLength(shape)) return new(CodecProblem.Truncated, []);
        if (Check(encoded, shape) is not CodecProblem.None and var early) return new(early, []);
        var pixels = new byte[length];
        var problem = Decode(encoded, new FrameTarget(pixels, shape, isPlanar));
        return problem == CodecProblem.None ? new(problem, pixels) : new(problem, []);
    }

    /// <summary>Fewest bytes in which the format can hold such a frame.</summary>
    private protected abstract long LeastLength(PixelShape shape);

    /// <summary>Reads the stream's own header, without taking memory, and compares it with the shape.</summary>
    private protected abstract CodecProblem Check(ReadOnlySpan<byte> encoded, PixelShape shape);

    private protected abstract CodecProblem Decode(ReadOnlySpan<byte> encoded, FrameTarget target);
}
