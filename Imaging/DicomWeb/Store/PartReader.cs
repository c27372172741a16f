using Regional.Imaging.Headers;
using Regional.Imaging.Packs;
using Regional.Imaging.Storage;

namespace Regional.Imaging.DicomWeb.Store;

/// <summary>
/// One DICOM file from the network into an <see cref="ArrivalStream"/>, in steps and never whole in memory. A part that fails is read to its end all
/// the same, so that the next one is found.
/// </summary>
internal sealed class PartReader(ImageArchive archive, StoreLimits limits)
{
    private const int Step = 64 * 1024;

    /// <summary>The disk is asked once for so many bytes.</summary>
    private const long ProbeEvery = 16L << 20;

    private readonly byte[] _buffer = new byte[FilePrefix.MaxLength + Step];

    /// <summary>The arrival is the caller's to dispose; null with a <see cref="FailureReason"/> instead.</summary>
    public async Task<(FilePrefix? Prefix, ArrivalStream? Arrival, int Failure)> ReadAsync(Stream body, CancellationToken cancellation)
    {
        var (prefix, filled) = await PrefixAsync(body, cancellation);
        if (prefix is null)
        {
            await DrainAsync(body, cancellation);
            return (null, null, FailureReason.CannotUnderstand);
        }
        var arrival = archive.Buffers.Rent();
        try
        {
            if (await CopyAsync(body, arrival, prefix.Length, filled, cancellation) is not { } failure) return (prefix, arrival, 0);
            arrival.Dispose();
            await DrainAsync(body, cancellation);
            return (prefix, null, failure);
        }
        catch
        {
            arrival.Dispose();
            throw;
        }
    }

    public async Task DrainAsync(Stream body, CancellationToken cancellation)
    {
        while (await body.ReadAsync(_buffer, cancellation) > 0)
        {
            // What is not kept is only counted by the body's own bound.
        }
    }

    /// <summary>Reads until the data set begins; what was read stands in the buffer.</summary>
    private async Task<(FilePrefix? Prefix, int Filled)> PrefixAsync(Stream body, CancellationToken cancellation)
    {
        var filled = 0;
        while (true)
        {
            var read = await body.ReadAsync(_buffer.AsMemory(filled, Math.Min(Step, _buffer.Length - filled)), cancellation);
            if (read == 0) return (null, filled);
            filled += read;
            switch (FilePrefix.Read(_buffer.AsSpan(0, Math.Min(filled, FilePrefix.MaxLength)), out var prefix))
            {
                case FilePrefixReading.Whole: return (prefix, filled);
                case FilePrefixReading.NotDicom: return (null, filled);
            }
            if (filled >= FilePrefix.MaxLength) return (null, filled);
        }
    }

    /// <summary>Null when all of it was taken.</summary>
    private async Task<int?> CopyAsync(Stream body, ArrivalStream arrival, int start, int end, CancellationToken cancellation)
    {
        try
        {
            var nextProbe = ProbeEvery;
            do
            {
                if (arrival.DataLength + end - start > limits.MaxInstance) return FailureReason.TooLarge;
                arrival.Write(_buffer.AsSpan(start, end - start));
                if (arrival.DataLength >= nextProbe)
                {
                    nextProbe = arrival.DataLength + ProbeEvery;
                    if (limits.DiskIsLow()) return FailureReason.OutOfResources;
                }
                (start, end) = (0, await body.ReadAsync(_buffer.AsMemory(0, Step), cancellation));
            }
            while (end > 0);
            return null;
        }
        catch (InstanceTooLargeException)
        {
            return FailureReason.TooLarge;
        }
        catch (StorageException)
        {
            return FailureReason.OutOfResources;
        }
    }
}
