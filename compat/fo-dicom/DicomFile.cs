using System.Text;
using FellowOakDicom.IO;
using FellowOakDicom.IO.Reader;
using FellowOakDicom.IO.Writer;
using Microsoft.Extensions.DependencyInjection;

namespace FellowOakDicom;

public enum DicomFileFormat
{
    Unknown,
    DICOM3,
    DICOM3NoPreamble,
    DICOM3NoFileMetaInfo,
    ACRNEMA1,
    ACRNEMA2,
}

/// <summary>What happens to values of the large-object size (64 KiB unless told) and more.</summary>
public enum FileReadOption
{
    /// <summary>As <see cref="ReadLargeOnDemand"/>; as <see cref="ReadAll"/> on streams that cannot seek.</summary>
    Default,

    /// <summary>They are read when asked for; the file or stream must still be there.</summary>
    ReadLargeOnDemand,

    /// <summary>They are left out of the data set.</summary>
    SkipLargeTags,

    ReadAll,
}

/// <summary>Where a parser stands when it asks whether to stop.</summary>
public sealed class ParseState
{
    public DicomTag PreviousTag { get; set; }

    public DicomTag Tag { get; set; }

    public int SequenceDepth { get; set; }
}

/// <summary>A DICOM file: meta information and data set.</summary>
public class DicomFile
{
    public DicomFile()
    {
        FileMetaInfo = new DicomFileMetaInformation();
        Dataset = new DicomDataset();
    }

    public DicomFile(DicomDataset dataset)
    {
        Dataset = dataset;
        FileMetaInfo = new DicomFileMetaInformation(dataset);
    }

    public IFileReference File { get; protected set; }

    public DicomFileFormat Format { get; protected set; } = DicomFileFormat.DICOM3;

    public DicomFileMetaInformation FileMetaInfo { get; protected set; }

    public DicomDataset Dataset { get; protected set; }

    /// <summary>Whether reading stopped before the end: by the caller's criterion, or because bytes are missing.</summary>
    public bool IsPartial { get; protected set; }

    /// <exception cref="DicomFileException">No DICOM file; the inner exception says why.</exception>
    public static DicomFile Open(string fileName, FileReadOption readOption = FileReadOption.Default, int largeObjectSize = 0) =>
        Open(fileName, DicomEncoding.Default, readOption: readOption, largeObjectSize: largeObjectSize);

    public static DicomFile Open(
        string fileName,
        Encoding fallbackEncoding,
        Func<ParseState, bool> stop = null,
        FileReadOption readOption = FileReadOption.Default,
        int largeObjectSize = 0)
    {
        var reference = Setup.ServiceProvider.GetRequiredService<IFileReferenceFactory>().Create(fileName);
        return Read(null, reference, fallbackEncoding, stop, readOption, largeObjectSize);
    }

    public static DicomFile Open(Stream stream, FileReadOption readOption = FileReadOption.Default, int largeObjectSize = 0) =>
        Open(stream, DicomEncoding.Default, readOption: readOption, largeObjectSize: largeObjectSize);

    public static DicomFile Open(
        Stream stream,
        Encoding fallbackEncoding,
        Func<ParseState, bool> stop = null,
        FileReadOption readOption = FileReadOption.Default,
        int largeObjectSize = 0) => Read(stream, null, fallbackEncoding, stop, readOption, largeObjectSize);

    public static Task<DicomFile> OpenAsync(string fileName, FileReadOption readOption = FileReadOption.Default, int largeObjectSize = 0) =>
        OpenAsync(fileName, DicomEncoding.Default, readOption: readOption, largeObjectSize: largeObjectSize);

    public static Task<DicomFile> OpenAsync(
        string fileName,
        Encoding fallbackEncoding,
        Func<ParseState, bool> stop = null,
        FileReadOption readOption = FileReadOption.Default,
        int largeObjectSize = 0) => Completed(() => Open(fileName, fallbackEncoding, stop, readOption, largeObjectSize));

    public static Task<DicomFile> OpenAsync(Stream stream, FileReadOption readOption = FileReadOption.Default, int largeObjectSize = 0) =>
        OpenAsync(stream, DicomEncoding.Default, readOption: readOption, largeObjectSize: largeObjectSize);

    /// <summary>Element headers are read synchronously, as in the original: give it a stream that allows that.</summary>
    public static Task<DicomFile> OpenAsync(
        Stream stream,
        Encoding fallbackEncoding,
        Func<ParseState, bool> stop = null,
        FileReadOption readOption = FileReadOption.Default,
        int largeObjectSize = 0) => Completed(() => Open(stream, fallbackEncoding, stop, readOption, largeObjectSize));

