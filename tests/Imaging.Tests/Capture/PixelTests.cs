using FellowOakDicom;
using Regional.TestKit;
using Regional.TestKit.Captures;

namespace Regional.Imaging.Tests.Capture;

/// <summary>R4.2.4-1: pixels come through unchanged, by DCMTK's judgement.</summary>
public sealed class PixelTests
{
    private const int Width = 37;
    private const int Height = 21;
    private static readonly byte[] Palette = [.. Enumerable.Range(0, 256).SelectMany(i => new[] { (byte)i, (byte)(255 - i), (byte)(i * 3) })];

    public static TheoryData<int, int, bool> Pngs
    {
        get
        {
            var all = new TheoryData<int, int, bool>();
            foreach (var (colour, depths) in new[] { (0, new[] { 1, 2, 4, 8, 16 }), (2, [8, 16]), (3, [1, 2, 4, 8]), (4, [8, 16]), (6, [8, 16]) })
            {
                foreach (var depth in depths)
                {
                    all.Add(colour, depth, false);
                    all.Add(colour, depth, true);
                }
            }

            return all;
        }
    }

    [SkippableTheory]
    [MemberData(nameof(Pngs))]
    public async Task A_png_of_any_kind(int colour, int depth, bool interlaced)
    {
        var max = (1 << depth) - 1;
        int Stored(int x, int y, int c) => (int)((x * 2654435761L + y * 40503L + c * 977L) >> 4 & 0xFFFF) & max;
        var palette = colour == 3 ? Palette[..(3 << depth)] : null;
        var file = PngBytes.Write(Width, Height, depth, colour, interlaced, Stored, palette, colour == 3 ? [10, 255, 0] : null);
        var grey = colour is 0 or 4;
        var bits = grey && depth == 16 ? 16 : 8;
        int OnWhite(long value, long alpha, long top) => (int)((value * alpha + top * (top - alpha) + top / 2) / top);
        int ToByte(int value) => (value * 255 + max / 2) / max;

        var expected = new List<int>();
        for (var y = 0; y < Height; y++)
        {
            for (var x = 0; x < Width; x++)
            {
                if (colour == 0) expected.Add(bits == 16 ? Stored(x, y, 0) : ToByte(Stored(x, y, 0)));
                else if (colour == 4) expected.Add(bits == 16 ? OnWhite(Stored(x, y, 0), Stored(x, y, 1), max) : OnWhite(Stored(x, y, 0), Stored(x, y, 1), 255));
                for (var c = 0; c < 3 && !grey; c++)
                {
                    var entry = Stored(x, y, 0);
                    expected.Add(colour switch
                    {
                        3 => OnWhite(Palette[entry * 3 + c], entry switch { 0 => 10, 2 => 0, _ => 255 }, 255),
                        2 => ToByte(Stored(x, y, c)),
                        _ => ToByte(OnWhite(Stored(x, y, c), Stored(x, y, 3), max)),
                    });
                }
            }
        }

        using var folder = new TempFolder();
        var path = await Captured.SaveAsync(folder.File("p.dcm"), file, Captured.Subject("OT"));
        (await Captured.SeenByDcmtkAsync(path, grey ? 1 : 3, bits)).ShouldBe(expected);
    }

