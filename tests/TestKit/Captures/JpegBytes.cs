using System.Buffers.Binary;
using System.Text;

namespace Regional.TestKit.Captures;

/// <summary>
/// Writes baseline JPEG files whose 8×8 blocks are each of one value: every decoder gives exactly that value back, so pixels can be compared without
/// tolerance. One component, or three without subsampling.
/// </summary>
public sealed class JpegBytes
{
    public int Components { get; init; } = 1;

    /// <summary>SOF marker and bits a sample, to write what a receiver has to refuse.</summary>
    public byte FrameMarker { get; init; } = 0xC0;

    public byte Precision { get; init; } = 8;

    public bool Jfif { get; init; } = true;

    /// <summary>Adobe's colour transform: 0 RGB or CMYK, 1 YCbCr.</summary>
    public byte? Adobe { get; init; }

    /// <summary>Orientation, time and camera in an Exif segment, with a position that must not be kept.</summary>
    public (int Orientation, string TakenAt)? Exif { get; init; }

    /// <param name="block">Value of a component's block, 0 to 255.</param>
    public byte[] Write(int width, int height, Func<int, int, int, int> block)
    {
        using var file = new MemoryStream();
        file.Write([0xFF, 0xD8]);
        if (Jfif) Segment(file, 0xE0, [.. "JFIF\0"u8, 1, 1, 0, 0, 1, 0, 1, 0, 0]);
        if (Exif is { } exif) Segment(file, 0xE1, ExifBody(exif.Orientation, exif.TakenAt));
        if (Adobe is { } transform) Segment(file, 0xEE, [.. "Adobe"u8, 0, 100, 0, 0, 0, 0, transform]);
        Segment(file, 0xDB, [0, .. Enumerable.Repeat((byte)8, 64)]);
        byte[] frame = [Precision, (byte)(height >> 8), (byte)height, (byte)(width >> 8), (byte)width, (byte)Components];
        Segment(file, FrameMarker, [.. frame, .. Enumerable.Range(1, Components).SelectMany(c => new byte[] { (byte)c, 0x11, 0 })]);
        // DC: twelve categories of four bits each; AC: only "end of block", one bit.
        Segment(file, 0xC4, [0x00, 0, 0, 0, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
        Segment(file, 0xC4, [0x10, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        Segment(file, 0xDA, [(byte)Components, .. Enumerable.Range(1, Components).SelectMany(c => new byte[] { (byte)c, 0x00 }), 0, 63, 0]);
        Scan(file, (width + 7) / 8, (height + 7) / 8, block);
        file.Write([0xFF, 0xD9]);
        return file.ToArray();
    }

    private void Scan(MemoryStream file, int columns, int rows, Func<int, int, int, int> block)
    {
        var (bits, count) = (0u, 0);
        void Put(uint value, int length)
        {
            for (var i = length - 1; i >= 0; i--)
            {
                bits = (bits << 1) | ((value >> i) & 1);
                if (++count < 8) continue;
                file.WriteByte((byte)bits);
                if ((byte)bits == 0xFF) file.WriteByte(0);
                (bits, count) = (0, 0);
            }
        }

        var last = new int[Components];
        for (var y = 0; y < rows; y++)
        {
            for (var x = 0; x < columns; x++)
            {
                for (var c = 0; c < Components; c++)
                {
                    // With a quantiser of 8 the DC coefficient is the value itself, less 128.
                    var difference = block(x, y, c) - 128 - last[c];
                    last[c] += difference;
                    var category = 32 - System.Numerics.BitOperations.LeadingZeroCount((uint)Math.Abs(difference));
                    Put((uint)category, 4);
                    Put((uint)(difference < 0 ? difference + (1 << category) - 1 : difference), category);
                    Put(0, 1);
                }
            }
        }

        while (count != 0) Put(1, 1);
    }

    private static byte[] ExifBody(int orientation, string takenAt)
    {
        // Little endian TIFF: IFD0 with orientation, camera and the pointer to the Exif IFD, which holds the time.
        var tiff = new byte[128];
        void Entry(int at, ushort tag, ushort type, uint count, uint value)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(tiff.AsSpan(at), tag);
            BinaryPrimitives.WriteUInt16LittleEndian(tiff.AsSpan(at + 2), type);
            BinaryPrimitives.WriteUInt32LittleEndian(tiff.AsSpan(at + 4), count);
            BinaryPrimitives.WriteUInt32LittleEndian(tiff.AsSpan(at + 8), value);
        }

        "II*\0"u8.CopyTo(tiff);
        tiff[4] = 8;
        tiff[8] = 3;
        Entry(10, 0x0110, 2, 8, 100);
        Entry(22, 0x0112, 3, 1, (uint)orientation);
        Entry(34, 0x8769, 4, 1, 50);
        tiff[50] = 1;
        Entry(52, 0x9003, 2, 20, 70);
        Encoding.ASCII.GetBytes(takenAt + "\0").CopyTo(tiff, 70);
        "PHONE-7\0"u8.CopyTo(tiff.AsSpan(100));
        return [.. "Exif\0\0"u8, .. tiff, .. "GPS-SECRET"u8];
    }

    private static void Segment(MemoryStream file, byte marker, byte[] body)
    {
        file.Write([0xFF, marker, (byte)((body.Length + 2) >> 8), (byte)(body.Length + 2)]);
        file.Write(body);
    }
}