    /// <summary>Whether "DICM" stands behind the preamble; false also when the file cannot be read.</summary>
    public static bool HasValidHeader(string path)
    {
        try
        {
            using var stream = Setup.ServiceProvider.GetRequiredService<IFileReferenceFactory>().Create(path).OpenRead();
            stream.Position = 128;
            Span<byte> prefix = stackalloc byte[4];
            return stream.ReadAtLeast(prefix, 4, throwOnEndOfStream: false) == 4 && prefix.SequenceEqual("DICM"u8);
        }
        catch (Exception)
        {
            return false;
        }
    }

    /// <exception cref="DicomFileException">An ACR-NEMA file cannot be saved.</exception>
    public void Save(string fileName, DicomWriteOptions options = null)
    {
        PrepareSave();
        using var stream = CreateFile(fileName);
        OnSave();
        FileWriter.Write(stream, FileMetaInfo, Dataset, options);
    }

    public void Save(Stream stream, DicomWriteOptions options = null)
    {
        PrepareSave();
        OnSave();
        FileWriter.Write(stream, FileMetaInfo, Dataset, options);
    }

    public async Task SaveAsync(string fileName, DicomWriteOptions options = null)
    {
        PrepareSave();
        using var stream = CreateFile(fileName);
        OnSave();
        await FileWriter.WriteAsync(stream, FileMetaInfo, Dataset, options, CancellationToken.None).ConfigureAwait(false);
    }

    public Task SaveAsync(Stream stream, DicomWriteOptions options = null)
    {
        PrepareSave();
        OnSave();
        return FileWriter.WriteAsync(stream, FileMetaInfo, Dataset, options, CancellationToken.None);
    }

    public override string ToString() => $"DICOM File [{Format}]";

    protected virtual void OnSave()
    {
    }

    private static Task<DicomFile> Completed(Func<DicomFile> open)
    {
        try
        {
            return Task.FromResult(open());
        }
        catch (Exception exception)
        {
            return Task.FromException<DicomFile>(exception);
        }
    }

    private static DicomFile Read(
        Stream stream, IFileReference reference, Encoding fallback, Func<ParseState, bool> stop, FileReadOption option, int largeObjectSize)
    {
        ArgumentNullException.ThrowIfNull(fallback, "fallbackEncoding");
        var file = new DicomFile { File = reference };
        file.Dataset.FallbackEncodings = [fallback];
        try
        {
            using var opened = reference?.OpenRead();
            using var source = new ParseSource(stream ?? opened, reference, option, largeObjectSize);
            var (outcome, format, syntax) = FileParser.Parse(source, file.FileMetaInfo, file.Dataset, fallback, stop);
            if (outcome == DicomReaderResult.Processing)
                throw new DicomFileException(file, "The bytes stop making sense as a data set");
            if (outcome == DicomReaderResult.Error) throw new DicomFileException(file, "Too short for a DICOM file");

            file.IsPartial = outcome is DicomReaderResult.Stopped or DicomReaderResult.Suspended;
            file.Format = format;
            file.Dataset.InternalTransferSyntax = syntax;
            return file;
        }
        catch (Exception exception)
        {
            throw new DicomFileException(file, exception.Message, exception);
        }
    }

    private Stream CreateFile(string fileName)
    {
        File = Setup.ServiceProvider.GetRequiredService<IFileReferenceFactory>().Create(fileName);
        File.Delete();
        return File.Create();
    }

    private void PrepareSave()
    {
        if (Format is DicomFileFormat.ACRNEMA1 or DicomFileFormat.ACRNEMA2) throw new DicomFileException(this, "An ACR-NEMA data set is read only");

        FileMetaInfo = Format == DicomFileFormat.DICOM3NoFileMetaInfo
            ? new DicomFileMetaInformation(Dataset)
            : new DicomFileMetaInformation(FileMetaInfo);
    }
}

public static partial class DicomFileExtensions
{
    /// <summary>A copy with its own item lists; elements are shared.</summary>
    public static DicomFile Clone(this DicomFile original)
    {
        var copy = new DicomFile();
        copy.FileMetaInfo.Add(original.FileMetaInfo);
        copy.Dataset.ValidateItems = false;
        copy.Dataset.Add(original.Dataset);
        copy.Dataset.ValidateItems = original.Dataset.ValidateItems;
        copy.Dataset.InternalTransferSyntax = original.Dataset.InternalTransferSyntax;
        return copy;
    }

    internal static DicomFile WithDataset(DicomDataset dataset)
    {
        var file = new DicomFile();
        file.Dataset.ValidateItems = false;
        file.Dataset.Add(dataset);
        file.Dataset.ValidateItems = true;
        file.Dataset.FallbackEncodings = dataset.FallbackEncodings;
        file.Dataset.InternalTransferSyntax = dataset.InternalTransferSyntax;
        return file;
    }
}
