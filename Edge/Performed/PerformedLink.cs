using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Regional.Edge.Link;
using Regional.Link.V1;

namespace Regional.Edge.Performed;

/// <summary>
/// Carries performed steps to the centre, one after the other, each until a receipt takes it. What belongs to no exam yet is said again later, at
/// most for a week: the exam begins with its first image.
/// </summary>
internal sealed class PerformedLink(PerformedStore store, TimeSpan localOffset, TimeProvider time, ILogger<PerformedLink> logger) : ILinkPart
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan GiveUpAfter = TimeSpan.FromDays(7);

    private Channel<PerformedReceipt> _receipts = Channel.CreateUnbounded<PerformedReceipt>();

    public void Hear(CentreOrder order)
    {
        if (order.OrderCase == CentreOrder.OrderOneofCase.Performed)
            _receipts.Writer.TryWrite(order.Performed);
    }

    public async Task Run(Func<EdgeEvent, CancellationToken, Task> tell, CancellationToken cancellation)
    {
        _receipts = Channel.CreateUnbounded<PerformedReceipt>(new UnboundedChannelOptions { SingleReader = true });
        Dictionary<long, (DateTimeOffset NotBefore, int Tries)> resting = [];
        while (true)
        {
            var changed = store.Changed;
            var now = time.GetUtcNow();
            if (store.Next([.. resting.Where(r => r.Value.NotBefore > now).Select(r => r.Key)]) is not { } next)
            {
                await WaitAsync(changed, resting.Count == 0 ? null : resting.Values.Min(r => r.NotBefore) - now, cancellation);
                continue;
            }

            await tell(new EdgeEvent { Performed = PerformedEvidence.Read(next, store.Source, localOffset) }, cancellation);
            if (await ReceiptAsync(next.Sequence, cancellation))
            {
                store.Sent(next.Sequence);
                resting.Remove(next.Sequence);
            }
            else if (time.GetUtcNow() - next.Since > GiveUpAfter)
            {
                PerformedLog.GivenUp(logger, next.Step.Uid, next.Step.CallingAe);
                store.Sent(next.Sequence);
                resting.Remove(next.Sequence);
            }
            else
            {
                var tries = resting.GetValueOrDefault(next.Sequence).Tries + 1;
                var pause = FirstPause * Math.Pow(2, Math.Min(tries - 1, 16));
                resting[next.Sequence] = (time.GetUtcNow() + (pause < LongestPause ? pause : LongestPause), tries);
            }
        }
    }

    private async Task<bool> ReceiptAsync(long sequence, CancellationToken cancellation)
    {
        while (true)
        {
            var receipt = await _receipts.Reader.ReadAsync(cancellation);
            if (receipt.Source == store.Source && receipt.Sequence == (ulong)sequence)
                return receipt.Taken;
        }
    }

    private async Task WaitAsync(Task changed, TimeSpan? pause, CancellationToken cancellation)
    {
        if (pause is null)
        {
            await changed.WaitAsync(cancellation);
            return;
        }

        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        await Task.WhenAny(changed, Task.Delay(pause > TimeSpan.Zero ? pause.Value : TimeSpan.FromMilliseconds(1), time, waiting.Token));
        await waiting.CancelAsync();
        cancellation.ThrowIfCancellationRequested();
    }
}
