using System.Threading.Channels;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.Extensions.Logging;
using Regional.Edge.Journal;
using Regional.Imaging.Packs;
using Regional.Link.V1;

namespace Regional.Edge.Link;

/// <summary>
/// One Upload call: instances go out in the queue's order, many under way; receipts come in any order and are written to the queue in
/// groups. Ends when the call breaks or the token is cancelled; what has no receipt is offered again on the next call.
/// </summary>
internal sealed class UploadStream(
    EdgeLink.EdgeLinkClient client, Metadata headers, UploadQueue queue, PackStore packs, LinkState state, UplinkOptions options, TimeProvider time, ILogger logger)
{
    private const int LookAhead = 16;

    /// <summary>So many bytes of an object are sent before it is asked whether something more urgent has come.</summary>
    private const long Stride = 4L << 20;

    private static readonly TimeSpan Breath = TimeSpan.FromSeconds(1);

    private readonly UploadWindow _window = new(options.WindowBytes, options.WindowInstances);
    private readonly Channel<PendingUpload> _done = Channel.CreateUnbounded<PendingUpload>(new UnboundedChannelOptions { SingleReader = true });
    private readonly byte[] _chunk = new byte[options.ChunkBytes];
    private Dictionary<PackPosition, long> _resume = [];
    private DateTimeOffset _notBefore;

    /// <summary>Runs the call until it breaks or is cancelled. <paramref name="resume"/> has the offsets that the centre told for unfinished transfers.</summary>
    public async Task Run(IReadOnlyDictionary<PackPosition, long> resume, CancellationToken cancellation)
    {
        _resume = new Dictionary<PackPosition, long>(resume);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var call = client.Upload(headers, cancellationToken: ended.Token);
        Task[] tasks = [Send(call.RequestStream, ended.Token), Receive(call.ResponseStream, ended.Token), Record(ended.Token)];
        var first = await Task.WhenAny(tasks);
        await ended.CancelAsync();
        // The first failure is the one to tell; the others follow from it.
        await Task.WhenAll(tasks).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        RecordLeftovers();
        await first;
    }

    /// <summary>Whether anything came through: a receipt of the centre is in the queue.</summary>
    public bool BroughtSomething { get; private set; }

    /// <summary>What was sent at least in part and got no receipt.</summary>
    public IReadOnlyList<PendingUpload> Unanswered() => _window.Unanswered();

    private async Task Send(IClientStreamWriter<UploadMessage> writer, CancellationToken cancellation)
    {
        while (true)
        {
            await state.WhileNotPaused(cancellation);
            if (_notBefore - time.GetUtcNow() is var pause && pause > TimeSpan.Zero)
                await Task.Delay(pause, time, cancellation);
            var (changed, forgotten) = (queue.Changed, _window.Forgotten);
            var next = queue.Next(LookAhead, _window.UnderWay());
            if (next.Count == 0)
            {
                // Something new, or something that came back from the centre unstored.
                await Task.WhenAny(changed, forgotten).WaitAsync(cancellation);
                continue;
            }

            foreach (var upload in next)
            {
                var transfer = await _window.Open(upload, cancellation);
                await SendOne(writer, transfer, upload, cancellation);
                if (state.Paused || _notBefore > time.GetUtcNow())
                    break;
            }
        }
    }

    private async Task SendOne(IClientStreamWriter<UploadMessage> writer, ulong transfer, PendingUpload upload, CancellationToken cancellation)
    {
        using var slice = packs.OpenData(upload.Address);
        if (slice is null)
        {
            GiveUp(transfer, upload, "edge.record.missing");
            return;
        }

        // An offset is good for one try: after a receipt the centre holds no part any more.
        var offset = _resume.Remove(upload.Address.Position, out var told) ? told : 0;
        await writer.WriteAsync(new UploadMessage { Begin = Begin(transfer, upload, offset) }, cancellation);
        var strideEnd = offset + Stride;
        while (offset < upload.Address.DataLength)
        {
            var read = slice.Read(offset, _chunk);
            if (read == 0)
            {
                GiveUp(transfer, upload, "edge.record.short");
                return;
            }

            await writer.WriteAsync(
                new UploadMessage
                {
                    Data = new UploadData { Transfer = transfer, Offset = (ulong)offset, Data = UnsafeByteOperations.UnsafeWrap(_chunk.AsMemory(0, read)) },
                },
                cancellation);
            offset += read;
            state.Sent(read);
            if (offset < strideEnd || offset == upload.Address.DataLength)
                continue;
            strideEnd = offset + Stride;
            await SendMoreUrgent(writer, upload.Priority, cancellation);
        }
    }

    /// <summary>Urgent images do not wait for the end of a large one: transfers on a stream may be woven into each other.</summary>
    private async Task SendMoreUrgent(IClientStreamWriter<UploadMessage> writer, Priority than, CancellationToken cancellation)
    {
        while (!state.Paused && queue.Next(1, _window.UnderWay()) is [var urgent] && urgent.Priority > than)
        {
            var transfer = await _window.Open(urgent, cancellation, ahead: true);
            await SendOne(writer, transfer, urgent, cancellation);
        }
    }

    private void GiveUp(ulong transfer, PendingUpload upload, string rule)
    {
        LinkLog.Unreadable(logger, upload.SopInstanceUid, upload.Address.Pack, upload.Address.Offset);
        queue.Refused(upload, rule, time.GetUtcNow());
        _window.Close(transfer);
        _window.Forget([upload]);
    }

    private UploadBegin Begin(ulong transfer, PendingUpload upload, long offset) => new()
    {
        Transfer = transfer,
        Site = options.Site,
        SopInstanceUid = upload.SopInstanceUid,
        SopClassUid = upload.SopClassUid,
        StudyInstanceUid = upload.StudyUid,
        SeriesInstanceUid = upload.SeriesUid,
        TransferSyntaxUid = upload.TransferSyntaxUid,
        CallingAe = upload.CallingAe,
        Received = Timestamp.FromDateTimeOffset(upload.ReceivedAt),
        Length = (ulong)upload.Address.DataLength,
        Sha256 = ByteString.CopyFrom(upload.Hash.ToArray()),
        Priority = upload.Priority,
        Offset = (ulong)offset,
        Repair = upload.Repair,
    };

    private async Task Receive(IAsyncStreamReader<UploadReceipt> receipts, CancellationToken cancellation)
    {
        await foreach (var receipt in receipts.ReadAllAsync(cancellation))
        {
            if (_window.Close(receipt.Transfer) is not { } upload)
                continue;
            switch (receipt.Outcome)
            {
                case UploadReceipt.Types.Outcome.Stored or UploadReceipt.Types.Outcome.Duplicate:
                    await _done.Writer.WriteAsync(upload, cancellation);
                    break;
                case UploadReceipt.Types.Outcome.Conflict:
                    LinkLog.Conflict(logger, upload.SopInstanceUid, receipt.Reason);
                    queue.Refused(upload, receipt.Reason, time.GetUtcNow());
                    _window.Forget([upload]);
                    break;
                case UploadReceipt.Types.Outcome.Corrupt:
                    LinkLog.Corrupt(logger, upload.SopInstanceUid);
                    Corrupt(upload);
                    break;
                case UploadReceipt.Types.Outcome.Refused:
                    LinkLog.Refused(logger, upload.SopInstanceUid, receipt.Reason);
                    queue.Refused(upload, receipt.Reason, time.GetUtcNow());
                    _window.Forget([upload]);
                    break;
                default:
                    // Busy, or an outcome that this version does not know: it stays in the queue, and the stream breathes.
                    _notBefore = time.GetUtcNow() + Breath;
                    _window.Forget([upload]);
                    break;
            }
        }

        throw new RpcException(new Grpc.Core.Status(StatusCode.Unavailable, "the centre ended the upload"));
    }

    /// <summary>Damaged on its way: sent again. Damaged here: it would be forever, so people are told instead.</summary>
    private void Corrupt(PendingUpload upload)
    {
        if (packs.Check(upload.Address) != RecordCheck.Sound)
        {
            LinkLog.Unreadable(logger, upload.SopInstanceUid, upload.Address.Pack, upload.Address.Offset);
            queue.Refused(upload, "edge.record.damaged", time.GetUtcNow());
        }

        _notBefore = time.GetUtcNow() + (Breath / 4);
        _window.Forget([upload]);
    }

    /// <summary>Receipts reach the queue in groups: as many as came while the last group was written.</summary>
    private async Task Record(CancellationToken cancellation)
    {
        while (await _done.Reader.WaitToReadAsync(cancellation))
            RecordLeftovers();
    }

    private void RecordLeftovers()
    {
        List<PendingUpload> group = [];
        while (_done.Reader.TryRead(out var upload))
            group.Add(upload);
        if (group.Count == 0)
            return;
        queue.Acknowledged(group);
        BroughtSomething = true;
        _window.Forget(group);
    }
}
