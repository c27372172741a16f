using System.Buffers;

namespace Regional.Imaging.Frames;

/// <summary>
/// Where each frame of an instance stands in its record's data: computed once when the instance is indexed, so that serving a frame
/// needs neither parsing nor the rest of the object. Stored in the index as a few bytes.
/// </summary>
public sealed class FrameMap
{
    private const byte Version = 1;
    private readonly ByteRange _native;
    private readonly long _frameLength;
    private readonly ByteRange[][]? _fragments;

    private FrameMap(int count, ByteRange native, long frameLength, ByteRange[][]? fragments) =>
        (Count, _native, _frameLength, _fragments) = (count, native, frameLength, fragments);

    /// <summary>No frame can be served by position: no pixel data, or its structure is not understood.</summary>
    public static FrameMap None { get; } = new(0, default, 0, null);

    /// <summary>Frames that can be served.</summary>
    public int Count { get; }

    public bool IsEncapsulated => _fragments is not null;

    internal static FrameMap Native(long offset, long frameLength, int count) =>
        new(count, new ByteRange(offset, frameLength * count), frameLength, null);

    internal static FrameMap Encapsulated(ByteRange[][] frames) => new(frames.Length, default, 0, frames);

    /// <summary>The pieces of frame <paramref name="number"/> (from 1), relative to the record's data. Several for a fragmented frame.</summary>
    public IReadOnlyList<ByteRange> Frame(int number)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(number, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(number, Count);
        return _fragments is null ? [new ByteRange(_native.Offset + (number - 1) * _frameLength, _frameLength)] : _fragments[number - 1];
    }

    /// <summary>The stored form: version, kind, then variable-length numbers; fragment offsets as distances.</summary>
    public byte[] Encode()
    {
        var bytes = new ArrayBufferWriter<byte>(32);
        bytes.Write([Version, (byte)(Count == 0 ? 0 : _fragments is null ? 1 : 2)]);
        if (Count == 0) return bytes.WrittenSpan.ToArray();
        Put(bytes, Count);
        if (_fragments is null)
        {
            Put(bytes, _native.Offset);
            Put(bytes, _frameLength);
            return bytes.WrittenSpan.ToArray();
        }
        long last = 0;
        foreach (var frame in _fragments)
        {
            Put(bytes, frame.Length);
            foreach (var piece in frame)
            {
                Put(bytes, piece.Offset - last);
                Put(bytes, piece.Length);
                last = piece.End;
            }
        }
        return bytes.WrittenSpan.ToArray();
    }

    /// <summary>Reads the stored form; anything not understood is <see cref="None"/>, so an old index only loses speed.</summary>
    public static FrameMap Decode(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < 2 || bytes[0] != Version || bytes[1] == 0) return None;
        var kind = bytes[1];
        bytes = bytes[2..];
        var count = (int)Take(ref bytes);
        if (kind == 1) return Native(Take(ref bytes), Take(ref bytes), count);
        var frames = new ByteRange[count][];
        long last = 0;
        for (var i = 0; i < count; i++)
        {
            var pieces = new ByteRange[(int)Take(ref bytes)];
            for (var k = 0; k < pieces.Length; k++)
            {
                pieces[k] = new ByteRange(last + Take(ref bytes), Take(ref bytes));
                last = pieces[k].End;
            }
            frames[i] = pieces;
        }
        return Encapsulated(frames);
    }

    private static void Put(ArrayBufferWriter<byte> bytes, long value)
    {
        // Offset tables may point backwards: zigzag keeps small distances small in both directions.
        var rest = (ulong)((value << 1) ^ (value >> 63));
        Span<byte> one = stackalloc byte[1];
        while (rest >= 0x80)
        {
            one[0] = (byte)(rest | 0x80);
            bytes.Write(one);
            rest >>= 7;
        }
        one[0] = (byte)rest;
        bytes.Write(one);
    }

    private static long Take(ref ReadOnlySpan<byte> bytes)
    {
        ulong value = 0;
        var shift = 0;
        while (true)
        {
            var b = bytes[0];
            bytes = bytes[1..];
            value |= (ulong)(b & 0x7F) << shift;
            if ((b & 0x80) == 0) return (long)(value >> 1) ^ -(long)(value & 1);
            shift += 7;
        }
    }
}
