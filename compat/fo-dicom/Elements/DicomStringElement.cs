using System.Text;
using FellowOakDicom.IO.Buffer;

namespace FellowOakDicom;

/// <summary>Text of one value. Bytes read stay as they came until another target encoding is asked for.</summary>
public abstract class DicomStringElement : DicomElement
{
    private readonly Encoding[] _bufferEncodings;
    private Encoding[] _targetEncodings;
    private string _value;

    protected DicomStringElement(DicomTag tag, string value) : base(tag, EmptyBuffer.Value)
    {
        _value = value ?? string.Empty;
        if (_value.Length > 0) Buffer = new LazyByteBuffer(Encode);
    }

    protected DicomStringElement(DicomTag tag, Encoding[] encodings, IByteBuffer buffer) : base(tag, buffer)
    {
        _bufferEncodings = encodings ?? DicomEncoding.DefaultArray;
        TargetEncodings = _bufferEncodings;
    }

    /// <summary>Encodings the value is written in; only the first is used. VRs without charset stay ASCII.</summary>
    public Encoding[] TargetEncodings
    {
        get => ValueRepresentation.IsStringEncoded ? _targetEncodings : DicomEncoding.DefaultArray;
        set
        {
            if (!ValueRepresentation.IsStringEncoded) return;

            var holdsReadBytes = Buffer is not LazyByteBuffer && !ReferenceEquals(Buffer, EmptyBuffer.Value);
            if (holdsReadBytes && !value.SequenceEqual(_bufferEncodings))
            {
                _value = StringValue;
                Buffer = new LazyByteBuffer(Encode);
            }

            _targetEncodings = value;
        }
    }

    public Encoding TargetEncoding
    {
        get => _targetEncodings?.FirstOrDefault() ?? DicomEncoding.Default;
        set => TargetEncodings = [value];
    }

    public override int Count => 1;

    /// <summary>The whole value field as text, padding cut.</summary>
    protected string StringValue => _value ??= ReferenceEquals(Buffer, EmptyBuffer.Value)
        ? string.Empty
        : DicomEncoding.DecodeBytes(Buffer, _bufferEncodings, ValueRepresentation == DicomVR.PN).TrimEnd((char)ValueRepresentation.PaddingValue);

    public override T Get<T>(int item = -1)
    {
        if (typeof(T) == typeof(string) || typeof(T) == typeof(object)) return (T)(object)StringValue;
        if (typeof(T) == typeof(string[]) || typeof(T) == typeof(object[])) return (T)(object)new[] { StringValue };
        return ParseValue<T>(StringValue);
    }

    public override bool Equals(DicomElement other) => other is DicomStringElement text && StringValue == text.StringValue;

    protected override void ValidateString() => ValueRepresentation.ValidateString(_value);

    private protected T ParseValue<T>(string value)
    {
        if (typeof(T).IsSubclassOf(typeof(DicomParseable))) return DicomParseable.Parse<T>(value);

        var target = Nullable.GetUnderlyingType(typeof(T)) ?? typeof(T);
        return target.IsEnum ? (T)Enum.Parse(target, value.Replace("\0", string.Empty, StringComparison.Ordinal), ignoreCase: true) : throw CannotConvert<T>();
    }

    private byte[] Encode()
    {
        var bytes = TargetEncoding.GetBytes(_value);
        if ((bytes.Length & 1) == 1)
        {
            Array.Resize(ref bytes, bytes.Length + 1);
            bytes[^1] = ValueRepresentation.PaddingValue;
        }

        return bytes;
    }
}

/// <summary>Text of several values with backslashes between.</summary>
public abstract class DicomMultiStringElement : DicomStringElement
{
    private string[] _values;

    protected DicomMultiStringElement(DicomTag tag, params string[] values) : base(tag, string.Join('\\', values))
    {
    }

    protected DicomMultiStringElement(DicomTag tag, Encoding[] encodings, IByteBuffer buffer) : base(tag, encodings, buffer)
    {
    }

    public override int Count => Values.Length;

    private protected string[] Values => _values ??= string.IsNullOrEmpty(StringValue) ? [] : StringValue.Split('\\');

    public override T Get<T>(int item = -1)
    {
        if (typeof(T) == typeof(string) || typeof(T) == typeof(object)) return (T)(object)(item == -1 ? StringValue : Values[InRange(item)]);
        if (typeof(T) == typeof(string[]) || typeof(T) == typeof(object[])) return (T)(object)Values;
        return ParseValue<T>(Values[InRange(item)]);
    }

    public override bool Equals(DicomElement other) => other is DicomMultiStringElement text && StringValue == text.StringValue;

    protected override void ValidateString()
    {
        foreach (var value in Values) ValueRepresentation.ValidateString(value);
    }
}
