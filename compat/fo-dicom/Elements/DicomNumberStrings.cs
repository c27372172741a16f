using System.Globalization;
using FellowOakDicom.IO.Buffer;

namespace FellowOakDicom;

public class DicomDecimalString : DicomMultiStringElement
{
    private decimal[] _parsed;

    public DicomDecimalString(DicomTag tag, params decimal[] values) : base(tag, Array.ConvertAll(values, ToDecimalString))
    {
    }

    public DicomDecimalString(DicomTag tag, params string[] values) : base(tag, values)
    {
    }

    public DicomDecimalString(DicomTag tag, IByteBuffer data) : base(tag, null, data)
    {
    }

    public override DicomVR ValueRepresentation => DicomVR.DS;

    public override T Get<T>(int item = -1)
    {
        if (typeof(T) == typeof(string) || typeof(T) == typeof(string[])) return base.Get<T>(item);

        _parsed ??= Array.ConvertAll(Values, text => decimal.Parse(text, NumberStyles.Any, CultureInfo.InvariantCulture));
        return NumberStringConverter.TryConvert<decimal, T>(_parsed, item, InRange, out var result) ? result : base.Get<T>(item);
    }

    /// <summary>At most 16 characters (PS3.5 table 6.2-1): ten significant digits when the exact value is longer.</summary>
    public static string ToDecimalString(decimal value)
    {
        var exact = value.ToString(CultureInfo.InvariantCulture);
        return exact.Length <= 16 ? exact : value.ToString("G10", CultureInfo.InvariantCulture);
    }
}

public class DicomIntegerString : DicomMultiStringElement
{
    private int[] _parsed;

    public DicomIntegerString(DicomTag tag, params int[] values) : base(tag, Array.ConvertAll(values, v => v.ToString(CultureInfo.InvariantCulture)))
    {
    }

    public DicomIntegerString(DicomTag tag, params string[] values) : base(tag, values)
    {
    }

    public DicomIntegerString(DicomTag tag, IByteBuffer data) : base(tag, null, data)
    {
    }

    public override DicomVR ValueRepresentation => DicomVR.IS;

    public override T Get<T>(int item = -1)
    {
        if (typeof(T) == typeof(string) || typeof(T) == typeof(string[])) return base.Get<T>(item);

        const NumberStyles Style = NumberStyles.Integer | NumberStyles.AllowDecimalPoint;
        _parsed ??= Array.ConvertAll(Values, text => int.Parse(text, Style, CultureInfo.InvariantCulture));
        return NumberStringConverter.TryConvert<int, T>(_parsed, item, InRange, out var result) ? result : base.Get<T>(item);
    }
}

/// <summary>Numbers read from text, as any numeric type, nullable or array of these.</summary>
internal static class NumberStringConverter
{
    public static bool TryConvert<TNumber, T>(TNumber[] values, int item, Func<int, int> inRange, out T result)
    {
        result = default;
        if (typeof(T) == typeof(TNumber[]))
        {
            result = (T)(object)values;
            return true;
        }

        if (typeof(T).IsArray)
        {
            var element = typeof(T).GetElementType();
            var target = Nullable.GetUnderlyingType(element) ?? element;
            if (target != typeof(object) && !target.IsPrimitive && target != typeof(decimal)) return false;

            var converted = Array.CreateInstance(element, values.Length);
            for (var i = 0; i < values.Length; i++)
            {
                converted.SetValue(target == typeof(object) ? values[i] : Convert.ChangeType(values[i], target, CultureInfo.InvariantCulture), i);
            }

            result = (T)(object)converted;
            return true;
        }

        if (!typeof(T).IsValueType && typeof(T) != typeof(object)) return false;

        var value = values[inRange(item)];
        var type = Nullable.GetUnderlyingType(typeof(T)) ?? typeof(T);
        if (type.IsEnum) result = (T)Enum.ToObject(type, value);
        else result = type == typeof(object) ? (T)(object)value : (T)Convert.ChangeType(value, type, CultureInfo.InvariantCulture);
        return true;
    }
}
