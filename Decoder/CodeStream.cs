using System.Runtime.InteropServices;

namespace Regional.Decoder;

/// <summary>A decoded frame: two bytes a sample, little endian, a plane a component.</summary>
internal sealed record DecodedPlanes(int Columns, int Rows, int Precision, byte[][] Planes);

/// <summary>Decodes one JPEG 2000 code stream (ITU-T T.800, T.814).</summary>
internal static unsafe class CodeStream
{
    private const int RawCodeStream = 0;
    private const int ReadBuffer = 64 * 1024;
    private const int MaxComponents = 4;

    // opj_dparameters_t holds two paths of 4 KiB and some numbers.
    private const int ParameterBytes = 16 * 1024;

    /// <summary>Status 0 with an image, else another one without.</summary>
    public static (int Status, DecodedPlanes? Image) Decode(byte[] bytes)
    {
        nint decoder = 0, stream = 0;
        OpenJpeg.Image* image = null;
        fixed (byte* data = bytes)
        {
            var cursor = new OpenJpeg.Cursor { Bytes = data, Length = bytes.Length };
            try
            {
                decoder = OpenJpeg.CreateDecoder(RawCodeStream);
                var parameters = stackalloc byte[ParameterBytes];
                OpenJpeg.SetDefaults(parameters);
                if (decoder == 0 || OpenJpeg.Setup(decoder, parameters) == 0) return (1, null);
                stream = OpenJpeg.CreateStream(ReadBuffer, 1);
                if (stream == 0) return (1, null);
                OpenJpeg.SetRead(stream, &Read);
                OpenJpeg.SetSkip(stream, &Skip);
                OpenJpeg.SetSeek(stream, &Seek);
                OpenJpeg.SetUserData(stream, &cursor, 0);
                OpenJpeg.SetLength(stream, (ulong)bytes.Length);
                if (OpenJpeg.ReadHeader(stream, decoder, &image) == 0 || image is null) return (2, null);
                if (OpenJpeg.Decode(decoder, stream, image) == 0) return (3, null);
                return Take(image) is { } planes ? (0, planes) : (4, null);
            }
            finally
            {
                if (image is not null) OpenJpeg.Destroy(image);
                if (stream != 0) OpenJpeg.DestroyStream(stream);
                if (decoder != 0) OpenJpeg.DestroyDecoder(decoder);
            }
        }
    }

    private static DecodedPlanes? Take(OpenJpeg.Image* image)
    {
        if (image->Count is < 1 or > MaxComponents) return null;
        var first = image->Components[0];
        var planes = new byte[image->Count][];
        for (var c = 0; c < planes.Length; c++)
        {
            var component = image->Components[c];
            if (component.Samples is null || component.Width != first.Width || component.Height != first.Height || component.Precision is < 1 or > 16) return null;
            var samples = new ReadOnlySpan<int>(component.Samples, checked((int)(component.Width * component.Height)));
            planes[c] = new byte[2L * samples.Length];
            var words = MemoryMarshal.Cast<byte, ushort>(planes[c].AsSpan());
            for (var i = 0; i < samples.Length; i++) words[i] = (ushort)samples[i];
        }
        return new((int)first.Width, (int)first.Height, (int)first.Precision, planes);
    }

    [UnmanagedCallersOnly]
    private static nuint Read(byte* target, nuint count, OpenJpeg.Cursor* cursor)
    {
        var part = (nuint)Math.Min((ulong)count, (ulong)(cursor->Length - cursor->At));
        if (part == 0) return nuint.MaxValue;
        NativeMemory.Copy(cursor->Bytes + cursor->At, target, part);
        cursor->At += (long)part;
        return part;
    }

    [UnmanagedCallersOnly]
    private static long Skip(long count, OpenJpeg.Cursor* cursor)
    {
        var part = Math.Clamp(count, -cursor->At, cursor->Length - cursor->At);
        if (part == 0 && count != 0) return -1;
        cursor->At += part;
        return part;
    }

    [UnmanagedCallersOnly]
    private static int Seek(long offset, OpenJpeg.Cursor* cursor)
    {
        if (offset < 0 || offset > cursor->Length) return 0;
        cursor->At = offset;
        return 1;
    }
}
