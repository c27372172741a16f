namespace FellowOakDicom;

/// <summary>Private identification code that reserves a block of private elements (PS3.5 section 7.8.1).</summary>
public sealed class DicomPrivateCreator : IEquatable<DicomPrivateCreator>, IComparable<DicomPrivateCreator>, IComparable
{
    public DicomPrivateCreator(string creator) => Creator = creator;

    public string Creator { get; }

    public int CompareTo(DicomPrivateCreator other) => string.Compare(Creator, other.Creator, StringComparison.Ordinal);

    public int CompareTo(object obj)
    {
        ArgumentNullException.ThrowIfNull(obj);
        return obj is DicomPrivateCreator creator
            ? CompareTo(creator)
            : throw new ArgumentException("A private creator compares with private creators", nameof(obj));
    }

    public bool Equals(DicomPrivateCreator other) => other is not null && Creator == other.Creator;

    public override bool Equals(object obj) => Equals(obj as DicomPrivateCreator);

    public override int GetHashCode() => StringComparer.Ordinal.GetHashCode(Creator);

    public override string ToString() => Creator;
}
