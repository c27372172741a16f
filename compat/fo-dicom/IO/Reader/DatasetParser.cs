using System.Text;
using FellowOakDicom.IO.Buffer;

namespace FellowOakDicom.IO.Reader;

/// <summary>
/// Reads a data set (PS3.5 sections 7 and annex A) into objects. One loop over an explicit stack: nothing recurses on input,
/// and nesting is bounded by <see cref="MaxDepth"/>.
/// </summary>
internal sealed class DatasetParser
{
    /// <summary>Sequences inside one another. The deepest object of the standard uses a handful; structured reports a few tens.</summary>
    internal const int MaxDepth = 128;

    private const uint Undefined = 0xffffffff;

    private readonly ParseSource _source;
    private readonly Func<ParseState, bool> _stop;
    private readonly Func<DicomTag, bool> _boundary;
    private readonly DicomDictionary _dictionary = DicomDictionary.Default;
    private readonly Stack<Frame> _frames = new();
    private DicomTag _previous;
    private int _depth;

    /// <param name="stop">The caller's criterion, asked at each tag.</param>
    /// <param name="boundary">Ends parsing before the tag is consumed.</param>
    public DatasetParser(ParseSource source, Func<ParseState, bool> stop = null, Func<DicomTag, bool> boundary = null)
    {
        _source = source;
        _stop = stop;
        _boundary = boundary;
    }

    /// <exception cref="DicomReaderException">The bytes are no data set, or break a bound.</exception>
    public DicomReaderResult Parse(DicomDataset root, bool explicitVR, bool bigEndian, Encoding fallback)
    {
        _source.BigEndian = bigEndian;
        _frames.Push(new Frame { Dataset = root, End = long.MaxValue, ExplicitVR = explicitVR, BigEndian = bigEndian, Encodings = [fallback] });
        while (true)
        {
            var frame = _frames.Peek();
            if (_source.Position >= frame.End)
            {
                Pop();
                continue;
            }

            var result = frame.Sequence is null ? ParseElement(frame) : ParseItem(frame);
            if (result != DicomReaderResult.Processing) return result == DicomReaderResult.Error ? DicomReaderResult.Processing : result;
        }
    }

    private DicomReaderResult ParseItem(Frame frame)
    {
        if (!_source.TryEnsure(8)) return DicomReaderResult.Suspended;

        var (group, element, length) = (_source.PeekUInt16(), _source.PeekUInt16(2), _source.PeekUInt32(4));
        if (group != 0xfffe || element is not (0xe000 or 0xe0dd))
        {
            // A sequence that lacks its delimiter: what follows belongs to the enclosing data set.
            Pop();
            return DicomReaderResult.Processing;
        }

        _source.Advance(8);
        if (element == 0xe0dd)
        {
            Pop();
            return DicomReaderResult.Processing;
        }

        if (length != Undefined && !_source.MayHold(length)) return DicomReaderResult.Suspended;

        var item = new DicomDataset { ValidateItems = false, FallbackEncodings = frame.Encodings };
        frame.Sequence.Items.Add(item);
        Push(frame, length, dataset: item);
        return DicomReaderResult.Processing;
    }

    private DicomReaderResult ParseElement(Frame frame)
    {
        if (!_source.TryEnsure(4))
            return _frames.Count == 1 && !_source.TryEnsure(1) ? DicomReaderResult.Success : DicomReaderResult.Suspended;

        var tag = ReadTag(frame);
        if (_boundary?.Invoke(tag) == true) return DicomReaderResult.Stopped;
        if (tag.Group == 0xfffe) return ParseDelimiter(tag);

        _source.Advance(4);
        if (_stop?.Invoke(new ParseState { PreviousTag = _previous, Tag = tag, SequenceDepth = _depth }) == true) return DicomReaderResult.Stopped;
        _previous = tag;

        var entry = _dictionary[tag];
        if (!TryReadHeader(frame, entry, tag, out var written, out var length)) return DicomReaderResult.Suspended;

        var vr = written;
        if (written == DicomVR.Implicit || (written == DicomVR.UN && frame.ExplicitVR)) vr = Preferred(entry);
        if (length == Undefined && (vr == DicomVR.UN || written == DicomVR.UN || written == DicomVR.Implicit)) vr = DicomVR.SQ;

        if (vr == DicomVR.SQ && !LooksLikeSequence(tag, length)) vr = DicomVR.UN;
        if (vr == DicomVR.SQ) return BeginSequence(frame, tag, written, length);
        if (length == Undefined) return ParseFragments(frame, tag, vr);
        if (!_source.TryTake(length, out var value)) return DicomReaderResult.Suspended;
        if (value is not null) AddElement(frame, tag, vr, value);
        return DicomReaderResult.Processing;
    }

