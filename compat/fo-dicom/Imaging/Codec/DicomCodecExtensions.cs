namespace FellowOakDicom.Imaging.Codec;

public class DicomCodecException : DicomException
{
    public DicomCodecException(string message) : base(message)
    {
    }

    public DicomCodecException(string message, Exception innerException) : base(message, innerException)
    {
    }
}

public class DicomCodecParams
{
    protected DicomCodecParams()
    {
    }
}

public static class DicomCodecExtensions
{
    /// <summary>A copy that will be written in another syntax.</summary>
    /// <exception cref="DicomCodecException">Pixel data would have to be compressed or decompressed: there are no codecs here.</exception>
    public static DicomDataset Clone(this DicomDataset dataset, DicomTransferSyntax syntax, DicomCodecParams parameters = null)
    {
        var from = dataset.InternalTransferSyntax;
        if ((from.IsEncapsulated || syntax.IsEncapsulated) && from != syntax && dataset.Contains(DicomTag.PixelData))
            throw new DicomCodecException($"No codec changes {from} to {syntax}");

        var copy = dataset.Clone();
        copy.InternalTransferSyntax = syntax;
        return copy;
    }

    /// <inheritdoc cref="Clone(DicomDataset, DicomTransferSyntax, DicomCodecParams)"/>
    public static DicomFile Clone(this DicomFile file, DicomTransferSyntax syntax, DicomCodecParams parameters = null)
    {
        var dataset = file.Dataset.Clone(syntax, parameters);
        var copy = DicomFileExtensions.WithDataset(dataset);
        copy.FileMetaInfo.Add(file.FileMetaInfo);
        copy.FileMetaInfo.TransferSyntax = syntax;
        return copy;
    }
}
