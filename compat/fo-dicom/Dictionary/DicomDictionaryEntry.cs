namespace FellowOakDicom;

/// <summary>What PS3.6 says of one data element.</summary>
public sealed class DicomDictionaryEntry
{
    public DicomDictionaryEntry(DicomTag tag, string name, string keyword, DicomVM vm, bool retired, params DicomVR[] vrs)
    {
        Tag = tag;
        Name = string.IsNullOrWhiteSpace(name) ? tag.ToString() : name;
        Keyword = string.IsNullOrWhiteSpace(keyword) ? Name : keyword;
        ValueMultiplicity = vm;
        ValueRepresentations = vrs;
        IsRetired = retired;
    }

    public DicomDictionaryEntry(DicomMaskedTag tag, string name, string keyword, DicomVM vm, bool retired, params DicomVR[] vrs)
        : this(tag.Tag, name, keyword, vm, retired, vrs) => MaskTag = tag;

    public DicomTag Tag { get; set; }

    /// <summary>Set for repeating groups only.</summary>
    public DicomMaskedTag MaskTag { get; }

    public string Name { get; }

    public string Keyword { get; }

    /// <summary>Allowed VRs; the first is what implicit-VR readers take.</summary>
    public DicomVR[] ValueRepresentations { get; }

    public DicomVM ValueMultiplicity { get; }

    public bool IsRetired { get; }
}
