using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Regional.Edge.Journal;
using Regional.Edge.Link;
using Regional.Imaging;
using Regional.Link.V1;

namespace Regional.Edge.Copies;

/// <summary>
/// The centre lacks images that arrived here, and somebody waits for them: they go first. Those that it had acknowledged before (and lost since)
/// go again; what is not here any more is told, so that nobody waits for it.
/// </summary>
internal sealed class SendOrders(string site, ImageArchive archive, UploadQueue queue, ILogger<SendOrders> logger) : ILinkPart
{
    private const int MaxNamed = 1000;
    private const int MaxWaiting = 1000;

    private readonly Channel<Send> _orders = Channel.CreateBounded<Send>(new BoundedChannelOptions(MaxWaiting) { FullMode = BoundedChannelFullMode.DropOldest });

    public void Hear(CentreOrder order)
    {
        if (order.Send is { } send)
            _orders.Writer.TryWrite(send);
    }

    public async Task Run(Func<EdgeEvent, CancellationToken, Task> tell, CancellationToken cancellation)
    {
        await foreach (var send in _orders.Reader.ReadAllAsync(cancellation))
        {
            if (await Take(send, cancellation) is { } lacking)
                await tell(new EdgeEvent { Lacking = lacking }, cancellation);
        }
    }

    /// <summary>What is asked for and not here; null: nothing.</summary>
    private async Task<Lacking?> Take(Send send, CancellationToken cancellation)
    {
        queue.Prioritise(send.StudyInstanceUid, send.Priority);
        List<PendingUpload> again = [];
        var lacking = new Lacking { StudyInstanceUid = send.StudyInstanceUid };
        foreach (var sop in send.SopInstanceUids.Take(MaxNamed))
        {
            if (queue.IsPending(sop))
                continue;
            if (await archive.Index.GetInstanceAsync(sop, cancellation) is { IsLocal: true } here && here.Site == site && here.StudyUid == send.StudyInstanceUid)
            {
                again.Add(new PendingUpload(
                    here.Address, here.Hash, here.SopInstanceUid, here.SopClassUid, here.StudyUid, here.SeriesUid, here.TransferSyntaxUid, here.CallingAe, here.ReceivedAt,
                    send.Priority)
                {
                    Repair = here.Repair,
                });
            }
            else
                lacking.SopInstanceUids.Add(sop);
        }

        if (again.Count > 0)
            queue.SendAgain(again);
        if (send.SopInstanceUids.Count > 0)
            CopyLog.AskedFor(logger, send.StudyInstanceUid, send.SopInstanceUids.Count, again.Count, lacking.SopInstanceUids.Count);
        return lacking.SopInstanceUids.Count > 0 ? lacking : null;
    }
}
