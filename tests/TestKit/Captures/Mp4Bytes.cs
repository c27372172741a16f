using System.Buffers.Binary;
using System.Text;

namespace Regional.TestKit.Captures;

/// <summary>Writes MP4 containers whose tables are right and whose pictures are seeded noise: enough for whoever keeps a container whole.</summary>
public sealed class Mp4Bytes
{
    public string Codec { get; init; } = "avc1";

    /// <summary>AVC: profile, constraint flags, level. HEVC: profile, tier flag, level.</summary>
    public (byte Profile, byte Flags, byte Level) Level { get; init; } = (100, 0, 40);

    public int Width { get; init; } = 640;

    public int Height { get; init; } = 480;

    public int Frames { get; init; } = 30;

    public int FramesASecond { get; init; } = 25;

    public int VideoTracks { get; init; } = 1;

    public string? SoundCodec { get; init; }

    public bool Fragmented { get; init; }

    public bool Turned { get; init; }

    /// <summary>Where chunks are said to stand, instead of where they do.</summary>
    public uint? ChunkOffset { get; init; }

    public byte[] Write()
    {
        var media = new byte[Frames * 50];
        new Random(5).NextBytes(media);
        byte[] type = Box("ftyp", [.. "isom"u8, 0, 0, 2, 0, .. "isomiso2avc1mp41"u8]);
        var mediaBox = Box("mdat", media);
        List<byte[]> tracks = [];
        for (var i = 0; i < VideoTracks; i++) tracks.Add(Track((uint)(i + 1), "vide", Visual(), (uint)type.Length + 8));
        if (SoundCodec is { } sound) tracks.Add(Track(9, "soun", Box(sound, new byte[28]), (uint)type.Length + 8));
        var movie = Box("moov", [.. Box("mvhd", new byte[100]), .. tracks.SelectMany(t => t), .. Fragmented ? Box("mvex", Box("trex", new byte[24])) : []]);
        return [.. type, .. mediaBox, .. movie];
    }

    private static byte[] Box(string type, params byte[][] parts)
    {
        var length = 8 + parts.Sum(p => p.Length);
        return [.. Number((uint)length), .. Encoding.ASCII.GetBytes(type), .. parts.SelectMany(p => p)];
    }

    private static byte[] Number(uint value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        return bytes;
    }

    private static byte[] Numbers(params uint[] values) => [.. values.SelectMany(Number)];

    private byte[] Track(uint id, string handler, byte[] entry, uint at)
    {
        var header = new byte[84];
        Number(id).CopyTo(header, 12);
        foreach (var (offset, value) in Turned ? [(44, 0x10000), (52, -0x10000), (72, 0x40000000)] : new[] { (40, 0x10000), (56, 0x10000), (72, 0x40000000) })
            Number((uint)value).CopyTo(header, offset);
        var table = Box("stbl",
            Box("stsd", Numbers(0, 1), entry),
            Box("stts", Numbers(0, 1, (uint)Frames, (uint)(1000 / FramesASecond))),
            Box("stsc", Numbers(0, 1, 1, (uint)Frames, 1)),
            Box("stsz", Numbers(0, 50, (uint)Frames)),
            Box("stco", Numbers(0, 1, ChunkOffset ?? at)));
        return Box("trak",
            Box("tkhd", header),
            Box("mdia",
                Box("mdhd", Numbers(0, 0, 0, 1000, (uint)(Frames * 1000 / FramesASecond), 0)),
                Box("hdlr", [.. Numbers(0, 0), .. Encoding.ASCII.GetBytes(handler), .. new byte[13]]),
                Box("minf", Box("dinf", Box("dref", Numbers(0, 1), Box("url ", Numbers(1)))), table)));
    }

    private byte[] Visual()
    {
        var fields = new byte[78];
        BinaryPrimitives.WriteUInt16BigEndian(fields.AsSpan(24), (ushort)Width);
        BinaryPrimitives.WriteUInt16BigEndian(fields.AsSpan(26), (ushort)Height);
        var (profile, flags, level) = Level;
        if (Codec == "avc1")
        {
            byte[] set = [0x67, profile, flags, level, 0xAC];
            return Box("avc1", fields, Box("avcC", [1, profile, flags, level, 0xFF, 0xE1, 0, (byte)set.Length, .. set, 1, 0, 2, 0x68, 0xEE]));
        }

        var configuration = new byte[23];
        (configuration[0], configuration[1], configuration[12]) = (1, (byte)(flags | profile), level);
        (configuration[16], configuration[17], configuration[18]) = (0xFD, (byte)(0xF8 | (profile == 2 ? 2 : 0)), (byte)(0xF8 | (profile == 2 ? 2 : 0)));
        return Box(Codec, fields, Box("hvcC", configuration));
    }
}
