using FellowOakDicom;
using FellowOakDicom.Network;

namespace Regional.Edge.Dicom;

/// <summary>In which form an image goes out.</summary>
internal enum SendForm
{
    /// <summary>The peer takes it in no form that it can be given.</summary>
    None,

    /// <summary>As it is stored; between the two plain syntaxes of little endian, only its headers are written otherwise.</summary>
    AsStored,

    /// <summary>Decoded to explicit VR little endian.</summary>
    Decoded,
}

/// <summary>What is proposed for an image, and what becomes of it by what the peer accepted.</summary>
internal static class SendableAs
{
    private static readonly DicomTransferSyntax[] Plain = [DicomTransferSyntax.ExplicitVRLittleEndian, DicomTransferSyntax.ImplicitVRLittleEndian];

    /// <summary>
    /// The library would write other pixels, or none, into a context of another syntax: an image goes out in its own, between the two plain ones of
    /// little endian, which differ in their headers alone (PS3.5 §A.1, §A.2), or decoded by this product.
    /// </summary>
    public static SendForm Form(IEnumerable<DicomPresentationContext> contexts, WantedImage image)
    {
        // The library takes the context of the image's own syntax, or else the first.
        var accepted = contexts.Where(c => c.Result == DicomPresentationContextResult.Accept && c.AbstractSyntax == image.SopClass).ToList();
        if (accepted.Exists(c => c.AcceptedTransferSyntax == image.Syntax))
            return SendForm.AsStored;
        if (!accepted.Exists(c => c.AcceptedTransferSyntax == Plain[0]) && (accepted is not [var first, ..] || !IsPlain(first.AcceptedTransferSyntax)))
            return SendForm.None;
        return IsPlain(image.Syntax) ? SendForm.AsStored : DecodedForm.CanRead(image.Syntax) ? SendForm.Decoded : SendForm.None;
    }

    /// <summary>What is proposed for images of a syntax, a presentation context each.</summary>
    public static IEnumerable<DicomTransferSyntax[]> Proposals(DicomTransferSyntax syntax)
    {
        if (IsPlain(syntax))
            return [[syntax, .. Plain.Where(other => other != syntax)]];
        // Apart, so that a peer that takes both says so, and gets the stored bytes.
        return DecodedForm.CanRead(syntax) ? [[syntax], Plain] : [[syntax]];
    }

    /// <summary>The object to send; null where it cannot be decoded.</summary>
    public static DicomFile? Written(this OpenImage open, SendForm form) => form == SendForm.Decoded ? DecodedForm.Of(open.File) : open.File;

    private static bool IsPlain(DicomTransferSyntax syntax) => Plain.Contains(syntax);
}
