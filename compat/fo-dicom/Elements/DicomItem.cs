using System.Collections;
using FellowOakDicom.IO.Buffer;

namespace FellowOakDicom;

/// <summary>An element, a sequence or encapsulated pixel data: one entry of a data set.</summary>
public abstract class DicomItem : IComparable<DicomItem>, IComparable
{
    protected DicomItem(DicomTag tag) => Tag = tag;

    public DicomTag Tag { get; internal set; }

    public abstract DicomVR ValueRepresentation { get; }

    public int CompareTo(DicomItem other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Tag.CompareTo(other.Tag);
    }

    public int CompareTo(object obj)
    {
        ArgumentNullException.ThrowIfNull(obj);
        return obj is DicomItem item ? CompareTo(item) : throw new ArgumentException("An item compares with items", nameof(obj));
    }

    public override string ToString() => $"{Tag} {ValueRepresentation} {Tag.DictionaryEntry.Name}";

    /// <exception cref="DicomValidationException">A value breaks the rules of its VR.</exception>
    public virtual void Validate()
    {
    }
}

/// <summary>A sequence of items (PS3.5 section 7.5).</summary>
public class DicomSequence : DicomItem, IEnumerable<DicomDataset>
{
    public DicomSequence(DicomTag tag, params DicomDataset[] items) : base(tag) => Items = new List<DicomDataset>(items);

    public override DicomVR ValueRepresentation => DicomVR.SQ;

    public IList<DicomDataset> Items { get; }

    public IEnumerator<DicomDataset> GetEnumerator() => Items.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public override void Validate()
    {
        foreach (var item in Items) item?.Validate();
    }
}

/// <summary>Encapsulated pixel data: an offset table and fragments (PS3.5 annex A.4).</summary>
public abstract class DicomFragmentSequence : DicomItem, IEnumerable<IByteBuffer>
{
    private IList<uint> _offsetTable;

    protected DicomFragmentSequence(DicomTag tag) : base(tag)
    {
    }

    /// <summary>Offsets of the first byte of each frame's item, counted from behind the table; empty when unknown.</summary>
    public IList<uint> OffsetTable => _offsetTable ??= new List<uint>();

    public IList<IByteBuffer> Fragments { get; } = new List<IByteBuffer>();

    public IEnumerator<IByteBuffer> GetEnumerator() => Fragments.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>The first item read is the offset table, the others are fragments.</summary>
    internal void Add(IByteBuffer fragment)
    {
        if (_offsetTable is null) _offsetTable = new List<uint>(IO.ByteConverter.ToArray<uint>(fragment));
        else Fragments.Add(fragment);
    }
}

public class DicomOtherByteFragment : DicomFragmentSequence
{
    public DicomOtherByteFragment(DicomTag tag) : base(tag)
    {
    }

    public override DicomVR ValueRepresentation => DicomVR.OB;
}

public class DicomOtherWordFragment : DicomFragmentSequence
{
    public DicomOtherWordFragment(DicomTag tag) : base(tag)
    {
    }

    public override DicomVR ValueRepresentation => DicomVR.OW;
}
