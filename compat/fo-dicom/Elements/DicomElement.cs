using FellowOakDicom.IO;
using FellowOakDicom.IO.Buffer;

namespace FellowOakDicom;

/// <summary>An item with a value field.</summary>
public abstract class DicomElement : DicomItem
{
    protected DicomElement(DicomTag tag, IByteBuffer data) : base(tag) => Buffer = data;

    public abstract int Count { get; }

    /// <summary>The value field in little-endian order, padded to even length.</summary>
    public IByteBuffer Buffer { get; protected set; }

    public uint Length => (uint)(Buffer?.Size ?? 0);

    /// <summary>One value (<paramref name="item"/> counts from 0), all as an array type, or the whole field as text (-1).</summary>
    public abstract T Get<T>(int item = -1);

    public override void Validate()
    {
        if (Buffer is BulkDataUriByteBuffer { IsMemory: false }) return;
        ValidateString();
        ValidateVM();
    }

    public abstract bool Equals(DicomElement other);

    protected virtual void ValidateVM()
    {
        if (Tag.IsPrivate || Count == 0) return;

        var multiplicity = Tag.DictionaryEntry.ValueMultiplicity;
        if (Count < multiplicity.Minimum || Count > multiplicity.Maximum)
        {
            throw new DicomValidationException(
                ToString(), ValueRepresentation, $"{Count} values in {Tag}, whose multiplicity is {multiplicity}");
        }
    }

    protected virtual void ValidateString()
    {
    }

    private protected InvalidCastException CannotConvert<T>() => new($"A value of {ValueRepresentation.Code} cannot be had as {typeof(T).Name}");

    private protected int InRange(int item)
    {
        var index = item == -1 ? 0 : item;
        return index >= 0 && index < Count
            ? index
            : throw new ArgumentOutOfRangeException(nameof(item), "There is no value of that number");
    }
}

/// <summary>An element of fixed-size binary values.</summary>
public abstract class DicomValueElement<Tv> : DicomElement
    where Tv : struct
{
    protected DicomValueElement(DicomTag tag, params Tv[] values) : this(tag, ByteConverter.ToByteBuffer(values))
    {
    }

    protected DicomValueElement(DicomTag tag, IByteBuffer data) : base(tag, data)
    {
    }

    public override int Count => (int)(Buffer.Size / ValueRepresentation.UnitSize);

    public override T Get<T>(int item = -1)
    {
        if (typeof(T) == typeof(Tv[])) return (T)(object)ByteConverter.ToArray<Tv>(Buffer);
        if (typeof(T) == typeof(string[])) return (T)(object)Array.ConvertAll(ByteConverter.ToArray<Tv>(Buffer), value => value.ToString());
        if (typeof(T) == typeof(object[])) return (T)(object)Array.ConvertAll(ByteConverter.ToArray<Tv>(Buffer), value => (object)value);

        var target = Nullable.GetUnderlyingType(typeof(T)) ?? typeof(T);
        if (!target.IsValueType && target != typeof(string) && target != typeof(object)) throw CannotConvert<T>();

        var single = ByteConverter.Get<Tv>(Buffer, InRange(item));
        if (typeof(T) == typeof(Tv) || typeof(T) == typeof(object)) return (T)(object)single;
        if (typeof(T) == typeof(string)) return (T)(object)single.ToString();
        if (target.IsEnum) return (T)Enum.Parse(target, single.ToString(), ignoreCase: true);
        return (T)Convert.ChangeType(single, target, System.Globalization.CultureInfo.InvariantCulture);
    }

    public override bool Equals(DicomElement other) =>
        other is DicomValueElement<Tv> same && Buffer.Data.AsSpan().SequenceEqual(same.Buffer.Data);
}
