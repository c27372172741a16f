using System.Globalization;

namespace FellowOakDicom;

/// <summary>Tag of a data element (PS3.5 section 7.1). For private tags the creator is part of the identity.</summary>
public sealed partial class DicomTag : IFormattable, IEquatable<DicomTag>, IComparable<DicomTag>, IComparable
{
    public static readonly DicomTag Unknown = new(0xffff, 0xffff);

    public DicomTag(ushort group, ushort element)
    {
        Group = group;
        Element = element;
    }

    public DicomTag(ushort group, ushort element, string privateCreator)
        : this(group, element, DicomDictionary.Default.GetPrivateCreator(privateCreator))
    {
    }

    public DicomTag(ushort group, ushort element, DicomPrivateCreator privateCreator)
        : this(group, element) => PrivateCreator = privateCreator;

    public ushort Group { get; }

    public ushort Element { get; }

    public bool IsPrivate => (Group & 1) == 1;

    public DicomPrivateCreator PrivateCreator { get; set; }

    public DicomDictionaryEntry DictionaryEntry => DicomDictionary.Default[this];

    internal uint Number => ((uint)Group << 16) | Element;

    /// <summary>Whether the tag reserves a private block, (gggg,0010-00FF) (PS3.5 section 7.8.1).</summary>
    internal bool IsPrivateCreatorTag => IsPrivate && Element is >= 0x0010 and <= 0x00ff;

    public static implicit operator DicomTag(uint tag) => new((ushort)(tag >> 16), (ushort)tag);

    public static explicit operator uint(DicomTag tag) => tag.Number;

    public static bool operator ==(DicomTag a, DicomTag b) => a is null ? b is null : a.Equals(b);

    public static bool operator !=(DicomTag a, DicomTag b) => !(a == b);

    public override string ToString() => ToString("G", null);

    /// <summary>"G" (gggg,eeee:creator), "g" the same without brackets, "X" with the block masked, "J" GGGGEEEE as in DICOM JSON.</summary>
    public string ToString(string format, IFormatProvider formatProvider)
    {
        if (formatProvider?.GetFormat(GetType()) is ICustomFormatter custom) return custom.Format(format, this, formatProvider);

        var creator = PrivateCreator is null ? string.Empty : ":" + PrivateCreator.Creator;
        return format switch
        {
            "J" => $"{Group:X4}{Element:X4}",
            "g" => $"{Group:x4},{Element:x4}{creator}",
            "X" when PrivateCreator is not null => $"({Group:x4},xx{Element & 0xff:x2}{creator})",
            _ => $"({Group:x4},{Element:x4}{creator})",
        };
    }

    public int CompareTo(DicomTag other)
    {
        var order = Number.CompareTo(other.Number);
        if (order != 0 || ReferenceEquals(PrivateCreator, other.PrivateCreator)) return order;
        if (PrivateCreator is null) return -1;
        return other.PrivateCreator is null ? 1 : PrivateCreator.CompareTo(other.PrivateCreator);
    }

    public int CompareTo(object obj)
    {
        ArgumentNullException.ThrowIfNull(obj);
        return obj is DicomTag tag ? CompareTo(tag) : throw new ArgumentException("A tag compares with tags", nameof(obj));
    }

    public override bool Equals(object obj) => Equals(obj as DicomTag);

    /// <summary>Same group and element; private tags of one creator are equal in whatever block they stand.</summary>
    public bool Equals(DicomTag other)
    {
        if (ReferenceEquals(this, other)) return true;
        if (other is null || Group != other.Group) return false;
        if (PrivateCreator is null && other.PrivateCreator is null) return Element == other.Element;
        if (PrivateCreator is null || other.PrivateCreator is null) return false;
        return PrivateCreator.Creator == other.PrivateCreator.Creator && (Element & 0xff) == (other.Element & 0xff);
    }

    public override int GetHashCode() =>
        PrivateCreator is null ? Number.GetHashCode() : HashCode.Combine(Group, Element & 0xff, PrivateCreator);

    /// <summary>Parses "(gggg,eeee)", "gggg,eeee", "ggggeeee", each optionally followed by ":creator".</summary>
    /// <exception cref="DicomDataException">The text is no tag.</exception>
    public static DicomTag Parse(string s)
    {
        var text = s.AsSpan();
        if (text.Length > 1 && text[0] == '(') text = text[^1] == ')' ? text[1..^1] : text[1..];

        if (text.Length >= 8)
        {
            var rest = text[4] == ',' ? text[5..] : text[4..];
            if (rest.Length >= 4
                && ushort.TryParse(text[..4], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var group)
                && ushort.TryParse(rest[..4], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var element))
            {
                var creator = rest.Length > 5 && rest[4] == ':' ? DicomDictionary.Default.GetPrivateCreator(rest[5..].ToString()) : null;
                return new DicomTag(group, element, creator);
            }
        }

        throw new DicomDataException($"'{s}' is no tag");
    }
}
