using System.Text;

namespace FellowOakDicom.IO.Reader;

/// <summary>Reads a file (PS3.10 section 7): preamble, file meta information, data set; also files that lack the first two.</summary>
internal static class FileParser
{
    /// <summary>Bytes a deflated data set may inflate to.</summary>
    internal const long MaxInflatedSize = 1L << 30;

    private const int PreambleLength = 128;

    /// <exception cref="DicomReaderException">No DICOM file.</exception>
    public static Result Parse(ParseSource source, DicomDataset meta, DicomDataset dataset, Encoding fallback, Func<ParseState, bool> stop)
    {
        if (!source.TryEnsure(PreambleLength + 4)) return new Result(DicomReaderResult.Error, DicomFileFormat.Unknown, null);

        var format = DicomFileFormat.Unknown;
        if (source.Peek(PreambleLength + 4)[PreambleLength..].SequenceEqual("DICM"u8))
        {
            source.Advance(PreambleLength + 4);
            format = DicomFileFormat.DICOM3;
        }

        if (!source.TryEnsure(6)) throw new DicomReaderException("The file ends in its meta information");
        var (explicitVR, bigEndian, group) = Probe(source);
        if (format == DicomFileFormat.Unknown) format = group == 0x0002 ? DicomFileFormat.DICOM3NoPreamble : DicomFileFormat.DICOM3NoFileMetaInfo;

        if (format == DicomFileFormat.DICOM3NoFileMetaInfo)
        {
            var result = new DatasetParser(source, stop).Parse(dataset, explicitVR, bigEndian, fallback);
            return new Result(result, Recognise(dataset, format), Syntax(explicitVR, bigEndian));
        }

        var metaResult = new DatasetParser(source, boundary: tag => tag.Group != 0x0002).Parse(meta, explicitVR, bigEndian, DicomEncoding.Default);
        if (metaResult != DicomReaderResult.Stopped) throw new DicomReaderException("The file ends in its meta information");

        var syntax = meta.TryGetString(DicomTag.TransferSyntaxUID, out var uid) && !string.IsNullOrWhiteSpace(uid)
            ? DicomTransferSyntax.Parse(uid)
            : Syntax(explicitVR, bigEndian);
        return new Result(ParseDataset(source, dataset, syntax, fallback, stop), format, syntax);
    }

    /// <summary>Reads a data set whose syntax is known.</summary>
    public static DicomReaderResult ParseDataset(
        ParseSource source, DicomDataset dataset, DicomTransferSyntax syntax, Encoding fallback, Func<ParseState, bool> stop)
    {
        if (!syntax.IsDeflate)
            return new DatasetParser(source, stop).Parse(dataset, syntax.IsExplicitVR, syntax.Endian == Endian.Big, fallback);

        using var inflated = new BoundedInflateStream(source.Remainder(), MaxInflatedSize);
        using var inner = new ParseSource(inflated, null, source.Option, 0);
        return new DatasetParser(inner, stop).Parse(dataset, syntax.IsExplicitVR, bigEndian: false, fallback);
    }

    /// <summary>VR style and byte order from the first tag: groups of header elements are small numbers.</summary>
    private static (bool ExplicitVR, bool BigEndian, ushort Group) Probe(ParseSource source)
    {
        source.BigEndian = false;
        var group = source.PeekUInt16();
        if (group > 0x00ff)
        {
            source.BigEndian = true;
            group = source.PeekUInt16();
            if (group > 0x00ff) throw new DicomReaderException("No DICOM data set begins like this");
        }

        var code = source.Peek(6)[4..];
        return (DicomVR.TryParse(code[0], code[1], out _), source.BigEndian, group);
    }

    private static DicomTransferSyntax Syntax(bool explicitVR, bool bigEndian) => (explicitVR, bigEndian) switch
    {
        (true, false) => DicomTransferSyntax.ExplicitVRLittleEndian,
        (true, true) => DicomTransferSyntax.ExplicitVRBigEndian,
        (false, false) => DicomTransferSyntax.ImplicitVRLittleEndian,
        (false, true) => DicomTransferSyntax.ImplicitVRBigEndian,
    };

    private static DicomFileFormat Recognise(DicomDataset dataset, DicomFileFormat format) =>
        dataset.TryGetString(DicomTag.RecognitionCodeRETIRED, out var code)
            ? code.Trim() switch
            {
                "ACR-NEMA 1.0" => DicomFileFormat.ACRNEMA1,
                "ACR-NEMA 2.0" => DicomFileFormat.ACRNEMA2,
                _ => format,
            }
            : format;

    public readonly record struct Result(DicomReaderResult Outcome, DicomFileFormat Format, DicomTransferSyntax Syntax);
}
