using System.Buffers.Binary;
using System.IO.Compression;

namespace Regional.Imaging.Capture.Stills;

/// <summary>
/// Unpacks a PNG (ISO/IEC 15948) of any colour type, depth and interlace. Transparent parts become white, as on paper; colour of 16 bits becomes 8,
/// grey of 16 bits stays. Memory is bounded by the header, checked before anything is unpacked.
/// </summary>
internal static class PngPicture
{
    private static readonly (int X, int Y, int StepX, int StepY)[] Passes =
        [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)];

    /// <exception cref="CaptureRefusedException">Damaged, or too many pixels.</exception>
    public static Raster Read(Stream file, CaptureLimits limits)
    {
        using var chunks = new PngChunks(file);
        var header = chunks.Header;
        if (header.Colour == 3 && chunks.Palette.Length == 0) throw new CaptureRefusedException(CaptureRule.PngDamaged);
        var samples = header.Colour is 0 or 4 ? 1 : 3;
        var bits = samples == 1 && header.Bits == 16 ? 16 : 8;
        var pixels = Raster.Room(header.Width, header.Height, samples * bits / 8, limits);
        var painter = new PngPainter(header, chunks.Palette, chunks.Transparency, pixels, samples, bits);
        try
        {
            using var inflated = new ZLibStream(chunks, CompressionMode.Decompress);
            foreach (var (x, y, stepX, stepY) in header.Interlaced ? Passes : [(0, 0, 1, 1)])
                Pass(inflated, header, painter, x, y, stepX, stepY);
            // To the end of the last chunk, so that its check sums are looked at too.
            inflated.ReadByte();
            chunks.CopyTo(Stream.Null);
        }
        catch (InvalidDataException)
        {
            throw new CaptureRefusedException(CaptureRule.PngDamaged);
        }

        return new Raster(header.Width, header.Height, samples, bits, pixels);
    }

    private static void Pass(ZLibStream inflated, PngHeader header, PngPainter painter, int x, int y, int stepX, int stepY)
    {
        var width = (header.Width - x + stepX - 1) / stepX;
        if (width <= 0) return;
        var length = header.RowBytes(width);
        var back = Math.Max(1, header.Channels * header.Bits / 8);
        var (row, above) = (new byte[length + 1], new byte[length + 1]);
        for (var line = y; line < header.Height; line += stepY)
        {
            if (inflated.ReadAtLeast(row, row.Length, throwOnEndOfStream: false) < row.Length) throw new CaptureRefusedException(CaptureRule.PngDamaged);
            Unfilter(row[0], row.AsSpan(1), above.AsSpan(1), back);
            painter.Row(row.AsSpan(1), width, line, x, stepX);
            (row, above) = (above, row);
        }
    }

    /// <summary>§9.2.</summary>
    private static void Unfilter(byte filter, Span<byte> row, ReadOnlySpan<byte> above, int back)
    {
        switch (filter)
        {
            case 0:
                break;
            case 1:
                for (var i = back; i < row.Length; i++) row[i] += row[i - back];
                break;
            case 2:
                for (var i = 0; i < row.Length; i++) row[i] += above[i];
                break;
            case 3:
                for (var i = 0; i < row.Length; i++) row[i] += (byte)(((i < back ? 0 : row[i - back]) + above[i]) / 2);
                break;
            case 4:
                for (var i = 0; i < row.Length; i++) row[i] += i < back ? above[i] : Paeth(row[i - back], above[i], above[i - back]);
                break;
            default:
                throw new CaptureRefusedException(CaptureRule.PngDamaged);
        }
    }

    private static byte Paeth(int left, int up, int corner)
    {
        var (toLeft, toUp, toCorner) = (Math.Abs(up - corner), Math.Abs(left - corner), Math.Abs(left + up - 2 * corner));
        return (byte)(toLeft <= toUp && toLeft <= toCorner ? left : toUp <= toCorner ? up : corner);
    }
}

/// <summary>Puts unfiltered rows into the picture.</summary>
internal sealed class PngPainter(PngHeader header, byte[] palette, byte[] transparency, byte[] pixels, int samples, int bits)
{
    private readonly int[]? _clear = header.Colour switch
    {
        0 when transparency.Length >= 2 => [BinaryPrimitives.ReadUInt16BigEndian(transparency)],
        2 when transparency.Length >= 6 =>
        [
            BinaryPrimitives.ReadUInt16BigEndian(transparency), BinaryPrimitives.ReadUInt16BigEndian(transparency.AsSpan(2)),
            BinaryPrimitives.ReadUInt16BigEndian(transparency.AsSpan(4)),
        ],
        _ => null,
    };

    private readonly int _max = (1 << header.Bits) - 1;

    public void Row(ReadOnlySpan<byte> row, int width, int line, int x, int step)
    {
        Span<int> stored = stackalloc int[4];
        var at = ((long)line * header.Width + x) * samples * bits / 8;
        for (var pixel = 0; pixel < width; pixel++, at += (long)step * samples * bits / 8)
        {
            for (var channel = 0; channel < header.Channels; channel++) stored[channel] = Sample(row, pixel * header.Channels + channel);
            Paint(stored, pixels.AsSpan((int)at));
        }
    }

    private void Paint(ReadOnlySpan<int> stored, Span<byte> target)
    {
        switch (header.Colour)
        {
            case 3:
                var entry = stored[0];
                if (entry * 3 + 2 >= palette.Length) throw new CaptureRefusedException(CaptureRule.PngDamaged);
                var alpha = entry < transparency.Length ? transparency[entry] : 255;
                for (var i = 0; i < 3; i++) target[i] = (byte)OnWhite(palette[entry * 3 + i], alpha, 255, 255);
                break;
            case 0:
                Grey(target, _clear is [var clear] && clear == stored[0] ? _max : stored[0]);
                break;
            case 4:
                Grey(target, OnWhite(stored[0], stored[1], _max, _max));
                break;
            default:
                var isClear = _clear is [var red, var green, var blue] && red == stored[0] && green == stored[1] && blue == stored[2];
                var opacity = header.Colour == 6 ? stored[3] : isClear ? 0 : _max;
                for (var i = 0; i < 3; i++) target[i] = ToByte(OnWhite(stored[i], opacity, _max, _max));
                break;
        }
    }

    private void Grey(Span<byte> target, int value)
    {
        if (bits == 16) BinaryPrimitives.WriteUInt16LittleEndian(target, (ushort)value);
        else target[0] = ToByte(value);
    }

    private byte ToByte(int value) => (byte)(_max == 255 ? value : (value * 255L + _max / 2) / _max);

    private static int OnWhite(int value, int alpha, int alphaMax, int white) =>
        alpha == alphaMax ? value : (int)(((long)value * alpha + (long)white * (alphaMax - alpha) + alphaMax / 2) / alphaMax);

    private int Sample(ReadOnlySpan<byte> row, int index) => header.Bits switch
    {
        8 => row[index],
        16 => BinaryPrimitives.ReadUInt16BigEndian(row[(index * 2)..]),
        _ => (row[index * header.Bits / 8] >> (8 - header.Bits - index * header.Bits % 8)) & _max,
    };
}
