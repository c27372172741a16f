using System.Text;
using System.Threading.Channels;
using Regional.Imaging;
using Regional.Imaging.Packs;
using Regional.Imaging.Repairs;
using Regional.Link.V1;
using Outcome = Regional.Link.V1.UploadReceipt.Types.Outcome;

namespace Regional.Silo.Link;

/// <summary>
/// One Upload call: puts transfers together, stores each as soon as it is whole and its hash agrees, and answers in the order things become
/// durable. Bounded: at most <see cref="MaxOpen"/> transfers at once, beyond the archive's buffers they wait on disk; an edge that does not take
/// its receipts is not read any further.
/// </summary>
internal sealed class UploadReception(string site, ImageArchive archive, UnfinishedTransfers unfinished, ILogger logger) : IAsyncDisposable
{
    private const int MaxOpen = 256;

    private readonly Dictionary<ulong, Transfer> _open = [];
    private readonly Channel<UploadReceipt> _receipts = Channel.CreateBounded<UploadReceipt>(new BoundedChannelOptions(MaxOpen) { SingleReader = true });
    private readonly SemaphoreSlim _storing = new(MaxOpen);

    public ChannelReader<UploadReceipt> Receipts => _receipts.Reader;

    public async Task Take(UploadMessage message, CancellationToken cancellation)
    {
        switch (message.MessageCase)
        {
            case UploadMessage.MessageOneofCase.Begin:
                await Begin(message.Begin, cancellation);
                break;
            case UploadMessage.MessageOneofCase.Data:
                await Append(message.Data, cancellation);
                break;
        }
    }

    /// <summary>The edge has ended the call: waits for what is being stored, then ends the receipts.</summary>
    public async Task Finish()
    {
        for (var i = 0; i < MaxOpen; i++)
            await _storing.WaitAsync();
        _receipts.Writer.TryComplete();
    }

    public ValueTask DisposeAsync()
    {
        _receipts.Writer.TryComplete();
        foreach (var transfer in _open.Values)
            unfinished.Keep(site, transfer.Begin.SopInstanceUid, transfer.Hash, transfer.Arrival);
        _open.Clear();
        return ValueTask.CompletedTask;
    }

    private async Task Begin(UploadBegin begin, CancellationToken cancellation)
    {
        if (Check(begin) is { } rule)
        {
            await Answer(begin, Outcome.Refused, rule, cancellation);
            return;
        }

        var hash = new ContentHash(begin.Sha256.Span);
        var arrival = unfinished.Take(site, begin.SopInstanceUid, hash);
        if (begin.Offset == 0)
        {
            // From the start again: an older part is of no use any more.
            arrival?.Dispose();
            arrival = archive.Buffers.Rent();
        }

        if (arrival is null || arrival.DataLength != (long)begin.Offset)
        {
            arrival?.Dispose();
            await Answer(begin, Outcome.Corrupt, "upload.offset", cancellation);
            return;
        }

        _open.Add(begin.Transfer, new Transfer(begin, hash, arrival));
    }

    private string? Check(UploadBegin begin) =>
        begin.Site != site ? "upload.site"
        : _open.ContainsKey(begin.Transfer) || _open.Count >= MaxOpen ? "upload.transfer"
        : begin.Sha256.Length != ContentHash.Size ? "upload.sha256"
        : begin.Length == 0 || begin.Length > (ulong)archive.Buffers.Options.MaxInstance ? "upload.length"
        : !UidRule.IsValid(begin.SopInstanceUid) || !UidRule.IsValid(begin.StudyInstanceUid) || !UidRule.IsValid(begin.SeriesInstanceUid)
            || !UidRule.IsValid(begin.SopClassUid) || !UidRule.IsValid(begin.TransferSyntaxUid) ? "upload.uid"
        : begin.Received is null ? "upload.received"
        : Encoding.UTF8.GetByteCount(begin.Repair) > Repair.MaxBytes || Repair.Decode(begin.Repair) is null ? "upload.repair"
        : null;

    private async Task Append(UploadData data, CancellationToken cancellation)
    {
        // Data of a transfer that was answered already is on its way for a moment: it is let pass.
        if (!_open.TryGetValue(data.Transfer, out var transfer))
            return;
        var length = (long)transfer.Begin.Length;
        if ((long)data.Offset != transfer.Arrival.DataLength || data.Data.Length > length - transfer.Arrival.DataLength)
        {
            _open.Remove(data.Transfer);
            transfer.Arrival.Dispose();
            await Answer(transfer.Begin, Outcome.Corrupt, "upload.offset", cancellation);
            return;
        }

        await transfer.Arrival.WriteAsync(data.Data.Memory, cancellation);
        if (transfer.Arrival.DataLength < length)
            return;
        _open.Remove(data.Transfer);
        await _storing.WaitAsync(cancellation);
        _ = Store(transfer);
    }

    private async Task Store(Transfer transfer)
    {
        try
        {
            var (outcome, rule) = await Stored(transfer);
            await Answer(transfer.Begin, outcome, rule, CancellationToken.None);
        }
        finally
        {
            _storing.Release();
        }
    }

    private async Task<(Outcome Outcome, string Rule)> Stored(Transfer transfer)
    {
        var begin = transfer.Begin;
        try
        {
            using var arrival = transfer.Arrival;
            if (arrival.Complete() != transfer.Hash)
                return (Outcome.Corrupt, "upload.sha256");
            var instance = new ReceivedInstance(
                begin.StudyInstanceUid, begin.SeriesInstanceUid, begin.SopInstanceUid, begin.SopClassUid, begin.TransferSyntaxUid,
                begin.CallingAe, site, begin.Received.ToDateTimeOffset())
            {
                Repair = begin.Repair,
            };
            return await archive.StoreAsync(instance, arrival, CancellationToken.None) switch
            {
                StoreResult.Stored => (Outcome.Stored, ""),
                StoreResult.Duplicate => (Outcome.Duplicate, ""),
                StoreResult.Conflict => (Outcome.Conflict, "archive.conflict"),
                StoreResult.OtherSite => (Outcome.Conflict, "archive.other-site"),
                StoreResult.OutOfResources shortage => (Outcome.Busy, "archive." + shortage.Shortage),
                StoreResult.Refused refused => (Outcome.Refused, "archive." + refused.Field),
                _ => (Outcome.Busy, "archive"),
            };
        }
        catch (Exception fault)
        {
            // A transfer without a receipt would hold its place at the edge for ever: whatever it was, it is tried again later.
            if (fault is not (IOException or OperationCanceledException or ObjectDisposedException))
                LinkLog.StoreFailed(logger, fault, begin.SopInstanceUid, site);
            return (Outcome.Busy, "archive." + fault.GetType().Name);
        }
    }

    private async Task Answer(UploadBegin begin, Outcome outcome, string rule, CancellationToken cancellation)
    {
        if (outcome is not (Outcome.Stored or Outcome.Duplicate))
            LinkLog.NotStored(logger, UidRule.IsValid(begin.SopInstanceUid) ? begin.SopInstanceUid : "(malformed)", site, outcome.ToString(), rule);
        try
        {
            await _receipts.Writer.WriteAsync(new UploadReceipt { Transfer = begin.Transfer, Outcome = outcome, Reason = rule }, cancellation);
        }
        catch (ChannelClosedException)
        {
            // The call is over; the edge asks again what it has not heard.
        }
    }

    private sealed record Transfer(UploadBegin Begin, ContentHash Hash, ArrivalStream Arrival);
}