    private DicomReaderResult ParseDelimiter(DicomTag tag)
    {
        if (!_source.TryEnsure(8)) return DicomReaderResult.Suspended;
        if (tag == DicomTag.Item) throw new DicomReaderException("Item outside any sequence");

        _source.Advance(8);
        if (_frames.Count == 1)
        {
            var trailing = tag == DicomTag.SequenceDelimitationItem && !_source.TryEnsure(1);
            return trailing ? DicomReaderResult.Success : DicomReaderResult.Error;
        }

        Pop();
        // Some writers close the sequence without closing its last item.
        if (tag == DicomTag.SequenceDelimitationItem && _frames.Peek().Sequence is not null) Pop();
        return DicomReaderResult.Processing;
    }

    private DicomTag ReadTag(Frame frame)
    {
        var (group, element) = (_source.PeekUInt16(), _source.PeekUInt16(2));
        if ((group & 1) == 1 && element >= 0x1000 && frame.Creators is not null
            && frame.Creators.TryGetValue(((uint)group << 16) | (uint)(element >> 8), out var creator))
            return new DicomTag(group, element, creator);

        return DicomTagsIndex.LookupOrCreate(group, element);
    }

    /// <summary>VR and length as written (PS3.5 section 7.1).</summary>
    private bool TryReadHeader(Frame frame, DicomDictionaryEntry entry, DicomTag tag, out DicomVR vr, out uint length)
    {
        vr = DicomVR.UN;
        length = 0;
        if (!_source.TryEnsure(4)) return false;

        if (frame.ExplicitVR)
        {
            var code = _source.Peek(2);
            if (!DicomVR.TryParse(code[0], code[1], out vr)) vr = code.SequenceEqual("  "u8) ? Preferred(entry) : DicomVR.Implicit;
            if (vr != DicomVR.Implicit) return TryReadExplicitLength(tag, ref vr, out length);
        }
        else
        {
            vr = Preferred(entry);
            if (vr == DicomVR.UN && tag.IsPrivateCreatorTag) vr = DicomVR.LO;
        }

        length = _source.PeekUInt32();
        _source.Advance(4);
        return true;
    }

    private bool TryReadExplicitLength(DicomTag tag, ref DicomVR vr, out uint length)
    {
        length = 0;
        if (vr.Is16bitLength)
        {
            length = _source.PeekUInt16(2);
            _source.Advance(4);
            return true;
        }

        if (!_source.TryEnsure(8)) return false;
        length = _source.PeekUInt32(4);
        _source.Advance(8);
        if (vr == DicomVR.UN && tag.IsPrivateCreatorTag) vr = DicomVR.LO;
        return true;
    }

    private DicomReaderResult BeginSequence(Frame frame, DicomTag tag, DicomVR written, uint length)
    {
        if (length != Undefined && !_source.MayHold(length)) return DicomReaderResult.Suspended;

        var sequence = new DicomSequence(tag);
        frame.Dataset.AddParsed(sequence);
        if (length == 0) return DicomReaderResult.Processing;

        if (++_depth > MaxDepth) throw new DicomReaderException($"Sequences are nested deeper than {MaxDepth}");

        // CP-246: inside UN of undefined length stands implicit VR little endian.
        var implicitContent = written == DicomVR.UN && frame.ExplicitVR;
        Push(frame, length, sequence: sequence);
        var content = _frames.Peek();
        if (implicitContent) (content.ExplicitVR, content.BigEndian) = (false, false);
        _source.BigEndian = content.BigEndian;
        if (tag.IsPrivate) content.ExplicitVR = GuessExplicit(content.ExplicitVR, length);
        return DicomReaderResult.Processing;
    }

    /// <summary>Private sequences are sometimes written in the other VR style: the first element of the first item tells.</summary>
    private bool GuessExplicit(bool expected, uint length)
    {
        if (length < 16 || !_source.TryEnsure(16) || _source.PeekUInt16() != 0xfffe || _source.PeekUInt32(4) == 0) return expected;
        if (_source.PeekUInt16(8) == 0xfffe) return expected;
        var code = _source.Peek(14)[12..];
        return DicomVR.TryParse(code[0], code[1], out _);
    }

