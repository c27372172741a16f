using System.Buffers.Binary;
using FellowOakDicom;

namespace Regional.Imaging.Rendering;

/// <summary>Reads tables as devices write them: descriptors and data under several VRs, eight-bit entries packed or not, segmented palettes.</summary>
internal static class LookupTableReader
{
    private const int MaxEntries = 65536;

    /// <summary>Null when there is no whole table.</summary>
    /// <param name="isSigned">The first value may be negative although its VR does not say so (implicit VR has none).</param>
    public static LookupTable? Read(DicomDataset dataSet, DicomTag descriptorTag, DicomTag dataTag, bool isSigned, DicomTag? segmentedTag = null)
    {
        var descriptor = Words(dataSet, descriptorTag);
        if (descriptor.Length < 3) return null;
        var count = descriptor[0] == 0 ? MaxEntries : descriptor[0];
        var first = isSigned || dataSet.GetDicomItem<DicomElement>(descriptorTag) is DicomSignedShort ? (short)descriptor[1] : (int)descriptor[1];
        var bits = descriptor[2] is >= 1 and <= 16 ? descriptor[2] : (ushort)16;
        var entries = Entries(Bytes(dataSet, dataTag), count, bits);
        if (entries is null && segmentedTag is not null) entries = SegmentedPalette.Expand(Words(dataSet, segmentedTag), count);
        return entries is null ? null : new LookupTable(first, entries, (1 << bits) - 1);
    }

    public static ushort[] Words(DicomDataset dataSet, DicomTag tag) => Words(Bytes(dataSet, tag));

    private static ushort[]? Entries(byte[] bytes, int count, int bits)
    {
        if (bytes.Length >= 2 * count) return Words(bytes)[..count];
        if (bits > 8 || bytes.Length < count) return null;
        var entries = new ushort[count];
        for (var i = 0; i < count; i++) entries[i] = bytes[i];
        return entries;
    }

    private static ushort[] Words(byte[] bytes)
    {
        var words = new ushort[bytes.Length / 2];
        for (var i = 0; i < words.Length; i++) words[i] = BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(2 * i));
        return words;
    }

    private static byte[] Bytes(DicomDataset dataSet, DicomTag tag) => dataSet.GetDicomItem<DicomElement>(tag)?.Buffer?.Data ?? [];
}
