using FellowOakDicom.IO;
using FellowOakDicom.IO.Buffer;

namespace FellowOakDicom;

/// <summary>Bytes; also readable as arrays of wider numbers.</summary>
public class DicomOtherByte : DicomValueElement<byte>
{
    public DicomOtherByte(DicomTag tag, params byte[] values) : base(tag, values)
    {
    }

    public DicomOtherByte(DicomTag tag, IByteBuffer data) : base(tag, data)
    {
    }

    public override DicomVR ValueRepresentation => DicomVR.OB;

    public override T Get<T>(int item = -1)
    {
        if (Reinterpret<short>(out var result) || Reinterpret<ushort>(out result) || Reinterpret<int>(out result)
            || Reinterpret<uint>(out result) || Reinterpret<float>(out result) || Reinterpret<double>(out result))
            return result;

        return base.Get<T>(item);

        bool Reinterpret<TNumber>(out T value) where TNumber : struct
        {
            value = default;
            if (typeof(T) == typeof(TNumber)) value = (T)(object)ByteConverter.Get<TNumber>(Buffer, item == -1 ? 0 : item);
            else if (typeof(T) == typeof(TNumber[])) value = (T)(object)ByteConverter.ToArray<TNumber>(Buffer);
            else return false;
            return true;
        }
    }

    /// <summary>Bulk values are compared by length only.</summary>
    public override bool Equals(DicomElement other) => other is DicomOtherByte same && Count == same.Count;

    protected override void ValidateVM()
    {
        // The length of a bulk value is no multiplicity (PS3.5 section 6.4).
    }
}

public class DicomUnknown : DicomOtherByte
{
    public DicomUnknown(DicomTag tag, params byte[] values) : base(tag, values)
    {
    }

    public DicomUnknown(DicomTag tag, IByteBuffer data) : base(tag, data)
    {
    }

    public override DicomVR ValueRepresentation => DicomVR.UN;
}

/// <summary>Tags as values: two little-endian 16-bit numbers each.</summary>
public class DicomAttributeTag : DicomElement
{
    private DicomTag[] _values;

    public DicomAttributeTag(DicomTag tag, params DicomTag[] values)
        : base(tag, ByteConverter.ToByteBuffer(values.SelectMany(value => new[] { value.Group, value.Element }).ToArray())) => _values = values;

    public DicomAttributeTag(DicomTag tag, IByteBuffer data) : base(tag, data)
    {
    }

    public override int Count => (int)(Buffer.Size / 4);

    public override DicomVR ValueRepresentation => DicomVR.AT;

    public IEnumerable<DicomTag> Values => _values ??= ReadValues();

    public override T Get<T>(int item = -1)
    {
        if (typeof(T) == typeof(DicomTag)) return (T)(object)Values.ElementAt(InRange(item));
        if (typeof(T) == typeof(DicomTag[])) return (T)(object)Values.ToArray();
        if (typeof(T) == typeof(string)) return (T)(object)Values.ElementAt(InRange(item)).ToString();
        if (typeof(T) == typeof(string[])) return (T)(object)Values.Select(value => value.ToString()).ToArray();
        throw CannotConvert<T>();
    }

    public override bool Equals(DicomElement other) => other is DicomAttributeTag same && Values.SequenceEqual(same.Values);

    private DicomTag[] ReadValues()
    {
        var numbers = ByteConverter.ToArray<ushort>(Buffer);
        var tags = new DicomTag[numbers.Length / 2];
        for (var i = 0; i < tags.Length; i++) tags[i] = DicomTagsIndex.LookupOrCreate(numbers[2 * i], numbers[2 * i + 1]);
        return tags;
    }
}

public class DicomUniqueIdentifier : DicomMultiStringElement
{
    private DicomUID[] _parsed;

    public DicomUniqueIdentifier(DicomTag tag, params string[] values) : base(tag, values)
    {
    }

    public DicomUniqueIdentifier(DicomTag tag, params DicomUID[] values) : base(tag, Array.ConvertAll(values, value => value.UID))
    {
    }

    public DicomUniqueIdentifier(DicomTag tag, params DicomTransferSyntax[] values) : base(tag, Array.ConvertAll(values, value => value.UID.UID))
    {
    }

    public DicomUniqueIdentifier(DicomTag tag, IByteBuffer data) : base(tag, null, data)
    {
    }

    public override DicomVR ValueRepresentation => DicomVR.UI;

    public override T Get<T>(int item = -1)
    {
        if (typeof(T) == typeof(string) || typeof(T) == typeof(string[])) return base.Get<T>(item);

        _parsed ??= Array.ConvertAll(Values, DicomUID.Parse);
        if (typeof(T) == typeof(DicomUID[]) || typeof(T) == typeof(object[])) return (T)(object)_parsed;
        if (typeof(T) == typeof(DicomTransferSyntax[])) return (T)(object)Array.ConvertAll(_parsed, DicomTransferSyntax.Lookup);
        if (typeof(T) == typeof(DicomUID) || typeof(T) == typeof(object)) return (T)(object)_parsed[InRange(item)];
        if (typeof(T) == typeof(DicomTransferSyntax)) return (T)(object)DicomTransferSyntax.Lookup(_parsed[InRange(item)]);
        return base.Get<T>(item);
    }
}
