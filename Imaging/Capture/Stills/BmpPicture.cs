using System.Buffers.Binary;
using System.Numerics;

namespace Regional.Imaging.Capture.Stills;

/// <summary>
/// Unpacks an uncompressed Windows bitmap: 1, 4, 8, 16, 24 or 32 bits a pixel, with palette or bit masks, bottom up or top down. A palette of greys
/// (what frame grabbers write) gives a grey picture.
/// </summary>
internal static class BmpPicture
{
    private const int FileHeader = 14;

    /// <exception cref="CaptureRefusedException">Damaged, compressed, or too many pixels.</exception>
    public static Raster Read(ReadOnlySpan<byte> file, CaptureLimits limits)
    {
        var head = BmpHeader.Read(file);
        var (grey, palette) = head.Bits <= 8 ? Palette(file, head) : (false, []);
        var stride = ((long)head.Width * head.Bits + 31) / 32 * 4;
        if (head.Offset < FileHeader + head.HeaderSize || head.Offset + stride * head.Height > file.Length) throw new CaptureRefusedException(CaptureRule.BmpDamaged);
        var samples = grey ? 1 : 3;
        var pixels = Raster.Room(head.Width, head.Height, samples, limits);
        for (var y = 0; y < head.Height; y++)
        {
            var line = head.TopDown ? y : head.Height - 1 - y;
            var row = file.Slice((int)(head.Offset + stride * line), (int)stride);
            Row(row, head, palette, pixels.AsSpan(y * head.Width * samples, head.Width * samples), samples);
        }

        return new Raster(head.Width, head.Height, samples, 8, pixels);
    }

    private static void Row(ReadOnlySpan<byte> row, BmpHeader head, byte[] palette, Span<byte> target, int samples)
    {
        for (var x = 0; x < head.Width; x++)
        {
            var pixel = target.Slice(x * samples, samples);
            switch (head.Bits)
            {
                case <= 8:
                    var index = (row[x * head.Bits / 8] >> (8 - head.Bits - x * head.Bits % 8)) & ((1 << head.Bits) - 1);
                    if (index * 3 + 2 >= palette.Length) throw new CaptureRefusedException(CaptureRule.BmpDamaged);
                    palette.AsSpan(index * 3, samples).CopyTo(pixel);
                    break;
                case 24:
                    (pixel[0], pixel[1], pixel[2]) = (row[x * 3 + 2], row[x * 3 + 1], row[x * 3]);
                    break;
                default:
                    var value = head.Bits == 16
                        ? BinaryPrimitives.ReadUInt16LittleEndian(row[(x * 2)..])
                        : BinaryPrimitives.ReadUInt32LittleEndian(row[(x * 4)..]);
                    (pixel[0], pixel[1], pixel[2]) = (Masked(value, head.Red), Masked(value, head.Green), Masked(value, head.Blue));
                    break;
            }
        }
    }

    private static byte Masked(uint value, uint mask)
    {
        var (shift, max) = (BitOperations.TrailingZeroCount(mask), mask >> BitOperations.TrailingZeroCount(mask));
        return (byte)((((value & mask) >> shift) * 255UL + max / 2) / max);
    }

    private static (bool Grey, byte[] Palette) Palette(ReadOnlySpan<byte> file, BmpHeader head)
    {
        var count = head.Colours is > 0 and <= 256 and var said ? said : 1 << head.Bits;
        var size = head.HeaderSize == BmpHeader.Core ? 3 : 4;
        var at = FileHeader + head.HeaderSize;
        if (at + count * size > file.Length) throw new CaptureRefusedException(CaptureRule.BmpDamaged);
        var palette = new byte[count * 3];
        var grey = true;
        for (var i = 0; i < count; i++)
        {
            var entry = file.Slice(at + i * size, 3);
            (palette[i * 3], palette[i * 3 + 1], palette[i * 3 + 2]) = (entry[2], entry[1], entry[0]);
            grey &= entry[0] == entry[1] && entry[1] == entry[2];
        }

        return (grey, palette);
    }
}

/// <summary>BITMAPCOREHEADER (12 bytes), BITMAPINFOHEADER (40) and its longer successors.</summary>
/// <param name="Offset">Where the pixels begin.</param>
internal readonly record struct BmpHeader(
    int HeaderSize, int Width, int Height, bool TopDown, int Bits, int Colours, long Offset, uint Red, uint Green, uint Blue)
{
    public const int Core = 12;

    public static BmpHeader Read(ReadOnlySpan<byte> file)
    {
        if (file.Length < 26) throw new CaptureRefusedException(CaptureRule.BmpDamaged);
        var offset = BinaryPrimitives.ReadUInt32LittleEndian(file[10..]);
        var size = BinaryPrimitives.ReadUInt32LittleEndian(file[14..]);
        if (size == Core)
        {
            var core = new BmpHeader(
                Core, BinaryPrimitives.ReadUInt16LittleEndian(file[18..]), BinaryPrimitives.ReadUInt16LittleEndian(file[20..]), false,
                BinaryPrimitives.ReadUInt16LittleEndian(file[24..]), 0, offset, 0, 0, 0);
            return core.Bits is 1 or 4 or 8 or 24 ? core.Checked() : throw new CaptureRefusedException(CaptureRule.BmpDamaged);
        }

        if (size is not (40 or 52 or 56 or 108 or 124) || file.Length < 14 + size) throw new CaptureRefusedException(CaptureRule.BmpDamaged);
        var compression = BinaryPrimitives.ReadUInt32LittleEndian(file[30..]);
        if (compression is not (0 or 3 or 6)) throw new CaptureRefusedException(CaptureRule.BmpCompressed);
        var height = BinaryPrimitives.ReadInt32LittleEndian(file[22..]);
        var head = new BmpHeader(
            (int)size, BinaryPrimitives.ReadInt32LittleEndian(file[18..]), height == int.MinValue ? 0 : Math.Abs(height), height < 0,
            BinaryPrimitives.ReadUInt16LittleEndian(file[28..]), (int)Math.Min(BinaryPrimitives.ReadUInt32LittleEndian(file[46..]), 257), offset, 0, 0, 0);
        return head.WithMasks(file, compression).Checked();
    }

    private BmpHeader WithMasks(ReadOnlySpan<byte> file, uint compression)
    {
        if (compression == 0)
        {
            return Bits switch
            {
                16 => this with { Red = 0x7C00, Green = 0x03E0, Blue = 0x001F },
                32 => this with { Red = 0xFF0000, Green = 0xFF00, Blue = 0xFF },
                _ => this,
            };
        }

        if (Bits is not (16 or 32) || file.Length < 66) throw new CaptureRefusedException(CaptureRule.BmpDamaged);
        return this with
        {
            Red = BinaryPrimitives.ReadUInt32LittleEndian(file[54..]), Green = BinaryPrimitives.ReadUInt32LittleEndian(file[58..]),
            Blue = BinaryPrimitives.ReadUInt32LittleEndian(file[62..]),
        };
    }

    private BmpHeader Checked()
    {
        var deep = Bits is 16 or 32;
        return Width is > 0 and <= ushort.MaxValue && Height is > 0 and <= ushort.MaxValue && (Bits is 1 or 4 or 8 or 16 or 24 or 32)
            && (!deep || (Red != 0 && Green != 0 && Blue != 0))
            ? this
            : throw new CaptureRefusedException(CaptureRule.BmpDamaged);
    }
}
