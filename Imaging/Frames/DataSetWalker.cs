using System.Buffers.Binary;

namespace Regional.Imaging.Frames;

/// <summary>
/// Walks a data set by tags and lengths, without recursion and without keeping values: it finds the pixel data and refuses, before any
/// general parser sees the bytes, lengths beyond the end, absurd depth and absurd counts (design §5.1). Explicit and implicit little
/// endian, explicit big endian; sequences of unknown VR (PS3.5 §6.2.2) included.
/// </summary>
public sealed class DataSetWalker
{
    /// <summary>Deepest nesting of sequences. Real objects stay below 20.</summary>
    public const int MaxDepth = 48;

    /// <summary>Most elements and items before the pixel data, at all levels. Enhanced multi-frame objects have some 100,000.</summary>
    public const int MaxElements = 4_000_000;

    private const uint Undefined = 0xFFFFFFFF;
    private const uint Item = 0xFFFEE000;
    private const uint ItemEnd = 0xFFFEE00D;
    private const uint SequenceEnd = 0xFFFEE0DD;
    private const uint FirstPixelTag = 0x7FE00001;
    private const uint FirstUnindexedTag = 0x00500000;
    private const int IndexableValue = 1 << 20;
    private const int MaxFragments = 4_000_000;

    private readonly WindowedReader _reader;
    private readonly long _length;
    private readonly bool _bigEndian;
    private readonly Stack<Level> _levels = new();
    private readonly List<TopElement> _bulk = [];
    private long _at;
    private long _topStart;
    private int _elements;
    private bool _pixelsSeen;
    private long? _headerEnd;
    private long? _indexableEnd;
    private ByteRange? _native;
    private List<ByteRange>? _fragments;
    private ByteRange _basicTable;
    private ByteRange? _extendedOffsets;
    private ByteRange? _extendedLengths;
    private IdentityRanges _identity;

    private DataSetWalker(ReadAt read, long length, bool implicitVr, bool bigEndian)
    {
        _reader = new WindowedReader(read);
        _length = length;
        _bigEndian = bigEndian;
        _levels.Push(new Level(length, IsItems: false, implicitVr));
    }

    /// <summary>Never throws on bad bytes: the layout carries the problem and what was found before it.</summary>
    public static DataSetLayout Walk(ReadAt read, long length, string transferSyntaxUid)
    {
        if (transferSyntaxUid == TransferSyntaxes.Deflated) return Deflation.Walk(read, length);
        return new DataSetWalker(
            read, length, transferSyntaxUid == TransferSyntaxes.ImplicitLittleEndian, transferSyntaxUid == TransferSyntaxes.ExplicitBigEndian).Run();
    }

    internal static DataSetLayout WalkInflated(ReadOnlyMemory<byte> bytes) =>
        new DataSetWalker((offset, buffer) => Copy(bytes, offset, buffer), bytes.Length, implicitVr: false, bigEndian: false).Run() with { Inflated = bytes };

    private DataSetLayout Run()
    {
        var problem = DataSetProblem.None;
        // What follows the pixel data (padding, signatures, a sender's stray bytes) is not needed by anybody here.
        while (problem == DataSetProblem.None && !_pixelsSeen && !AtEnd())
        {
            if (++_elements > MaxElements) problem = DataSetProblem.TooManyElements;
            else problem = _levels.Peek().IsItems ? ReadItem() : ReadElement();
        }
        var header = _headerEnd ?? (problem == DataSetProblem.None ? _length : _topStart);
        return new DataSetLayout
        {
            Problem = problem,
            HeaderLength = header,
            IndexableLength = Math.Min(header, _indexableEnd ?? header),
            Identity = _identity,
            NativePixels = _native,
            Fragments = _fragments,
            BasicOffsetTable = _basicTable,
            ExtendedOffsets = _extendedOffsets,
            ExtendedLengths = _extendedLengths,
            Bulk = _bulk
        };
    }

    /// <summary>Leaves levels of defined length that are used up; true at the end of the data set.</summary>
    private bool AtEnd()
    {
        while (_levels.Count > 1 && _levels.Peek().End is { } end && _at >= end) _levels.Pop();
        return _levels.Count == 1 && _at >= _length;
    }

    private DataSetProblem ReadItem()
    {
        if (!_reader.TryRead(_at, 8, _length, out var bytes)) return DataSetProblem.Truncated;
        var tag = Tag(bytes);
        var length = U32(bytes[4..]);
        _at += 8;
        if (tag == SequenceEnd)
        {
            if (_levels.Pop().End is not null) return DataSetProblem.Malformed;
            return DataSetProblem.None;
        }
        if (tag != Item) return DataSetProblem.Malformed;
        var parent = _levels.Peek();
        return Enter(new Level(length == Undefined ? null : _at + length, IsItems: false, parent.Implicit), parent);
    }

