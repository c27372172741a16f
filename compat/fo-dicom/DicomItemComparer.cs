using FellowOakDicom.IO.Buffer;

namespace FellowOakDicom;

public class DicomTagComparer : IEqualityComparer<DicomItem>
{
    public bool Equals(DicomItem x, DicomItem y) => x?.Tag == y?.Tag;

    public int GetHashCode(DicomItem obj) => obj.Tag.GetHashCode();
}

/// <summary>Items are equal when tag and values are; bulk data not downloaded counts as equal.</summary>
public class DicomValueComparer : IEqualityComparer<DicomItem>
{
    public static DicomValueComparer DefaultInstance { get; set; } = new();

    public bool Equals(DicomItem item1, DicomItem item2)
    {
        if (ReferenceEquals(item1, item2)) return true;
        if (item1 is null || item2 is null || item1.Tag != item2.Tag) return false;
        if (item1 is DicomElement first && item2 is DicomElement second)
        {
            var unknown = first.Buffer is BulkDataUriByteBuffer { IsMemory: false } || second.Buffer is BulkDataUriByteBuffer { IsMemory: false };
            return unknown || first.Equals(second);
        }

        return item1 is not DicomSequence one || item2 is not DicomSequence two
            || (one.Items.Count == two.Items.Count && one.Items.Zip(two.Items).All(pair => DicomDatasetComparer.DefaultInstance.Equals(pair.First, pair.Second)));
    }

    public int GetHashCode(DicomItem obj) => obj.Tag.GetHashCode();
}

public class DicomDatasetComparer : IEqualityComparer<DicomDataset>
{
    public static DicomDatasetComparer DefaultInstance { get; set; } = new();

    public bool Equals(DicomDataset dataset1, DicomDataset dataset2)
    {
        if (dataset1 is null || dataset2 is null) return dataset1 is null && dataset2 is null;
        return dataset1.Count() == dataset2.Count()
            && dataset1.All(item => DicomValueComparer.DefaultInstance.Equals(item, dataset2.GetDicomItem<DicomItem>(item.Tag)));
    }

    public int GetHashCode(DicomDataset dataset) => dataset.GetHashCode();
}
