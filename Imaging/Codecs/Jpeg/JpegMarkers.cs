using System.Buffers.Binary;
using Regional.Imaging.Frames;

namespace Regional.Imaging.Codecs.Jpeg;

/// <summary>Marker codes (T.81 table B.1, T.87 §C.1) without their FF.</summary>
internal static class Marker
{
    public const byte Baseline = 0xC0;
    public const byte Extended = 0xC1;
    public const byte Lossless = 0xC3;
    public const byte HuffmanTables = 0xC4;
    public const byte JpegLsFrame = 0xF7;
    public const byte JpegLsPreset = 0xF8;
    public const byte ImageStart = 0xD8;
    public const byte ImageEnd = 0xD9;
    public const byte ScanStart = 0xDA;
    public const byte QuantisationTables = 0xDB;
    public const byte RestartInterval = 0xDD;
    public const byte Adobe = 0xEE;

    public static bool IsRestart(byte code) => code is >= 0xD0 and <= 0xD7;

    public static bool HasNoBody(byte code) => IsRestart(code) || code is ImageStart or ImageEnd or 0x01;

    public static bool IsFrame(byte code) => code is >= 0xC0 and <= 0xCF and not (HuffmanTables or 0xC8 or 0xCC) or JpegLsFrame;
}

/// <summary>Goes through the marker segments of a JPEG or JPEG-LS stream.</summary>
internal ref struct MarkerReader(ReadOnlySpan<byte> data)
{
    private readonly ReadOnlySpan<byte> _data = data;
    private int _at;

    /// <summary>The next segment; false at the end of the data or where no marker stands.</summary>
    public bool TryNext(out byte code, out ReadOnlySpan<byte> body)
    {
        code = 0;
        body = default;
        if (_at >= _data.Length || _data[_at] != 0xFF) return false;
        while (_at < _data.Length && _data[_at] == 0xFF) _at++;
        if (_at >= _data.Length) return false;
        code = _data[_at++];
        if (code == 0) return false;
        if (Marker.HasNoBody(code)) return true;
        if (_data.Length - _at < 2) return false;
        var length = BinaryPrimitives.ReadUInt16BigEndian(_data[_at..]);
        if (length < 2 || length > _data.Length - _at) return false;
        body = _data.Slice(_at + 2, length - 2);
        _at += length;
        return true;
    }

    /// <summary>The entropy-coded bytes from here to the next marker that is no restart.</summary>
    /// <param name="firstMarker">Lowest byte that makes a marker after FF: 01 in JPEG (00 is stuffing), 80 in JPEG-LS.</param>
    public ReadOnlySpan<byte> TakeScan(byte firstMarker)
    {
        var start = _at;
        while (true)
        {
            _at += SegmentLength(_data[_at..], firstMarker);
            if (_at + 1 >= _data.Length || !Marker.IsRestart(_data[_at + 1])) break;
            _at += 2;
        }
        return _data[start.._at];
    }

    /// <summary>Bytes before the first marker.</summary>
    public static int SegmentLength(ReadOnlySpan<byte> data, byte firstMarker)
    {
        var at = 0;
        while (true)
        {
            var next = data[at..].IndexOf((byte)0xFF);
            if (next < 0) return data.Length;
            at += next;
            if (at + 1 >= data.Length || data[at + 1] >= firstMarker) return at;
            at += 2;
        }
    }

    /// <summary>Cuts the first restart interval off a scan.</summary>
    public static ReadOnlySpan<byte> NextInterval(scoped ref ReadOnlySpan<byte> scan, byte firstMarker)
    {
        var length = SegmentLength(scan, firstMarker);
        var interval = scan[..length];
        scan = scan[Math.Min(scan.Length, length + 2)..];
        return interval;
    }

    public static int CountIntervals(ReadOnlySpan<byte> scan, byte firstMarker)
    {
        var count = 1;
        while (true)
        {
            var length = SegmentLength(scan, firstMarker);
            if (length + 2 > scan.Length) return count;
            count++;
            scan = scan[(length + 2)..];
        }
    }
}

