using System.Runtime.InteropServices;

namespace Regional.Imaging.Tests.Throughput;

/// <summary>CharLS 2.x (charls_jpegls_encoder.h, charls_jpegls_decoder.h) in this process: the library behind dcmcjpls and dcmdjpls, as a peer to measure beside.</summary>
internal static partial class CharLs
{
    private const string Library = "libcharls.so.2";

    public static bool IsInstalled { get; } = NativeLibrary.TryLoad(Library, out _);

    public static byte[] Encode(byte[] pixels, int width, int height, int precision, int components)
    {
        var encoder = CreateEncoder();
        try
        {
            var frame = new FrameInfo { Width = (uint)width, Height = (uint)height, Precision = precision, Components = components };
            var target = new byte[pixels.Length * 2 + 1024];
            Check(SetFrame(encoder, ref frame));
            if (components > 1) Check(SetInterleave(encoder, 1));
            var pinned = GCHandle.Alloc(target, GCHandleType.Pinned);
            try
            {
                Check(SetTarget(encoder, pinned.AddrOfPinnedObject(), (nuint)target.Length));
                Check(EncodeFrom(encoder, pixels, (nuint)pixels.Length, 0));
                Check(Written(encoder, out var length));
                return target[..(int)length];
            }
            finally
            {
                pinned.Free();
            }
        }
        finally
        {
            DestroyEncoder(encoder);
        }
    }

    public static void Decode(byte[] stream, byte[] pixels)
    {
        var decoder = CreateDecoder();
        var pinned = GCHandle.Alloc(stream, GCHandleType.Pinned);
        try
        {
            Check(SetSource(decoder, pinned.AddrOfPinnedObject(), (nuint)stream.Length));
            Check(ReadHeader(decoder));
            Check(DecodeTo(decoder, pixels, (nuint)pixels.Length, 0));
        }
        finally
        {
            pinned.Free();
            DestroyDecoder(decoder);
        }
    }

    private static void Check(int result) => result.ShouldBe(0, "CharLS refused");

    [LibraryImport(Library, EntryPoint = "charls_jpegls_encoder_create")]
    private static partial nint CreateEncoder();

    [LibraryImport(Library, EntryPoint = "charls_jpegls_encoder_destroy")]
    private static partial void DestroyEncoder(nint encoder);

    [LibraryImport(Library, EntryPoint = "charls_jpegls_encoder_set_frame_info")]
    private static partial int SetFrame(nint encoder, ref FrameInfo frame);

    [LibraryImport(Library, EntryPoint = "charls_jpegls_encoder_set_interleave_mode")]
    private static partial int SetInterleave(nint encoder, int mode);

    [LibraryImport(Library, EntryPoint = "charls_jpegls_encoder_set_destination_buffer")]
    private static partial int SetTarget(nint encoder, nint target, nuint length);

    [LibraryImport(Library, EntryPoint = "charls_jpegls_encoder_encode_from_buffer")]
    private static partial int EncodeFrom(nint encoder, byte[] pixels, nuint length, uint stride);

    [LibraryImport(Library, EntryPoint = "charls_jpegls_encoder_get_bytes_written")]
    private static partial int Written(nint encoder, out nuint length);

    [LibraryImport(Library, EntryPoint = "charls_jpegls_decoder_create")]
    private static partial nint CreateDecoder();

    [LibraryImport(Library, EntryPoint = "charls_jpegls_decoder_destroy")]
    private static partial void DestroyDecoder(nint decoder);

    [LibraryImport(Library, EntryPoint = "charls_jpegls_decoder_set_source_buffer")]
    private static partial int SetSource(nint decoder, nint source, nuint length);

    [LibraryImport(Library, EntryPoint = "charls_jpegls_decoder_read_header")]
    private static partial int ReadHeader(nint decoder);

    [LibraryImport(Library, EntryPoint = "charls_jpegls_decoder_decode_to_buffer")]
    private static partial int DecodeTo(nint decoder, byte[] pixels, nuint length, uint stride);

    [StructLayout(LayoutKind.Sequential)]
    private struct FrameInfo
    {
        public uint Width;
        public uint Height;
        public int Precision;
        public int Components;
    }
}