    private DataSetProblem ReadElement()
    {
        var level = _levels.Peek();
        if (!_reader.TryRead(_at, 8, _length, out var bytes)) return DataSetProblem.Truncated;
        var start = _at;
        var tag = Tag(bytes);
        if (tag == ItemEnd && level.End is null && _levels.Count > 1)
        {
            _at += 8;
            _levels.Pop();
            return DataSetProblem.None;
        }
        if (tag >> 16 == 0xFFFE) return DataSetProblem.Malformed;

        var vr = "";
        uint length;
        if (level.Implicit)
        {
            length = U32(bytes[4..]);
            _at += 8;
        }
        else
        {
            if (!ValueRepresentations.IsLetters(bytes[4], bytes[5])) return DataSetProblem.Malformed;
            vr = ValueRepresentations.Name(bytes[4], bytes[5]);
            if (ValueRepresentations.HasLongLength(vr))
            {
                if (!_reader.TryRead(_at, 12, _length, out bytes)) return DataSetProblem.Truncated;
                length = U32(bytes[8..]);
                _at += 12;
            }
            else
            {
                length = U16(bytes[6..]);
                _at += 8;
            }
        }
        var isTop = _levels.Count == 1;
        if (isTop)
        {
            if (tag >= FirstPixelTag) _headerEnd ??= start;
            if (length is > IndexableValue and not Undefined || tag >= FirstUnindexedTag) _indexableEnd ??= start;
            _topStart = start;
        }
        if (isTop && tag == TransferSyntaxes.PixelDataTag && length == Undefined) return ReadFragments();
        if (length == Undefined) return EnterSequence(vr, level, end: null);
        if (length > (level.End ?? _length) - _at) return DataSetProblem.Truncated;
        if (IsSequence(vr, length, level)) return EnterSequence(vr, level, _at + length);
        if (isTop) NoteTopValue(tag, vr, new ByteRange(_at, length));
        _at += length;
        return DataSetProblem.None;
    }

    private bool IsSequence(string vr, uint length, Level level)
    {
        if (vr == "SQ") return length > 0;
        // Implicit VR names no VR: a value that begins with an item is taken for a sequence, so that its depth is counted too.
        return level.Implicit && length >= 8 && _reader.TryRead(_at, 8, _length, out var bytes) && Tag(bytes) == Item
            && U32(bytes[4..]) is var inner && (inner == Undefined || inner <= length - 8);
    }

    private DataSetProblem EnterSequence(string vr, Level level, long? end)
    {
        if (vr is not ("" or "SQ" or "UN")) return DataSetProblem.Malformed;
        // PS3.5 §6.2.2 note 4: a sequence hidden in UN is implicit little endian.
        return Enter(new Level(end, IsItems: true, level.Implicit || vr == "UN"), level);
    }

    private DataSetProblem Enter(Level next, Level parent)
    {
        if (next.End > (parent.End ?? _length)) return DataSetProblem.Truncated;
        if (_levels.Count >= MaxDepth * 2) return DataSetProblem.TooDeep;
        _levels.Push(next);
        return DataSetProblem.None;
    }

    private void NoteTopValue(uint tag, string vr, ByteRange value)
    {
        switch (tag)
        {
            case 0x00080016:
                _identity = _identity with { SopClass = value };
                break;
            case 0x00080018:
                _identity = _identity with { SopInstance = value };
                break;
            case 0x0020000D:
                _identity = _identity with { Study = value };
                break;
            case 0x0020000E:
                _identity = _identity with { Series = value };
                break;
            case 0x7FE00001:
                _extendedOffsets = value;
                break;
            case 0x7FE00002:
                _extendedLengths = value;
                break;
            case 0x7FE00008 or 0x7FE00009 or TransferSyntaxes.PixelDataTag:
                _native = value;
                _pixelsSeen = true;
                break;
        }
        if (ValueRepresentations.IsBinary(vr) && value.Length > 0) _bulk.Add(new TopElement(tag, vr, value));
    }

    private DataSetProblem ReadFragments()
    {
        _fragments = [];
        var isFirst = true;
        while (true)
        {
            if (!_reader.TryRead(_at, 8, _length, out var bytes)) return DataSetProblem.Truncated;
            var tag = Tag(bytes);
            var length = U32(bytes[4..]);
            _at += 8;
            if (tag == SequenceEnd)
            {
                _pixelsSeen = true;
                return DataSetProblem.None;
            }
            if (tag != Item || length == Undefined) return DataSetProblem.Malformed;
            if (length > _length - _at) return DataSetProblem.Truncated;
            if (_fragments.Count >= MaxFragments) return DataSetProblem.TooManyElements;
            if (isFirst) _basicTable = new ByteRange(_at, length);
            else _fragments.Add(new ByteRange(_at, length));
            isFirst = false;
            _at += length;
        }
    }

    private uint Tag(ReadOnlySpan<byte> bytes) => (uint)U16(bytes) << 16 | U16(bytes[2..]);

    private ushort U16(ReadOnlySpan<byte> bytes) =>
        _bigEndian ? BinaryPrimitives.ReadUInt16BigEndian(bytes) : BinaryPrimitives.ReadUInt16LittleEndian(bytes);

    private uint U32(ReadOnlySpan<byte> bytes) =>
        _bigEndian ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt32LittleEndian(bytes);

    private static int Copy(ReadOnlyMemory<byte> bytes, long offset, Span<byte> buffer)
    {
        var part = (int)Math.Clamp(bytes.Length - offset, 0, buffer.Length);
        bytes.Span.Slice((int)Math.Min(offset, bytes.Length), part).CopyTo(buffer);
        return part;
    }

    /// <param name="End">Offset where the level ends; null when a delimiter ends it.</param>
    /// <param name="IsItems">Inside a sequence: items follow. Else elements follow.</param>
    private readonly record struct Level(long? End, bool IsItems, bool Implicit);
}

/// <summary>Small reads of a large source through one window.</summary>
internal sealed class WindowedReader(ReadAt read)
{
    private readonly byte[] _window = new byte[16 * 1024];
    private long _start;
    private int _length;

    /// <summary>Bytes valid until the next call; false when fewer are left before the limit.</summary>
    public bool TryRead(long offset, int count, long limit, out ReadOnlySpan<byte> bytes)
    {
        bytes = default;
        if (offset + count > limit) return false;
        if (offset < _start || offset + count > _start + _length)
        {
            _start = offset;
            _length = read(offset, _window.AsSpan(0, (int)Math.Min(_window.Length, limit - offset)));
            if (_length < count) return false;
        }
        bytes = _window.AsSpan((int)(offset - _start), count);
        return true;
    }
}
