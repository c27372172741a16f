using System.Buffers.Binary;
using Regional.Imaging.Capture;
using Regional.TestKit.Captures;

namespace Regional.Imaging.Tests.Capture;

/// <summary>R4.2.4-1, proof.md 8: a file that cannot be taken is refused with its reason, costs no memory and crashes nothing.</summary>
public sealed class HostileFileTests
{
    private static readonly byte[] Png = PngBytes.Write(64, 64, 8, 2, false, (x, y, c) => x ^ y ^ c);

    public static TheoryData<string, byte[]> Refused => new()
    {
        { CaptureRule.Empty, [] },
        { CaptureRule.UnknownType, "GIF89a............"u8.ToArray() },
        { CaptureRule.UnknownType, "MZ\u0090 an executable"u8.ToArray() },
        { CaptureRule.UnknownType, "<html><script>alert(1)</script>"u8.ToArray() },
        { CaptureRule.AlreadyDicom, [.. new byte[128], .. "DICM"u8] },
        { CaptureRule.Heic, [0, 0, 0, 24, .. "ftypheic"u8, 0, 0, 0, 0, .. "mif1"u8] },
        { CaptureRule.JpegProgressive, new JpegBytes { FrameMarker = 0xC2 }.Write(16, 16, (_, _, _) => 9) },
        { CaptureRule.JpegProcess, new JpegBytes { FrameMarker = 0xC3 }.Write(16, 16, (_, _, _) => 9) },
        { CaptureRule.JpegProcess, new JpegBytes { FrameMarker = 0xC9 }.Write(16, 16, (_, _, _) => 9) },
        { CaptureRule.JpegPrecision, new JpegBytes { FrameMarker = 0xC1, Precision = 12 }.Write(16, 16, (_, _, _) => 9) },
        { CaptureRule.JpegColours, new JpegBytes { Components = 4, Adobe = 2 }.Write(16, 16, (_, _, _) => 9) },
        { CaptureRule.JpegDamaged, new JpegBytes().Write(16, 0, (_, _, _) => 9) },
        { CaptureRule.JpegDamaged, new JpegBytes().Write(64, 64, (x, _, _) => x)[..^9] },
        { CaptureRule.JpegDamaged, [0xFF, 0xD8, 0xFF, 0xD9] },
        { CaptureRule.JpegDamaged, [0xFF, 0xD8, 0xFF, 0xE0, 0xFF, 0xFF] },
        { CaptureRule.PngDamaged, Png[..^40] },
        { CaptureRule.PngDamaged, Changed(Png, Png.Length / 2) },
        { CaptureRule.PngDamaged, Changed(Png, 24) },
        { CaptureRule.BmpDamaged, BmpBytes.Write(64, 64, 24, false, (_, _) => 7)[..^8] },
        { CaptureRule.BmpCompressed, With(BmpBytes.Write(8, 8, 8, false, (_, _) => 0, new uint[256]), 30, 1) },
        { CaptureRule.PdfDamaged, "%PDF-1.4 nothing more"u8.ToArray() },
        { CaptureRule.PdfEncrypted, PdfBytes.Write(trailer: "/Encrypt 8 0 R") },
        { CaptureRule.PdfActive, PdfBytes.Write("/OpenAction<</S/JavaScript/JS(app.alert(1))>>") },
        { CaptureRule.PdfActive, PdfBytes.Write("/OpenAction<</S/J#61vaScript/J#53(x)>>") },
        { CaptureRule.PdfActive, PdfBytes.Write("/OpenAction<</S/Launch/F(cmd.exe)>>") },
        { CaptureRule.PdfActive, PdfBytes.Write("/Names<</EmbeddedFiles 9 0 R>>") },
        { CaptureRule.PdfActive, PdfBytes.WithObjectStream("1 0 <</S/JavaScript/JS(x)>>") },
        { CaptureRule.PdfActive, PdfBytes.WithObjectStream("1 0 <</JS 7 0 R>>") },
        { CaptureRule.PdfOpaque, PdfBytes.WithObjectStream("1 0 <</A/B>>", "/Filter[/ASCIIHexDecode/FlateDecode]") },
        { CaptureRule.PdfOpaque, PdfBytes.WithObjectStream("1 0 <</A/B>>", "/F#69lter/FlateDecode") },
        { CaptureRule.VideoFragmented, new Mp4Bytes { Fragmented = true }.Write() },
        { CaptureRule.VideoTracks, new Mp4Bytes { VideoTracks = 2 }.Write() },
        { CaptureRule.VideoTracks, new Mp4Bytes { VideoTracks = 0 }.Write() },
        { CaptureRule.VideoTracks, new Mp4Bytes { SoundCodec = "ac-3" }.Write() },
        { CaptureRule.VideoCodec, With(new Mp4Bytes().Write(), "avc1\0\0\0\0"u8, "mp4v\0\0\0\0"u8) },
        { CaptureRule.VideoDamaged, new Mp4Bytes().Write()[..^5] },
        { CaptureRule.VideoDamaged, new Mp4Bytes { ChunkOffset = 0x7FFFFFFF }.Write() },
        { CaptureRule.VideoDamaged, new Mp4Bytes { Frames = 0 }.Write() },
        { CaptureRule.VideoDamaged, new Mp4Bytes { Width = 0 }.Write() },
        { CaptureRule.VideoProfile, new Mp4Bytes { Codec = "hvc1", Level = (4, 0, 120) }.Write() },
        { CaptureRule.VideoProfile, new Mp4Bytes { Codec = "hev1", Level = (2, 0, 153) }.Write() },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public void Is_refused_with_its_reason(string rule, byte[] file) => Captured.RuleOf(file).ShouldBe(rule);

    [Fact]
    public void Every_reason_has_words_in_both_languages()
    {
        foreach (var rule in CaptureRule.All)
        {
            var (chinese, english) = CaptureRule.TextOf(rule);
            chinese.ShouldNotBeEmpty();
            english.ShouldNotBeEmpty();
        }

        typeof(CaptureRule).GetFields().Select(f => (string)f.GetRawConstantValue()!).Order().ShouldBe(CaptureRule.All.Order());
    }

    [Fact]
    public void A_bomb_is_known_by_its_header()
    {
        var bomb = PngBytes.Write(8, 8, 8, 2, false, (_, _, _) => 0);
        BinaryPrimitives.WriteInt32BigEndian(bomb.AsSpan(16), 60_000);
        BinaryPrimitives.WriteInt32BigEndian(bomb.AsSpan(20), 60_000);
        // Its header's CRC with it.
        var crc = uint.MaxValue;
        foreach (var each in bomb.AsSpan(12, 17))
        {
            crc ^= each;
            for (var bit = 0; bit < 8; bit++) crc = (crc >> 1) ^ (0xEDB88320 & (uint)-(int)(crc & 1));
        }

        BinaryPrimitives.WriteUInt32BigEndian(bomb.AsSpan(29), ~crc);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Captured.RuleOf(bomb).ShouldBe(CaptureRule.TooManyPixels);
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(1 << 20);
    }

    [Fact]
    public void A_packed_object_stream_that_does_not_end_is_not_unpacked_to_its_end() =>
        Captured.RuleOf(PdfBytes.WithObjectStream(new string(' ', 70 << 20))).ShouldBe(CaptureRule.PdfOpaque);

    [Fact]
    public void A_file_over_its_kind_s_bound_is_not_read() =>
        Captured.RuleOf(Png, new CaptureLimits { MaxPicture = 1000 }).ShouldBe(CaptureRule.TooLarge);

    [Fact]
    public void Seeded_damage_of_every_kind_ends_in_an_object_or_a_reason()
    {
        byte[][] files =
        [
            Png, PngBytes.Write(30, 30, 4, 3, true, (x, y, _) => (x + y) & 15, [.. Enumerable.Range(0, 48).Select(i => (byte)i)]),
            BmpBytes.Write(30, 30, 24, false, (x, y) => (uint)(x * y)), BmpBytes.Write(30, 30, 8, false, (x, _) => (uint)x, new uint[256]),
            new JpegBytes { Components = 3, Exif = (3, "2026:01:01 00:00:00") }.Write(40, 40, (x, y, c) => x + y + c), PdfBytes.Write(),
            PdfBytes.WithObjectStream("1 0 <</A/B>>"), new Mp4Bytes { SoundCodec = "mp4a" }.Write(), new Mp4Bytes { Codec = "hvc1", Level = (1, 0, 90) }.Write(),
        ];
        var random = new Random(424);
        var limits = new CaptureLimits { MaxPixels = 1_000_000 };
        for (var round = 0; round < 4000; round++)
        {
            var file = (byte[])files[round % files.Length].Clone();
            for (var i = random.Next(1, 6); i > 0; i--) file[random.Next(file.Length)] = (byte)random.Next(256);
            if (round % 7 == 0) file = file[..random.Next(file.Length)];
            Captured.Convert(file, limits: limits).Result.ShouldNotBeNull();
        }
    }

    private static byte[] Changed(byte[] file, int at)
    {
        var changed = (byte[])file.Clone();
        changed[at] ^= 0x55;
        return changed;
    }

    private static byte[] With(byte[] file, int at, byte value)
    {
        file[at] = value;
        return file;
    }

    private static byte[] With(byte[] file, ReadOnlySpan<byte> old, ReadOnlySpan<byte> value)
    {
        value.CopyTo(file.AsSpan(file.AsSpan().LastIndexOf(old)));
        return file;
    }
}
