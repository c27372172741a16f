using System.Buffers.Binary;
using System.Text;

namespace Regional.Imaging.Capture.Stills;

/// <summary>
/// The chunks of a PNG (ISO/IEC 15948 §5): the header and palette, then the bytes of its IDAT chunks as one stream. Every chunk that matters has its
/// CRC checked; what comes after the image is not read.
/// </summary>
internal sealed class PngChunks : Stream
{
    private const int MaxAside = 1 << 20;
    private static readonly uint[] CrcTable = MakeTable();

    private readonly Stream _file;
    private uint _left;
    private uint _crc;

    public PngChunks(Stream file)
    {
        _file = file;
        Span<byte> signature = stackalloc byte[8];
        Fill(signature);
        ReadUntilImage();
    }

    public PngHeader Header { get; private set; }

    /// <summary>Red, green, blue of each entry; empty without palette.</summary>
    public byte[] Palette { get; private set; } = [];

    /// <summary>tRNS: alpha of palette entries, or the one colour that is transparent.</summary>
    public byte[] Transparency { get; private set; } = [];

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Bytes of the image data; 0 at the end of its last chunk.</summary>
    public override int Read(Span<byte> buffer)
    {
        while (_left == 0)
        {
            EndChunk();
            var (length, type) = BeginChunk();
            if (type != "IDAT") return 0;
            _left = length;
        }

        var read = _file.Read(buffer[..(int)Math.Min((uint)buffer.Length, _left)]);
        if (read == 0) throw Damaged();
        _crc = Crc(_crc, buffer[..read]);
        _left -= (uint)read;
        return read;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private static CaptureRefusedException Damaged() => new(CaptureRule.PngDamaged);

    private void ReadUntilImage()
    {
        var first = true;
        while (true)
        {
            var (length, type) = BeginChunk();
            if (first != (type == "IHDR")) throw Damaged();
            first = false;
            if (type == "IDAT")
            {
                _left = length;
                return;
            }

            if (type == "IEND" || length > int.MaxValue) throw Damaged();
            if (type is not ("IHDR" or "PLTE" or "tRNS"))
            {
                // A critical chunk that we do not know (§5.4) changes what the picture is.
                if (char.IsAsciiLetterUpper(type[0])) throw Damaged();
                Pass(length);
                continue;
            }

            if (length > MaxAside) throw Damaged();
            var body = new byte[length];
            Fill(body);
            _crc = Crc(_crc, body);
            EndChunk();
            Keep(type, body);
        }
    }

    private void Keep(string type, byte[] body)
    {
        switch (type)
        {
            case "IHDR":
                Header = PngHeader.Read(body) ?? throw Damaged();
                break;
            case "PLTE":
                Palette = body.Length is > 0 and <= 768 && body.Length % 3 == 0 ? body : throw Damaged();
                break;
            default:
                Transparency = body;
                break;
        }
    }

    private (uint Length, string Type) BeginChunk()
    {
        Span<byte> head = stackalloc byte[8];
        Fill(head);
        _crc = Crc(uint.MaxValue, head[4..]);
        foreach (var letter in head[4..])
        {
            if (!char.IsAsciiLetter((char)letter)) throw Damaged();
        }

        return (BinaryPrimitives.ReadUInt32BigEndian(head), Encoding.ASCII.GetString(head[4..]));
    }

    private void EndChunk()
    {
        Span<byte> crc = stackalloc byte[4];
        Fill(crc);
        if (BinaryPrimitives.ReadUInt32BigEndian(crc) != ~_crc) throw Damaged();
    }

    /// <summary>Chunks beside the picture: their content and CRC are of no concern.</summary>
    private void Pass(uint length)
    {
        if (_file.Position + length + 4 > _file.Length) throw Damaged();
        _file.Position += length + 4;
    }

    private void Fill(Span<byte> buffer)
    {
        if (_file.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false) < buffer.Length) throw Damaged();
    }

    private static uint Crc(uint crc, ReadOnlySpan<byte> bytes)
    {
        foreach (var each in bytes) crc = CrcTable[(crc ^ each) & 0xFF] ^ (crc >> 8);
        return crc;
    }

    private static uint[] MakeTable()
    {
        var table = new uint[256];
        for (var n = 0u; n < 256; n++)
        {
            var c = n;
            for (var k = 0; k < 8; k++) c = (c & 1) != 0 ? 0xEDB88320 ^ (c >> 1) : c >> 1;
            table[n] = c;
        }

        return table;
    }
}

/// <summary>IHDR.</summary>
/// <param name="Colour">0 grey, 2 RGB, 3 palette, 4 grey with alpha, 6 RGB with alpha.</param>
internal readonly record struct PngHeader(int Width, int Height, int Bits, int Colour, bool Interlaced)
{
    /// <summary>Samples a pixel as stored.</summary>
    public int Channels => Colour switch { 0 or 3 => 1, 4 => 2, 2 => 3, _ => 4 };

    /// <summary>Null when no decoder may take it (table 11.1).</summary>
    public static PngHeader? Read(ReadOnlySpan<byte> body)
    {
        if (body.Length != 13) return null;
        var (width, height) = (BinaryPrimitives.ReadUInt32BigEndian(body), BinaryPrimitives.ReadUInt32BigEndian(body[4..]));
        var (bits, colour) = (body[8], body[9]);
        var depth = colour switch
        {
            0 => bits is 1 or 2 or 4 or 8 or 16,
            3 => bits is 1 or 2 or 4 or 8,
            2 or 4 or 6 => bits is 8 or 16,
            _ => false,
        };
        return depth && width is > 0 and <= ushort.MaxValue && height is > 0 and <= ushort.MaxValue && body[10] == 0 && body[11] == 0 && body[12] <= 1
            ? new PngHeader((int)width, (int)height, bits, colour, body[12] == 1)
            : null;
    }

    /// <summary>Bytes of a row of so many pixels, without its filter byte.</summary>
    public int RowBytes(int pixels) => (pixels * Channels * Bits + 7) / 8;
}
