using System.Collections.Concurrent;
using FellowOakDicom.IO;

namespace FellowOakDicom;

/// <summary>How a data set is encoded (PS3.5 section 10 and annex A).</summary>
public class DicomTransferSyntax : DicomParseable
{
    private static readonly ConcurrentDictionary<string, DicomTransferSyntax> Entries = new(StringComparer.Ordinal);

    /// <summary>Not of the standard; kept for readers of broken files, never negotiated.</summary>
    public static readonly DicomTransferSyntax ImplicitVRBigEndian = new(
        new DicomUID(DicomUID.ExplicitVRBigEndianRETIRED.UID + ".123456", "Implicit VR Big Endian", DicomUidType.TransferSyntax))
    {
        Endian = Endian.Big,
    };

    public static readonly DicomTransferSyntax GEPrivateImplicitVRBigEndian = Known(DicomUID.GEPrivateImplicitVRBigEndian, explicitVR: false, swapPixelData: true);
    public static readonly DicomTransferSyntax ImplicitVRLittleEndian = Known(DicomUID.ImplicitVRLittleEndian, explicitVR: false);
    public static readonly DicomTransferSyntax ExplicitVRLittleEndian = Known(DicomUID.ExplicitVRLittleEndian);
    public static readonly DicomTransferSyntax ExplicitVRBigEndian = Known(DicomUID.ExplicitVRBigEndianRETIRED, bigEndian: true, retired: true);
    public static readonly DicomTransferSyntax DeflatedExplicitVRLittleEndian = Known(DicomUID.DeflatedExplicitVRLittleEndian, deflate: true);
    public static readonly DicomTransferSyntax JPEGProcess1 = Known(DicomUID.JPEGBaseline8Bit, encapsulated: true, lossy: "ISO_10918_1");
    public static readonly DicomTransferSyntax JPEGProcess2_4 = Known(DicomUID.JPEGExtended12Bit, encapsulated: true, lossy: "ISO_10918_1");
    public static readonly DicomTransferSyntax JPEGProcess3_5Retired = Known(DicomUID.JPEGExtended35RETIRED, encapsulated: true, lossy: null, retired: true);
    public static readonly DicomTransferSyntax JPEGProcess6_8Retired = Known(DicomUID.JPEGSpectralSelectionNonHierarchical68RETIRED, encapsulated: true, lossy: "ISO_10918_1", retired: true);
    public static readonly DicomTransferSyntax JPEGProcess7_9Retired = Known(DicomUID.JPEGSpectralSelectionNonHierarchical79RETIRED, encapsulated: true, lossy: "ISO_10918_1", retired: true);
    public static readonly DicomTransferSyntax JPEGProcess10_12Retired = Known(DicomUID.JPEGFullProgressionNonHierarchical1012RETIRED, encapsulated: true, lossy: "ISO_10918_1", retired: true);
    public static readonly DicomTransferSyntax JPEGProcess11_13Retired = Known(DicomUID.JPEGFullProgressionNonHierarchical1113RETIRED, encapsulated: true, lossy: "ISO_10918_1", retired: true);
    public static readonly DicomTransferSyntax JPEGProcess14 = Known(DicomUID.JPEGLossless, encapsulated: true);
    public static readonly DicomTransferSyntax JPEGProcess15Retired = Known(DicomUID.JPEGLosslessNonHierarchical15RETIRED, encapsulated: true, retired: true);
    public static readonly DicomTransferSyntax JPEGProcess16_18Retired = Known(DicomUID.JPEGExtendedHierarchical1618RETIRED, encapsulated: true, lossy: "ISO_10918_1", retired: true);
    public static readonly DicomTransferSyntax JPEGProcess17_19Retired = Known(DicomUID.JPEGExtendedHierarchical1719RETIRED, encapsulated: true, lossy: "ISO_10918_1", retired: true);
    public static readonly DicomTransferSyntax JPEGProcess20_22Retired = Known(DicomUID.JPEGSpectralSelectionHierarchical2022RETIRED, encapsulated: true, lossy: "ISO_10918_1", retired: true);
    public static readonly DicomTransferSyntax JPEGProcess21_23Retired = Known(DicomUID.JPEGSpectralSelectionHierarchical2123RETIRED, encapsulated: true, lossy: "ISO_10918_1", retired: true);
    public static readonly DicomTransferSyntax JPEGProcess24_26Retired = Known(DicomUID.JPEGFullProgressionHierarchical2426RETIRED, encapsulated: true, lossy: "ISO_10918_1", retired: true);
    public static readonly DicomTransferSyntax JPEGProcess25_27Retired = Known(DicomUID.JPEGFullProgressionHierarchical2527RETIRED, encapsulated: true, lossy: "ISO_10918_1", retired: true);
    public static readonly DicomTransferSyntax JPEGProcess28Retired = Known(DicomUID.JPEGLosslessHierarchical28RETIRED, encapsulated: true, retired: true);
    public static readonly DicomTransferSyntax JPEGProcess29Retired = Known(DicomUID.JPEGLosslessHierarchical29RETIRED, encapsulated: true, retired: true);
    public static readonly DicomTransferSyntax JPEGProcess14SV1 = Known(DicomUID.JPEGLosslessSV1, encapsulated: true);
    public static readonly DicomTransferSyntax JPEGLSLossless = Known(DicomUID.JPEGLSLossless, encapsulated: true);
    public static readonly DicomTransferSyntax JPEGLSNearLossless = Known(DicomUID.JPEGLSNearLossless, encapsulated: true, lossy: "ISO_14495_1");
    public static readonly DicomTransferSyntax JPEG2000Lossless = Known(DicomUID.JPEG2000Lossless, encapsulated: true);
    public static readonly DicomTransferSyntax JPEG2000Lossy = Known(DicomUID.JPEG2000, encapsulated: true, lossy: "ISO_15444_1");
    public static readonly DicomTransferSyntax JPEG2000Part2MultiComponentLosslessOnly = Known(DicomUID.JPEG2000MCLossless, encapsulated: true);
    public static readonly DicomTransferSyntax JPEG2000Part2MultiComponent = Known(DicomUID.JPEG2000MC, encapsulated: true, lossy: "ISO_15444_2");
    public static readonly DicomTransferSyntax JPIPReferenced = Known(DicomUID.JPIPReferenced);
    public static readonly DicomTransferSyntax JPIPReferencedDeflate = Known(DicomUID.JPIPReferencedDeflate, deflate: true);
    public static readonly DicomTransferSyntax MPEG2 = Known(DicomUID.MPEG2MPML, encapsulated: true, lossy: "ISO_13818_2");
    public static readonly DicomTransferSyntax FragmentableMPEG2 = Known(DicomUID.MPEG2MPMLF, encapsulated: true, lossy: "ISO_13818_2");
    public static readonly DicomTransferSyntax MPEG2MainProfileHighLevel = Known(DicomUID.MPEG2MPHL, encapsulated: true, lossy: "ISO_13818_2");
    public static readonly DicomTransferSyntax FragmentableMPEG2MainProfileHighLevel = Known(DicomUID.MPEG2MPHLF, encapsulated: true, lossy: "ISO_13818_2");
    public static readonly DicomTransferSyntax MPEG4AVCH264HighProfileLevel41 = Known(DicomUID.MPEG4HP41, encapsulated: true, lossy: "ISO_14496_10");
    public static readonly DicomTransferSyntax FragmentableMPEG4AVCH264HighProfileLevel41 = Known(DicomUID.MPEG4HP41F, encapsulated: true, lossy: "ISO_14496_10");
    public static readonly DicomTransferSyntax MPEG4AVCH264BDCompatibleHighProfileLevel41 = Known(DicomUID.MPEG4HP41BD, encapsulated: true, lossy: "ISO_14496_10");
    public static readonly DicomTransferSyntax FragmentableMPEG4AVCH264BDCompatibleHighProfileLevel41 = Known(DicomUID.MPEG4HP41BDF, encapsulated: true, lossy: "ISO_14496_10");
    public static readonly DicomTransferSyntax MPEG4AVCH264HighProfileLevel42For2DVideo = Known(DicomUID.MPEG4HP422D, encapsulated: true, lossy: "ISO_14496_10");
    public static readonly DicomTransferSyntax FragmentableMPEG4AVCH264HighProfileLevel42For2DVideo = Known(DicomUID.MPEG4HP422DF, encapsulated: true, lossy: "ISO_14496_10");
    public static readonly DicomTransferSyntax MPEG4AVCH264HighProfileLevel42For3DVideo = Known(DicomUID.MPEG4HP423D, encapsulated: true, lossy: "ISO_14496_10");
    public static readonly DicomTransferSyntax FragmentableMPEG4AVCH264HighProfileLevel42For3DVideo = Known(DicomUID.MPEG4HP423DF, encapsulated: true, lossy: "ISO_14496_10");
    public static readonly DicomTransferSyntax MPEG4AVCH264StereoHighProfileLevel42 = Known(DicomUID.MPEG4HP42STEREO, encapsulated: true, lossy: "ISO_14496_10");
    public static readonly DicomTransferSyntax FragmentableMPEG4AVCH264StereoHighProfileLevel42 = Known(DicomUID.MPEG4HP42STEREOF, encapsulated: true, lossy: "ISO_14496_10");
    public static readonly DicomTransferSyntax HEVCH265MainProfileLevel51 = Known(DicomUID.HEVCMP51, encapsulated: true, lossy: "ISO_23008_2");
    public static readonly DicomTransferSyntax HEVCH265Main10ProfileLevel51 = Known(DicomUID.HEVCM10P51, encapsulated: true, lossy: "ISO_23008_2");
    public static readonly DicomTransferSyntax HTJ2KLossless = Known(DicomUID.HTJ2KLossless, encapsulated: true);
    public static readonly DicomTransferSyntax HTJ2KLosslessRPCL = Known(DicomUID.HTJ2KLosslessRPCL, encapsulated: true);
    public static readonly DicomTransferSyntax HTJ2K = Known(DicomUID.HTJ2K, encapsulated: true, lossy: "ISO_15444_15");
    public static readonly DicomTransferSyntax JPIPHTJ2KReferenced = Known(DicomUID.JPIPHTJ2KReferenced);
    public static readonly DicomTransferSyntax JPIPHTJ2KReferencedDeflate = Known(DicomUID.JPIPHTJ2KReferencedDeflate, deflate: true);
    public static readonly DicomTransferSyntax RLELossless = Known(DicomUID.RLELossless, encapsulated: true);
    public static readonly DicomTransferSyntax RFC2557MIMEEncapsulation = Known(DicomUID.RFC2557MIMEEncapsulationRETIRED);
    public static readonly DicomTransferSyntax XMLEncoding = Known(DicomUID.XMLEncodingRETIRED);
    public static readonly DicomTransferSyntax Papyrus3ImplicitVRLittleEndianRetired = Known(DicomUID.Papyrus3ImplicitVRLittleEndianRETIRED, explicitVR: false, retired: true);

