using FellowOakDicom;

namespace Regional.Edge.Dicom;

/// <summary>Transfer syntaxes taken in storage, in the order of preference when a caller proposes several: what it sends most natively, first.</summary>
internal static class StorageSyntaxes
{
    /// <summary>Every standard syntax: data sets are kept as received, never decoded to be stored (PS3.5 §10, §A).</summary>
    public static readonly DicomTransferSyntax[] All =
    [
        DicomTransferSyntax.ExplicitVRLittleEndian,
        DicomTransferSyntax.ImplicitVRLittleEndian,
        DicomTransferSyntax.DeflatedExplicitVRLittleEndian,
        DicomTransferSyntax.ExplicitVRBigEndian,
        DicomTransferSyntax.JPEGLSLossless,
        DicomTransferSyntax.JPEGLSNearLossless,
        DicomTransferSyntax.JPEG2000Lossless,
        DicomTransferSyntax.JPEG2000Lossy,
        DicomTransferSyntax.JPEGProcess14SV1,
        DicomTransferSyntax.JPEGProcess14,
        DicomTransferSyntax.JPEGProcess1,
        DicomTransferSyntax.JPEGProcess2_4,
        DicomTransferSyntax.RLELossless,
        DicomTransferSyntax.MPEG2,
        DicomTransferSyntax.MPEG4AVCH264HighProfileLevel41,
    ];
}
