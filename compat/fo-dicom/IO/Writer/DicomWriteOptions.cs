namespace FellowOakDicom.IO.Writer;

public class DicomWriteOptions
{
    public DicomWriteOptions()
    {
    }

    public DicomWriteOptions(DicomWriteOptions options)
    {
        ExplicitLengthSequences = options.ExplicitLengthSequences;
        ExplicitLengthSequenceItems = options.ExplicitLengthSequenceItems;
        KeepGroupLengths = options.KeepGroupLengths;
        LargeObjectSize = options.LargeObjectSize;
    }

    public static DicomWriteOptions Default { get; } = new();

    /// <summary>Sequences with their length instead of a delimiter; private ones always have it.</summary>
    public bool ExplicitLengthSequences { get; set; }

    public bool ExplicitLengthSequenceItems { get; set; }

    /// <summary>Whether group length elements, retired outside groups 0 and 2, are written.</summary>
    public bool KeepGroupLengths { get; set; }

    public uint LargeObjectSize { get; set; } = 1024 * 1024;
}

/// <summary>Lengths of items as they will be written.</summary>
public class DicomWriteLengthCalculator
{
    private const uint ItemHeader = 8;

    private readonly DicomTransferSyntax _syntax;
    private readonly DicomWriteOptions _options;

    public DicomWriteLengthCalculator(DicomTransferSyntax syntax, DicomWriteOptions options)
    {
        _syntax = syntax;
        _options = options;
    }

    public uint Calculate(IEnumerable<DicomItem> items) => (uint)items.Sum(Calculate);

    public long Calculate(DicomItem item)
    {
        if (!_options.KeepGroupLengths && item.Tag.Element == 0x0000) return 0;

        return item switch
        {
            DicomElement element => Header(item, element.Length) + element.Buffer.Size,
            DicomFragmentSequence fragments => Header(item, uint.MaxValue) + (2 * ItemHeader) + (4L * fragments.OffsetTable.Count)
                + fragments.Fragments.Sum(fragment => ItemHeader + fragment.Size),
            DicomSequence sequence => Header(item, uint.MaxValue) + Calculate(sequence),
            _ => Header(item, 0),
        };
    }

    /// <summary>The items of a sequence with their delimiters, without the sequence's own header.</summary>
    public uint Calculate(DicomSequence sq)
    {
        long length = _options.ExplicitLengthSequences || sq.Tag.IsPrivate ? 0 : ItemHeader;
        foreach (var item in sq) length += ItemHeader + Calculate((IEnumerable<DicomItem>)item) + (_options.ExplicitLengthSequenceItems ? 0 : ItemHeader);
        return (uint)length;
    }

    private long Header(DicomItem item, uint length)
    {
        if (!_syntax.IsExplicitVR) return 8;
        return item.ValueRepresentation.Is16bitLength && (item is not DicomElement || length <= 0xfffe) ? 8 : 12;
    }
}

public static class DicomDatasetExtensions
{
    /// <summary>Sets or removes (gggg,0000).</summary>
    public static void RecalculateGroupLength(this DicomDataset dataset, ushort group, bool createIfMissing = true)
    {
        var lengthTag = new DicomTag(group, 0x0000);
        var items = dataset.EnumerateGroup(group).ToList();
        if (items.Count == 0) dataset.Remove(lengthTag);
        else if (createIfMissing || dataset.Contains(lengthTag))
        {
            var length = new DicomWriteLengthCalculator(dataset.InternalTransferSyntax, DicomWriteOptions.Default).Calculate(items);
            dataset.AddOrUpdate(lengthTag, length);
        }
    }

    public static void RecalculateGroupLengths(this DicomDataset dataset, bool createIfMissing = true)
    {
        foreach (var item in dataset.OfType<DicomSequence>().SelectMany(sequence => sequence.Items)) item.RecalculateGroupLengths(createIfMissing);
        foreach (var group in dataset.Select(item => item.Tag.Group).Distinct().ToList()) dataset.RecalculateGroupLength(group, createIfMissing);
    }

    public static void RemoveGroupLengths(this DicomDataset dataset, bool firstLevelOnly = false)
    {
        dataset.Remove(item => item.Tag.Element == 0x0000);
        if (firstLevelOnly) return;
        foreach (var item in dataset.OfType<DicomSequence>().SelectMany(sequence => sequence.Items)) item.RemoveGroupLengths();
    }
}
