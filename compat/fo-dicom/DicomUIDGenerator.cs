using System.Collections.Concurrent;
using System.Globalization;
using System.Numerics;

namespace FellowOakDicom;

/// <summary>Makes new UIDs, and maps old ones to new ones consistently.</summary>
public class DicomUIDGenerator
{
    private readonly ConcurrentDictionary<string, DicomUID> _replacements = new(StringComparer.Ordinal);

    /// <summary>The replacement of a UID; the same for the same source.</summary>
    public DicomUID Generate(DicomUID sourceUid)
    {
        ArgumentNullException.ThrowIfNull(sourceUid);
        return _replacements.GetOrAdd(sourceUid.UID, static _ => GenerateDerivedFromUUID());
    }

    /// <summary>Replaces every instance UID of the data set and of its sequences; registered UIDs stay.</summary>
    public void RegenerateAll(DicomDataset dataset)
    {
        foreach (var item in dataset.ToArray())
        {
            if (item is DicomUniqueIdentifier { Count: 1 } element)
            {
                var uid = element.Get<DicomUID>(0);
                if (uid.Type is DicomUidType.SOPInstance or DicomUidType.Unknown) dataset.AddOrUpdate(item.Tag, Generate(uid));
            }
            else if (item is DicomSequence sequence)
            {
                foreach (var nested in sequence.Items) RegenerateAll(nested);
            }
        }
    }

    /// <summary>A random UUID as one decimal component under 2.25 (PS3.5 annex B.2).</summary>
    public static DicomUID GenerateDerivedFromUUID()
    {
        Span<byte> octets = stackalloc byte[16];
        Guid.NewGuid().TryWriteBytes(octets, bigEndian: true, out _);
        var number = new BigInteger(octets, isUnsigned: true, isBigEndian: true);
        return new DicomUID("2.25." + number.ToString(CultureInfo.InvariantCulture), "Local UID", DicomUidType.Unknown);
    }
}

/// <summary>How this implementation names itself in files and associations.</summary>
public static class DicomImplementation
{
    public static DicomUID ClassUID { get; set; } = new("1.3.6.1.4.1.30071.8", "Implementation Class UID", DicomUidType.Unknown);

    public static string Version { get; set; } = $"fo-dicom {typeof(DicomImplementation).Assembly.GetName().Version.ToString(3)}";
}