    private DicomTransferSyntax(DicomUID uid) => UID = uid;

    public static IEnumerable<DicomTransferSyntax> KnownEntries => Entries.Values;

    public DicomUID UID { get; }

    public bool IsRetired { get; private init; }

    public bool IsExplicitVR { get; private init; }

    public bool IsEncapsulated { get; private init; }

    public bool IsLossy { get; private init; }

    /// <summary>The defined term of Lossy Image Compression Method (0028,2114), or null.</summary>
    public string LossyCompressionMethod { get; private init; }

    public bool IsDeflate { get; private init; }

    public Endian Endian { get; private init; }

    /// <summary>Pixel data stands in the other byte order than the rest.</summary>
    public bool SwapPixelData { get; private init; }

    public static bool operator ==(DicomTransferSyntax a, DicomTransferSyntax b) => a is null ? b is null : b is not null && a.UID == b.UID;

    public static bool operator !=(DicomTransferSyntax a, DicomTransferSyntax b) => !(a == b);

    public static DicomTransferSyntax Parse(string uid)
    {
        ArgumentNullException.ThrowIfNull(uid);
        return Lookup(DicomUID.Parse(uid, type: DicomUidType.TransferSyntax));
    }

    /// <summary>A known syntax; for an unregistered UID of type TransferSyntax an encapsulated little-endian one.</summary>
    /// <exception cref="DicomDataException">The UID is registered as something else.</exception>
    public static DicomTransferSyntax Lookup(DicomUID uid)
    {
        ArgumentNullException.ThrowIfNull(uid);
        if (Entries.TryGetValue(uid.UID, out var known)) return known;
        RequireSyntax(uid);
        return new DicomTransferSyntax(uid) { IsRetired = uid.IsRetired, IsExplicitVR = true, IsEncapsulated = true, Endian = Endian.Little };
    }

