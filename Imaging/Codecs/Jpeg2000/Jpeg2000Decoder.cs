using System.Runtime.InteropServices;
using Regional.Imaging.Frames;

namespace Regional.Imaging.Codecs.Jpeg2000;

/// <summary>
/// JPEG 2000 (ITU-T T.800) and HTJ2K (T.814), up to 16 bits, by the system's OpenJPEG in processes of its own. Where the library is not installed
/// there is no decoder, and such frames are served as they are stored.
/// </summary>
internal sealed class Jpeg2000Decoder : FrameDecoder
{
    private static readonly string[] LibraryNames = ["libopenjp2.so.7", "openjp2", "libopenjp2", "libopenjp2.7.dylib"];
    private static readonly Lazy<Version?> Installed = new(Probe);

    /// <summary>OpenJPEG 2 is here.</summary>
    public static bool IsAvailable => Installed.Value is not null;

    /// <summary>High throughput came with OpenJPEG 2.5.</summary>
    public static bool IsHighThroughputAvailable => Installed.Value >= new Version(2, 5);

    internal DecoderPool Pool { get; } = new();

    private protected override long LeastLength(PixelShape shape) => 0;

    private protected override CodecProblem Check(ReadOnlySpan<byte> encoded, PixelShape shape) => SizeSegment.Check(encoded, shape);

    private protected override CodecProblem Decode(ReadOnlySpan<byte> encoded, FrameTarget target) => Pool.Decode(encoded, target);

    /// <summary>Asks the library for its version and lets go of it: here it never reads a stream.</summary>
    private static Version? Probe()
    {
        foreach (var name in LibraryNames)
        {
            if (!NativeLibrary.TryLoad(name, typeof(Jpeg2000Decoder).Assembly, null, out var library)) continue;
            try
            {
                if (NativeLibrary.TryGetExport(library, "opj_version", out var function)
                    && Version.TryParse(Marshal.PtrToStringUTF8(Ask(function)), out var version) && version.Major == 2) return version;
            }
            finally
            {
                NativeLibrary.Free(library);
            }
        }
        return null;
    }

    private static unsafe nint Ask(nint function) => ((delegate* unmanaged<nint>)function)();
}
