using System.Collections.Concurrent;

namespace FellowOakDicom;

public enum DicomUidType
{
    TransferSyntax,
    SOPClass,
    MetaSOPClass,
    ServiceClass,
    SOPInstance,
    ApplicationContextName,
    ApplicationHostingModel,
    CodingScheme,
    FrameOfReference,
    LDAP,
    MappingResource,
    ContextGroupName,
    Unknown,
}

public enum DicomStorageCategory
{
    None,
    Image,
    PresentationState,
    StructuredReport,
    Waveform,
    Document,
    Raw,
    Other,
    Private,
    Volume,
}

/// <summary>A unique identifier (PS3.5 section 9) with what the registry of PS3.6 annex A says of it.</summary>
public sealed partial class DicomUID : DicomParseable
{
    private static readonly ConcurrentDictionary<string, DicomUID> Registry = new(StringComparer.Ordinal);

    static DicomUID()
    {
        foreach (var uid in Registered) Registry[uid.UID] = uid;
    }

    public DicomUID(string uid, string name, DicomUidType type, bool retired = false)
    {
        UID = uid;
        Name = name;
        Type = type;
        IsRetired = retired;
    }

    public static string RootUID { get; set; } = "1.2.826.0.1.3680043.2.1343.1";

    public string UID { get; }

    public string Name { get; }

    public DicomUidType Type { get; }

    public bool IsRetired { get; }

    public bool IsImageStorage => StorageCategory == DicomStorageCategory.Image;

    public bool IsVolumeStorage => StorageCategory == DicomStorageCategory.Volume;

    public DicomStorageCategory StorageCategory
    {
        get
        {
            if (Type != DicomUidType.SOPClass) return DicomStorageCategory.None;
            if (!UID.StartsWith("1.2.840.10008", StringComparison.Ordinal)) return DicomStorageCategory.Private;
            if (Has("Storage Commitment") || !Has("Storage")) return DicomStorageCategory.None;
            if (Has("Image Storage")) return DicomStorageCategory.Image;
            if (Has("Volume Storage")) return DicomStorageCategory.Volume;
            if (this == BlendingSoftcopyPresentationStateStorage || this == ColorSoftcopyPresentationStateStorage
                || this == GrayscaleSoftcopyPresentationStateStorage || this == PseudoColorSoftcopyPresentationStateStorage)
                return DicomStorageCategory.PresentationState;
            if (this == AudioSRStorageTrialRETIRED || this == BasicTextSRStorage || this == ChestCADSRStorage || this == ComprehensiveSRStorage
                || this == ComprehensiveSRStorageTrialRETIRED || this == DetailSRStorageTrialRETIRED || this == EnhancedSRStorage
                || this == MammographyCADSRStorage || this == TextSRStorageTrialRETIRED || this == XRayRadiationDoseSRStorage)
                return DicomStorageCategory.StructuredReport;
            if (this == AmbulatoryECGWaveformStorage || this == BasicVoiceAudioWaveformStorage || this == CardiacElectrophysiologyWaveformStorage
                || this == GeneralECGWaveformStorage || this == HemodynamicWaveformStorage || this == TwelveLeadECGWaveformStorage
                || this == WaveformStorageTrialRETIRED)
                return DicomStorageCategory.Waveform;
            if (this == EncapsulatedCDAStorage || this == EncapsulatedPDFStorage) return DicomStorageCategory.Document;
            return this == RawDataStorage ? DicomStorageCategory.Raw : DicomStorageCategory.Other;

            bool Has(string part) => Name.Contains(part, StringComparison.Ordinal);
        }
    }

    public static bool operator ==(DicomUID a, DicomUID b) => a is null ? b is null : b is not null && a.UID == b.UID;

    public static bool operator !=(DicomUID a, DicomUID b) => !(a == b);

    /// <exception cref="ArgumentException">Already registered.</exception>
    public static void Register(DicomUID uid)
    {
        if (!Registry.TryAdd(uid.UID, uid)) throw new ArgumentException($"UID {uid.UID} is already registered", nameof(uid));
    }

    /// <summary>A new UID under 2.25 (PS3.5 annex B.2).</summary>
    public static DicomUID Generate() => DicomUIDGenerator.GenerateDerivedFromUUID();

    public static DicomUID Append(DicomUID baseUid, long nextSeq) => new($"{baseUid.UID}.{nextSeq}", "SOP Instance UID", DicomUidType.SOPInstance);

    public static bool IsValidUid(string uid)
    {
        try
        {
            DicomValidation.ValidateUI(uid);
            return true;
        }
        catch (Exception)
        {
            return false;
        }
    }

    public static DicomUID Parse(string s) => Parse(s, "Unknown", DicomUidType.Unknown);

    /// <summary>The registered UID, or a new one of the given name and type. Padding is cut, nothing is validated.</summary>
    public static DicomUID Parse(string s, string name = "Unknown", DicomUidType type = DicomUidType.Unknown)
    {
        var trimmed = s.TrimEnd(' ', '\0');
        return Registry.TryGetValue(trimmed, out var known) ? known : new DicomUID(trimmed, name, type);
    }

    public static IEnumerable<DicomUID> Enumerate() => Registry.Values;

    public override bool Equals(object obj) => obj is DicomUID other && other.UID == UID;

    public override int GetHashCode() => StringComparer.Ordinal.GetHashCode(UID);

    public override string ToString() => $"{Name} [{UID}]";
}

/// <summary>A value that is written as text and has a static <c>Parse(string)</c>.</summary>
public abstract class DicomParseable
{
    private static readonly ConcurrentDictionary<Type, Func<string, object>> Parsers = new();

    public static T Parse<T>(string value)
    {
        if (!typeof(T).IsSubclassOf(typeof(DicomParseable)))
            throw new DicomDataException("Only types made for it are parsed from text");

        return (T)Parsers.GetOrAdd(typeof(T), static type =>
        {
            var method = type.GetMethod("Parse", [typeof(string)]);
            return text => method.Invoke(null, [text]);
        })(value);
    }
}