    public static DicomTransferSyntax Register(DicomUID uid) => Register(uid, Endian.Little, true, true);

    public static DicomTransferSyntax Register(DicomUID uid, Endian endian, bool isExplicitVR = true, bool isEncapsulated = true)
    {
        ArgumentNullException.ThrowIfNull(uid);
        RequireSyntax(uid);
        return Entries.GetOrAdd(uid.UID, _ => new DicomTransferSyntax(uid)
        {
            IsRetired = uid.IsRetired,
            IsExplicitVR = isExplicitVR,
            IsEncapsulated = isEncapsulated,
            Endian = endian,
        });
    }

    public static bool Unregister(DicomUID uid) => uid is not null && Entries.TryRemove(uid.UID, out _);

    public static bool Unregister(DicomTransferSyntax ts) => ts is not null && Unregister(ts.UID);

    /// <summary>The known syntax, or null.</summary>
    public static DicomTransferSyntax Query(DicomUID uid) => uid is not null && Entries.TryGetValue(uid.UID, out var known) ? known : null;

    public override string ToString() => UID.Name;

    public override bool Equals(object obj) => obj switch
    {
        DicomTransferSyntax syntax => syntax.UID.Equals(UID),
        DicomUID uid => uid.Equals(UID),
        string text => UID.UID == text,
        _ => false,
    };

    public override int GetHashCode() => UID.GetHashCode();

    private static void RequireSyntax(DicomUID uid)
    {
        if (uid.Type != DicomUidType.TransferSyntax) throw new DicomDataException($"{uid} is registered as something else than a transfer syntax");
    }

    private static DicomTransferSyntax Known(
        DicomUID uid,
        bool explicitVR = true,
        bool encapsulated = false,
        string lossy = null,
        bool deflate = false,
        bool bigEndian = false,
        bool retired = false,
        bool swapPixelData = false) => Entries[uid.UID] = new DicomTransferSyntax(uid)
        {
            IsExplicitVR = explicitVR,
            IsEncapsulated = encapsulated,
            IsLossy = lossy != null,
            LossyCompressionMethod = lossy,
            IsDeflate = deflate,
            Endian = bigEndian ? Endian.Big : Endian.Little,
            IsRetired = retired,
            SwapPixelData = swapPixelData,
        };
}