    /// <summary>A private value announced as a sequence but without items is bytes.</summary>
    private bool LooksLikeSequence(DicomTag tag, uint length)
    {
        if (!tag.IsPrivate || length == 0) return true;
        return !_source.TryEnsure(4) || (_source.PeekUInt16() == 0xfffe && _source.PeekUInt16(2) is 0xe000 or 0xe0dd);
    }

    private DicomReaderResult ParseFragments(Frame frame, DicomTag tag, DicomVR vr)
    {
        DicomFragmentSequence fragments = vr == DicomVR.OB ? new DicomOtherByteFragment(tag)
            : vr == DicomVR.OW ? new DicomOtherWordFragment(tag)
            : throw new DicomDataException($"{vr.Code} of undefined length: only OB and OW come in fragments");
        var complete = true;
        while (true)
        {
            if (!_source.TryEnsure(8))
            {
                // Some files end without the delimiter; then the last fragment is the end.
                if (_source.TryEnsure(1)) return DicomReaderResult.Suspended;
                break;
            }

            var (group, element, length) = (_source.PeekUInt16(), _source.PeekUInt16(2), _source.PeekUInt32(4));
            if (group != 0xfffe || element is not (0xe000 or 0xe0dd))
                throw new DicomReaderException($"({group:x4},{element:x4}) among fragments");

            _source.Advance(8);
            if (element == 0xe0dd) break;
            if (length == Undefined || !_source.TryTake(length, out var fragment)) return DicomReaderResult.Suspended;
            if (fragment is null) complete = false;
            else if (complete) fragments.Add(fragment);
        }

        if (complete) frame.Dataset.AddParsed(fragments);
        return DicomReaderResult.Processing;
    }

    private void AddElement(Frame frame, DicomTag tag, DicomVR vr, IByteBuffer value)
    {
        if (frame.BigEndian && vr.ByteSwap > 1) value = Swap(value, vr.ByteSwap);

        var item = ElementFactory.Create(vr, tag, value, frame.Encodings);
        frame.Dataset.AddParsed(item);
        if (tag == DicomTag.SpecificCharacterSet && item is DicomCodeString { Count: > 0 } charsets)
            frame.Encodings = DicomEncoding.GetEncodings(charsets.Get<string[]>());
        else if (tag.IsPrivateCreatorTag)
        {
            var creator = Encoding.ASCII.GetString(value.Data).TrimEnd(' ');
            (frame.Creators ??= [])[tag.Number] = _dictionary.GetPrivateCreator(creator);
        }
    }

    private static IByteBuffer Swap(IByteBuffer value, int unit)
    {
        if (!value.IsMemory) return new SwapByteBuffer(value, unit);
        Endian.SwapBytes(unit, value.Data);
        return value;
    }

    /// <summary>The VR that readers without VR information take.</summary>
    private static DicomVR Preferred(DicomDictionaryEntry entry)
    {
        var choices = entry.ValueRepresentations;
        return choices.Length > 1 && choices.Length < 5 && choices.Contains(DicomVR.OB) && choices.Contains(DicomVR.OW) ? DicomVR.OW : choices[0];
    }

    private void Push(Frame parent, uint length, DicomDataset dataset = null, DicomSequence sequence = null) => _frames.Push(new Frame
    {
        Dataset = dataset,
        Sequence = sequence,
        End = length == Undefined ? long.MaxValue : _source.Position + length,
        ExplicitVR = parent.ExplicitVR,
        BigEndian = parent.BigEndian,
        Encodings = parent.Encodings,
    });

    private void Pop()
    {
        if (_frames.Pop().Sequence is not null) _depth--;
        _source.BigEndian = _frames.Peek().BigEndian;
    }

    /// <summary>A data set (the root or an item) or a sequence being read.</summary>
    private sealed class Frame
    {
        public DicomDataset Dataset { get; init; }

        public DicomSequence Sequence { get; init; }

        public long End { get; init; }

        public bool ExplicitVR { get; set; }

        public bool BigEndian { get; set; }

        public Encoding[] Encodings { get; set; }

        public Dictionary<uint, DicomPrivateCreator> Creators { get; set; }
    }
}
