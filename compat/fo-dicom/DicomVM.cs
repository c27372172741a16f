using System.Collections.Concurrent;
using System.Globalization;

namespace FellowOakDicom;

/// <summary>Value multiplicity (PS3.5 section 6.4): how many values an element may hold.</summary>
public class DicomVM
{
    private static readonly ConcurrentDictionary<string, DicomVM> Known = new(StringComparer.Ordinal);

    public static readonly DicomVM VM_1 = Parse("1");
    public static readonly DicomVM VM_1_2 = Parse("1-2");
    public static readonly DicomVM VM_1_3 = Parse("1-3");
    public static readonly DicomVM VM_1_8 = Parse("1-8");
    public static readonly DicomVM VM_1_32 = Parse("1-32");
    public static readonly DicomVM VM_1_99 = Parse("1-99");
    public static readonly DicomVM VM_1_n = Parse("1-n");
    public static readonly DicomVM VM_2 = Parse("2");
    public static readonly DicomVM VM_2_n = Parse("2-n");
    public static readonly DicomVM VM_2_2n = Parse("2-2n");
    public static readonly DicomVM VM_3 = Parse("3");
    public static readonly DicomVM VM_3_n = Parse("3-n");
    public static readonly DicomVM VM_3_3n = Parse("3-3n");
    public static readonly DicomVM VM_4 = Parse("4");
    public static readonly DicomVM VM_6 = Parse("6");
    public static readonly DicomVM VM_16 = Parse("16");

    public DicomVM(int minimum, int maximum, int multiplicity)
    {
        Minimum = minimum;
        Maximum = maximum;
        Multiplicity = multiplicity;
    }

    public int Minimum { get; }

    public int Maximum { get; }

    public int Multiplicity { get; }

    public override string ToString()
    {
        if (Minimum == Maximum) return Minimum.ToString(CultureInfo.InvariantCulture);
        if (Maximum != int.MaxValue) return $"{Minimum}-{Maximum}";
        return Multiplicity > 1 ? $"{Minimum}-{Multiplicity}n" : $"{Minimum}-n";
    }

    /// <summary>Parses "1", "1-3", "2-2n", "1-n" or "1 or 2".</summary>
    /// <exception cref="DicomDataException">The text is none of these.</exception>
    public static DicomVM Parse(string s)
    {
        if (Known.TryGetValue(s, out var known)) return known;

        var parts = s.Split(["-", "or", "|", " "], StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length is < 1 or > 2 || !int.TryParse(parts[0], CultureInfo.InvariantCulture, out var minimum))
            throw new DicomDataException($"'{s}' is no value multiplicity");

        if (parts.Length == 1) return Known.GetOrAdd(s, new DicomVM(minimum, minimum, minimum));

        var open = parts[1].EndsWith('n') || parts[1].EndsWith('N');
        var number = open ? parts[1][..^1] : parts[1];
        var upper = 1;
        if (number.Length > 0 && !int.TryParse(number, CultureInfo.InvariantCulture, out upper))
            throw new DicomDataException($"'{s}' is no value multiplicity");

        return Known.GetOrAdd(s, open ? new DicomVM(minimum, int.MaxValue, upper) : new DicomVM(minimum, upper, 1));
    }
}