    [SkippableTheory]
    [InlineData(1, false)]
    [InlineData(4, true)]
    [InlineData(8, false)]
    [InlineData(16, false)]
    [InlineData(24, false)]
    [InlineData(24, true)]
    [InlineData(32, false)]
    public async Task A_bitmap_of_any_kind(int bits, bool topDown)
    {
        var palette = bits <= 8 ? Enumerable.Range(0, 1 << bits).Select(i => (uint)(i * 0x010307 + 0x10)).ToArray() : null;
        uint Stored(int x, int y) => bits switch
        {
            <= 8 => (uint)(x * 3 + y) & ((1u << bits) - 1),
            16 => (uint)(x * 1001 + y * 77) & 0xFFFF,
            _ => (uint)(x * 70001 + y * 5003) & 0xFFFFFF,
        };
        var masks = bits == 16 ? (uint[])[0xF800, 0x07E0, 0x001F] : null;
        var expected = new List<int>();
        for (var y = 0; y < Height; y++)
        {
            for (var x = 0; x < Width; x++)
            {
                var value = palette is null ? Stored(x, y) : palette[Stored(x, y)];
                expected.AddRange(bits == 16
                    ? [(int)(((value >> 11) * 255 + 15) / 31), (int)((((value >> 5) & 63) * 255 + 31) / 63), (int)(((value & 31) * 255 + 15) / 31)]
                    : [(int)(value >> 16) & 255, (int)(value >> 8) & 255, (int)value & 255]);
            }
        }

        using var folder = new TempFolder();
        var path = await Captured.SaveAsync(folder.File("b.dcm"), BmpBytes.Write(Width, Height, bits, topDown, Stored, palette, masks), Captured.Subject("OT"));
        (await Captured.SeenByDcmtkAsync(path, 3, 8)).ShouldBe(expected);
    }

    [SkippableFact]
    public async Task A_frame_grabber_s_grey_palette_gives_a_grey_image()
    {
        var palette = Enumerable.Range(0, 256).Select(i => (uint)i * 0x010101).ToArray();
        using var folder = new TempFolder();
        var path = await Captured.SaveAsync(folder.File("g.dcm"), BmpBytes.Write(Width, Height, 8, false, (x, y) => (uint)(x * 5 + y), palette), Captured.Subject("US"));
        (await Captured.OpenAsync(path)).GetString(DicomTag.PhotometricInterpretation).ShouldBe("MONOCHROME2");
        var seen = await Captured.SeenByDcmtkAsync(path, 1, 8);
        seen.ShouldBe(Enumerable.Range(0, Width * Height).Select(i => i % Width * 5 + i / Width));
    }

    [SkippableFact]
    public async Task A_jpeg_stays_the_jpeg_that_it_was_and_loses_only_where_it_was_taken()
    {
        var file = new JpegBytes { Exif = (6, "2026:11:28 08:15:30") }.Write(48, 32, (x, y, _) => 20 + 30 * x + 9 * y);
        using var folder = new TempFolder();
        var path = await Captured.SaveAsync(folder.File("j.dcm"), file, Captured.Subject("XC"));
        var raw = await File.ReadAllBytesAsync(path);
        raw.AsSpan().IndexOf("GPS-SECRET"u8).ShouldBe(-1);
        // From the quantisation table on, nothing has changed.
        raw.AsSpan().IndexOf(file.AsSpan(file.AsSpan().IndexOf((ReadOnlySpan<byte>)[0xFF, 0xDB]))).ShouldBeGreaterThan(0);
        var data = await Captured.OpenAsync(path);
        data.GetString(DicomTag.LossyImageCompression).ShouldBe("01");
        data.GetString(DicomTag.ImageComments).ShouldBe("EXIF orientation 6");
        data.GetString(DicomTag.ContentTime).ShouldStartWith("081530");
        data.GetString(DicomTag.ManufacturerModelName).ShouldBe("PHONE-7");
        var seen = await Captured.SeenByDcmtkAsync(path, 1, 8);
        seen.ShouldBe(Enumerable.Range(0, 48 * 32).Select(i => 20 + 30 * (i % 48 / 8) + 9 * (i / 48 / 8)));
    }

    [SkippableFact]
    public async Task A_jpeg_in_rgb_says_so()
    {
        var file = new JpegBytes { Components = 3, Jfif = false, Adobe = 0 }.Write(24, 16, (x, y, c) => 30 + 40 * x + 10 * y + 60 * c);
        using var folder = new TempFolder();
        var path = await Captured.SaveAsync(folder.File("j.dcm"), file, Captured.Subject("OT"));
        (await Captured.OpenAsync(path)).GetString(DicomTag.PhotometricInterpretation).ShouldBe("RGB");
        var seen = await Captured.SeenByDcmtkAsync(path, 3, 8);
        seen.ShouldBe(Enumerable.Range(0, 24 * 16 * 3).Select(i => 30 + 40 * (i / 3 % 24 / 8) + 10 * (i / 3 / 24 / 8) + 60 * (i % 3)));
    }
}
