using System.Text;
using FellowOakDicom.IO.Buffer;

namespace FellowOakDicom;

/// <summary>Person names (PS3.5 section 6.2.1); the properties speak of the first value's first component group.</summary>
public sealed class DicomPersonName : DicomMultiStringElement
{
    public DicomPersonName(DicomTag tag, params string[] values) : base(tag, values)
    {
    }

    public DicomPersonName(DicomTag tag, string Last, string First, string Middle = null, string Prefix = null, string Suffix = null)
        : base(tag, string.Join('^', Last, First, Middle, Prefix, Suffix).TrimEnd('^'))
    {
    }

    public DicomPersonName(DicomTag tag, Encoding[] encodings, IByteBuffer data) : base(tag, encodings, data)
    {
    }

    public override DicomVR ValueRepresentation => DicomVR.PN;

    public string Last => Component(0);

    public string First => Component(1);

    public string Middle => Component(2);

    public string Prefix => Component(3);

    public string Suffix => Component(4);

    /// <summary>Whether all five components agree, letter case aside.</summary>
    public static bool HaveSameContent(DicomPersonName nameA, DicomPersonName nameB)
    {
        if (nameA is null || nameB is null) return nameA is null && nameB is null;
        return Enumerable.Range(0, 5).All(i => string.Equals(nameA.Component(i), nameB.Component(i), StringComparison.OrdinalIgnoreCase));
    }

    private string Component(int index)
    {
        if (Values.Length == 0) return string.Empty;
        var components = Values[0].Split('=')[0].Split('^');
        return index < components.Length ? components[index] : string.Empty;
    }
}
