namespace FellowOakDicom.Imaging.Codec;

/// <summary>Says which changes of transfer syntax are possible. This implementation has no codecs: only plain syntaxes change into one another.</summary>
public interface ITranscoderManager
{
    bool HasCodec(DicomTransferSyntax syntax);

    bool CanTranscode(DicomTransferSyntax inSyntax, DicomTransferSyntax outSyntax);
}

public class DefaultTranscoderManager : ITranscoderManager
{
    public bool HasCodec(DicomTransferSyntax syntax) => false;

    public bool CanTranscode(DicomTransferSyntax inSyntax, DicomTransferSyntax outSyntax) => !inSyntax.IsEncapsulated && !outSyntax.IsEncapsulated;
}
