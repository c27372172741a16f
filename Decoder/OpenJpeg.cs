using System.Reflection;
using System.Runtime.InteropServices;

namespace Regional.Decoder;

/// <summary>The functions of OpenJPEG 2.x (openjpeg.h) that a decoder needs, under the name that each system has for the library.</summary>
internal static unsafe partial class OpenJpeg
{
    private const string Library = "openjp2";

    private static readonly string[] Names = ["libopenjp2.so.7", "openjp2", "libopenjp2", "libopenjp2.7.dylib"];

    static OpenJpeg() => NativeLibrary.SetDllImportResolver(typeof(OpenJpeg).Assembly, Resolve);

    [LibraryImport(Library, EntryPoint = "opj_create_decompress")]
    public static partial nint CreateDecoder(int format);

    [LibraryImport(Library, EntryPoint = "opj_set_default_decoder_parameters")]
    public static partial void SetDefaults(byte* parameters);

    [LibraryImport(Library, EntryPoint = "opj_setup_decoder")]
    public static partial int Setup(nint decoder, byte* parameters);

    [LibraryImport(Library, EntryPoint = "opj_stream_create")]
    public static partial nint CreateStream(nuint buffer, int isInput);

    [LibraryImport(Library, EntryPoint = "opj_stream_set_read_function")]
    public static partial void SetRead(nint stream, delegate* unmanaged<byte*, nuint, Cursor*, nuint> read);

    [LibraryImport(Library, EntryPoint = "opj_stream_set_skip_function")]
    public static partial void SetSkip(nint stream, delegate* unmanaged<long, Cursor*, long> skip);

    [LibraryImport(Library, EntryPoint = "opj_stream_set_seek_function")]
    public static partial void SetSeek(nint stream, delegate* unmanaged<long, Cursor*, int> seek);

    [LibraryImport(Library, EntryPoint = "opj_stream_set_user_data")]
    public static partial void SetUserData(nint stream, Cursor* data, nint free);

    [LibraryImport(Library, EntryPoint = "opj_stream_set_user_data_length")]
    public static partial void SetLength(nint stream, ulong length);

    [LibraryImport(Library, EntryPoint = "opj_read_header")]
    public static partial int ReadHeader(nint stream, nint decoder, Image** image);

    [LibraryImport(Library, EntryPoint = "opj_decode")]
    public static partial int Decode(nint decoder, nint stream, Image* image);

    [LibraryImport(Library, EntryPoint = "opj_image_destroy")]
    public static partial void Destroy(Image* image);

    [LibraryImport(Library, EntryPoint = "opj_destroy_codec")]
    public static partial void DestroyDecoder(nint decoder);

    [LibraryImport(Library, EntryPoint = "opj_stream_destroy")]
    public static partial void DestroyStream(nint stream);

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path)
    {
        if (name != Library) return 0;
        foreach (var candidate in Names)
        {
            if (NativeLibrary.TryLoad(candidate, assembly, path, out var handle)) return handle;
        }
        return 0;
    }

    /// <summary>Where the library reads.</summary>
    public struct Cursor
    {
        public byte* Bytes;
        public long Length;
        public long At;
    }

    /// <summary>opj_image_t.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Image
    {
        public uint X0, Y0, X1, Y1;
        public uint Count;
        public int ColourSpace;
        public Component* Components;
        public nint Profile;
        public uint ProfileLength;
    }

    /// <summary>opj_image_comp_t.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Component
    {
        public uint StepX, StepY, Width, Height, X0, Y0, Precision, Bits, IsSigned, Resolutions, Factor;
        public int* Samples;
        public ushort Alpha;
    }
}
