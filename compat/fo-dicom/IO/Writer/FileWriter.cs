using System.IO.Compression;

namespace FellowOakDicom.IO.Writer;

/// <summary>Writes a file (PS3.10 section 7): preamble of zeros, file meta information, data set.</summary>
internal static class FileWriter
{
    public static void Write(Stream target, DicomFileMetaInformation meta, DicomDataset dataset, DicomWriteOptions options)
    {
        target.Write(Preamble());
        meta.RecalculateGroupLengths();
        new DatasetWriter(DicomTransferSyntax.ExplicitVRLittleEndian, options).Write(meta, target);
        WriteDataset(target, meta.TransferSyntax, dataset, options);
    }

    public static async Task WriteAsync(
        Stream target, DicomFileMetaInformation meta, DicomDataset dataset, DicomWriteOptions options, CancellationToken cancellationToken)
    {
        await target.WriteAsync(Preamble(), cancellationToken).ConfigureAwait(false);
        meta.RecalculateGroupLengths();
        await new DatasetWriter(DicomTransferSyntax.ExplicitVRLittleEndian, options).WriteAsync(meta, target, cancellationToken).ConfigureAwait(false);

        dataset.OnBeforeSerializing();
        if (meta.TransferSyntax.IsDeflate) await target.WriteAsync(Deflate(meta.TransferSyntax, dataset, options), cancellationToken).ConfigureAwait(false);
        else await new DatasetWriter(meta.TransferSyntax, options).WriteAsync(dataset, target, cancellationToken).ConfigureAwait(false);
    }

    public static void WriteDataset(Stream target, DicomTransferSyntax syntax, DicomDataset dataset, DicomWriteOptions options)
    {
        dataset.OnBeforeSerializing();
        if (syntax.IsDeflate) target.Write(Deflate(syntax, dataset, options).Span);
        else new DatasetWriter(syntax, options).Write(dataset, target);
    }

    private static ReadOnlyMemory<byte> Deflate(DicomTransferSyntax syntax, DicomDataset dataset, DicomWriteOptions options)
    {
        using var deflated = new MemoryStream();
        using (var deflater = new DeflateStream(deflated, CompressionLevel.Optimal, leaveOpen: true))
        {
            new DatasetWriter(syntax, options).Write(dataset, deflater);
        }

        // PS3.5 annex A.5: an odd deflated length is padded with a zero byte.
        if ((deflated.Length & 1) == 1) deflated.WriteByte(0);
        return deflated.ToArray();
    }

    private static byte[] Preamble() => [.. new byte[128], .. "DICM"u8];
}
