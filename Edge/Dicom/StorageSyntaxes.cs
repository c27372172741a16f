using FellowOakDicom;

namespace Regional.Edge.Dicom;

/// <summary>Transfer syntaxes taken in storage, in the order of preference when a caller proposes several: what it sends most natively, first.</summary>
internal static class StorageSyntaxes
{
    // Newer than the library's dictionary (PS3.5 §A.4.13).
    private static readonly DicomTransferSyntax DeflatedImageFrame = DicomTransferSyntax.Register(
        new DicomUID("1.2.840.10008.1.2.8.1", "Deflated Image Frame Compression", DicomUidType.TransferSyntax));

    /// <summary>
    /// Every standard syntax that carries its pixels with it: data sets are kept as received, never decoded to be stored (PS3.5 §10, §A). Not
    /// those that refer to pixels elsewhere (JPIP).
    /// </summary>
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
        DicomTransferSyntax.JPEG2000Part2MultiComponentLosslessOnly,
        DicomTransferSyntax.JPEG2000Part2MultiComponent,
        DicomTransferSyntax.HTJ2KLossless,
        DicomTransferSyntax.HTJ2KLosslessRPCL,
        DicomTransferSyntax.HTJ2K,
        DicomTransferSyntax.JPEGProcess14SV1,
        DicomTransferSyntax.JPEGProcess14,
        DicomTransferSyntax.JPEGProcess1,
        DicomTransferSyntax.JPEGProcess2_4,
        DicomTransferSyntax.RLELossless,
        DeflatedImageFrame,
        DicomTransferSyntax.MPEG2,
        DicomTransferSyntax.MPEG2MainProfileHighLevel,
        DicomTransferSyntax.MPEG4AVCH264HighProfileLevel41,
        DicomTransferSyntax.MPEG4AVCH264BDCompatibleHighProfileLevel41,
        DicomTransferSyntax.MPEG4AVCH264HighProfileLevel42For2DVideo,
        DicomTransferSyntax.MPEG4AVCH264HighProfileLevel42For3DVideo,
        DicomTransferSyntax.MPEG4AVCH264StereoHighProfileLevel42,
        DicomTransferSyntax.HEVCH265MainProfileLevel51,
        DicomTransferSyntax.HEVCH265Main10ProfileLevel51,
    ];
}
