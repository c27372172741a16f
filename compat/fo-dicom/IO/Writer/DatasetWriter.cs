using System.Buffers.Binary;
using FellowOakDicom.IO.Buffer;

namespace FellowOakDicom.IO.Writer;

/// <summary>Writes a data set; small things are gathered in one block, large values go straight to the stream.</summary>
internal sealed class DatasetWriter
{
    private const int BlockSize = 1 << 16;
    private const int DirectSize = 1 << 14;
    private const uint Undefined = 0xffffffff;

    private readonly DicomTransferSyntax _syntax;
    private readonly DicomWriteOptions _options;
    private readonly DicomWriteLengthCalculator _lengths;
    private readonly MemoryStream _block = new();

    public DatasetWriter(DicomTransferSyntax syntax, DicomWriteOptions options)
    {
        _syntax = syntax;
        _options = options ?? DicomWriteOptions.Default;
        _lengths = new DicomWriteLengthCalculator(syntax, _options);
    }

    private bool BigEndian => _syntax.Endian == Endian.Big;

    public void Write(DicomDataset dataset, Stream target)
    {
        foreach (var large in Steps(dataset))
        {
            target.Write(_block.GetBuffer(), 0, (int)_block.Length);
            _block.SetLength(0);
            large?.CopyToStream(target);
        }
    }

    public async Task WriteAsync(DicomDataset dataset, Stream target, CancellationToken cancellationToken)
    {
        foreach (var large in Steps(dataset))
        {
            await target.WriteAsync(_block.GetBuffer().AsMemory(0, (int)_block.Length), cancellationToken).ConfigureAwait(false);
            _block.SetLength(0);
            if (large is not null) await large.CopyToStreamAsync(target, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Each step: the block is to be flushed, then the large value, if any, written.</summary>
    private IEnumerable<IByteBuffer> Steps(DicomDataset dataset)
    {
        var stack = new Stack<(DicomSequence Sequence, int Index, IEnumerator<DicomItem> Items)>();
        stack.Push((null, 0, dataset.GetEnumerator()));
        while (stack.TryPop(out var top))
        {
            if (top.Items is null)
            {
                BeginItem(top.Sequence, top.Index, stack);
                continue;
            }

            var descended = false;
            while (top.Items.MoveNext())
            {
                var item = top.Items.Current;
                if (item.Tag.Element == 0x0000 && item.Tag.Group > 2 && !_options.KeepGroupLengths) continue;
                if (item is DicomSequence sequence)
                {
                    stack.Push(top);
                    BeginSequence(sequence, stack);
                    descended = true;
                    break;
                }

                foreach (var large in WriteLeaf(item)) yield return large;
                if (_block.Length > BlockSize) yield return null;
            }

            if (!descended && top.Sequence is not null) EndItem(top.Sequence, top.Index, stack);
        }

        yield return null;
    }

    private void BeginSequence(DicomSequence sequence, Stack<(DicomSequence, int, IEnumerator<DicomItem>)> stack)
    {
        WriteHeader(sequence.Tag, DicomVR.SQ, HasLength(sequence) ? _lengths.Calculate(sequence) : Undefined);
        stack.Push((sequence, 0, null));
    }

    private void BeginItem(DicomSequence sequence, int index, Stack<(DicomSequence, int, IEnumerator<DicomItem>)> stack)
    {
        if (index == sequence.Items.Count)
        {
            if (!HasLength(sequence)) WriteHeader(DicomTag.SequenceDelimitationItem, DicomVR.NONE, 0);
            return;
        }

        var item = sequence.Items[index];
        WriteHeader(DicomTag.Item, DicomVR.NONE, _options.ExplicitLengthSequenceItems ? _lengths.Calculate((IEnumerable<DicomItem>)item) : Undefined);
        stack.Push((sequence, index, item.GetEnumerator()));
    }

    private void EndItem(DicomSequence sequence, int index, Stack<(DicomSequence, int, IEnumerator<DicomItem>)> stack)
    {
        if (!_options.ExplicitLengthSequenceItems) WriteHeader(DicomTag.ItemDelimitationItem, DicomVR.NONE, 0);
        stack.Push((sequence, index + 1, null));
    }

    private IEnumerable<IByteBuffer> WriteLeaf(DicomItem item)
    {
        if (item is DicomElement element)
        {
            var buffer = BigEndian && item.ValueRepresentation.ByteSwap > 1
                ? new SwapByteBuffer(element.Buffer, item.ValueRepresentation.ByteSwap)
                : element.Buffer;
            if (buffer is LazyByteBuffer) buffer = new MemoryByteBuffer(buffer.Data);
            WriteHeader(item.Tag, item.ValueRepresentation, (uint)buffer.Size);
            if (WriteSmall(buffer) is { } large) yield return large;
        }
        else if (item is DicomFragmentSequence fragments)
        {
            WriteHeader(item.Tag, item.ValueRepresentation, Undefined);
            WriteHeader(DicomTag.Item, DicomVR.NONE, (uint)(4 * fragments.OffsetTable.Count));
            foreach (var offset in fragments.OffsetTable) WriteUInt32(offset);
            foreach (var fragment in fragments.Fragments)
            {
                WriteHeader(DicomTag.Item, DicomVR.NONE, (uint)fragment.Size);
                if (WriteSmall(fragment) is { } large) yield return large;
            }

            WriteHeader(DicomTag.SequenceDelimitationItem, DicomVR.NONE, 0);
        }
    }

    /// <summary>Gathers a small value in the block; gives a large one back.</summary>
    private IByteBuffer WriteSmall(IByteBuffer buffer)
    {
        if (buffer.Size > DirectSize) return buffer;
        buffer.CopyToStream(_block);
        return null;
    }

    private bool HasLength(DicomSequence sequence) => _options.ExplicitLengthSequences || sequence.Tag.IsPrivate;

    private void WriteHeader(DicomTag tag, DicomVR vr, uint length)
    {
        WriteUInt16(tag.Group);
        WriteUInt16(tag.Element);
        if (!_syntax.IsExplicitVR || vr == DicomVR.NONE)
        {
            WriteUInt32(length);
            return;
        }

        // CP-1066: a value too long for a two-byte length is written as UN.
        if (vr.Is16bitLength && length > 0xfffe) vr = DicomVR.UN;
        _block.WriteByte((byte)vr.Code[0]);
        _block.WriteByte((byte)vr.Code[1]);
        if (vr.Is16bitLength)
        {
            WriteUInt16((ushort)length);
        }
        else
        {
            WriteUInt16(0);
            WriteUInt32(length);
        }
    }

    private void WriteUInt16(ushort value)
    {
        Span<byte> bytes = stackalloc byte[2];
        if (BigEndian) BinaryPrimitives.WriteUInt16BigEndian(bytes, value);
        else BinaryPrimitives.WriteUInt16LittleEndian(bytes, value);
        _block.Write(bytes);
    }

    private void WriteUInt32(uint value)
    {
        Span<byte> bytes = stackalloc byte[4];
        if (BigEndian) BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        else BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        _block.Write(bytes);
    }
}