/// <summary>One component of a frame header.</summary>
internal readonly record struct JpegComponent(byte Id, int Horizontal, int Vertical, int Table);

/// <summary>A frame header (T.81 §B.2.2).</summary>
internal sealed record JpegFrame(byte Process, int Precision, int Rows, int Columns, JpegComponent[] Components)
{
    public const int MaxComponents = 4;

    public bool IsSampledEvenly => Array.TrueForAll(Components, c => c.Horizontal == Components[0].Horizontal && c.Vertical == Components[0].Vertical);

    /// <summary>Null when the segment is damaged.</summary>
    public static JpegFrame? Read(byte process, ReadOnlySpan<byte> body)
    {
        if (body.Length < 6 || body[5] is 0 or > MaxComponents || body.Length != 6 + 3 * body[5]) return null;
        var components = new JpegComponent[body[5]];
        for (var i = 0; i < components.Length; i++)
        {
            var at = body[(6 + 3 * i)..];
            components[i] = new(at[0], at[1] >> 4, at[1] & 15, at[2]);
            if (components[i].Horizontal is < 1 or > 4 || components[i].Vertical is < 1 or > 4) return null;
        }
        return new(process, body[0], BinaryPrimitives.ReadUInt16BigEndian(body[1..]), BinaryPrimitives.ReadUInt16BigEndian(body[3..]), components);
    }

    public int IndexOf(byte id) => Array.FindIndex(Components, component => component.Id == id);

    public bool Fits(PixelShape shape) =>
        Rows == shape.Rows && Columns == shape.Columns && Components.Length == shape.SamplesPerPixel && Precision <= shape.BitsAllocated && shape.BitsAllocated <= 16;

    /// <summary>The problem that the stream's frame header makes with this shape; takes no memory worth naming.</summary>
    public static CodecProblem Check(ReadOnlySpan<byte> encoded, PixelShape shape, Func<JpegFrame, bool> isSupported)
    {
        var reader = new MarkerReader(encoded);
        if (!reader.TryNext(out var code, out var body) || code != Marker.ImageStart) return CodecProblem.Malformed;
        while (reader.TryNext(out code, out body))
        {
            if (code is Marker.ScanStart or Marker.ImageEnd) return CodecProblem.Malformed;
            if (!Marker.IsFrame(code)) continue;
            if (Read(code, body) is not { } frame) return CodecProblem.Malformed;
            if (!isSupported(frame)) return CodecProblem.Unsupported;
            return frame.Fits(shape) ? CodecProblem.None : CodecProblem.ShapeMismatch;
        }
        return CodecProblem.Truncated;
    }
}

/// <summary>A scan header (T.81 §B.2.3, T.87 §C.2.3).</summary>
/// <param name="Components">Indexes into the frame's components.</param>
/// <param name="Tables">The table selector byte of each.</param>
/// <param name="First">Ss: the predictor in lossless JPEG, NEAR in JPEG-LS.</param>
/// <param name="Last">Se: the interleave mode in JPEG-LS.</param>
/// <param name="Transform">The point transform, low four bits of the last byte.</param>
internal sealed record JpegScan(int[] Components, byte[] Tables, int First, int Last, int Transform)
{
    public static JpegScan? Read(JpegFrame frame, ReadOnlySpan<byte> body)
    {
        if (body.Length < 1 || body[0] is 0 or > JpegFrame.MaxComponents || body.Length != 4 + 2 * body[0]) return null;
        var components = new int[body[0]];
        var tables = new byte[body[0]];
        for (var i = 0; i < components.Length; i++)
        {
            components[i] = frame.IndexOf(body[1 + 2 * i]);
            if (components[i] < 0 || Array.IndexOf(components, components[i]) != i) return null;
            tables[i] = body[2 + 2 * i];
        }
        var end = body[(1 + 2 * components.Length)..];
        return new(components, tables, end[0], end[1], end[2] & 15);
    }
}
