using Google.Protobuf;
using Grpc.Core;
using Microsoft.Extensions.Logging;
using Regional.Edge.Link;
using Regional.Imaging.Packs;
using Regional.Link.V1;
using Outcome = Regional.Link.V1.FetchEnd.Types.Outcome;

namespace Regional.Edge.Copies;

/// <summary>
/// One Fetch call: asks for what is wanted, many transfers under way, and stores what is whole and has the announced hash. Ends when the call
/// breaks or the token is cancelled; what was under way goes on from its offset on the next call.
/// </summary>
internal sealed class CopyStream(CopyQueue queue, CopyKeeper keeper, LinkState state, TimeProvider time, ILogger<CopyStream> logger) : ILinkDuty
{
    /// <summary>Asked for and not yet here, at most: two seconds of a line of 200 Mbit/s.</summary>
    private const long WindowBytes = 48L << 20;
    private const int WindowInstances = 64;
    private const int MostDamaged = 3;

    public async Task Run(EdgeLink.EdgeLinkClient client, Metadata headers, CancellationToken cancellation)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var call = client.Fetch(headers, cancellationToken: ended.Token);
        var transfers = new Transfers(queue);
        Task[] tasks = [Ask(call.RequestStream, transfers, ended.Token), Take(call.ResponseStream, transfers, ended.Token)];
        var first = await Task.WhenAny(tasks);
        await ended.CancelAsync();
        await Task.WhenAll(tasks).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        await transfers.End();
        try
        {
            await first;
        }
        catch (RpcException old) when (old.StatusCode == StatusCode.Unimplemented)
        {
            // A centre of an older version has no copies to give; the rest of the link goes on.
            await Task.Delay(Timeout.InfiniteTimeSpan, time, cancellation);
        }
    }

    private async Task Ask(IClientStreamWriter<FetchRequest> writer, Transfers transfers, CancellationToken cancellation)
    {
        while (true)
        {
            var (changed, room) = (queue.Changed, transfers.Room);
            foreach (var (transfer, priority) in transfers.Urgencies())
                await writer.WriteAsync(new FetchRequest { Urgency = new FetchUrgency { Transfer = transfer, Priority = priority } }, cancellation);
            if (transfers.Open(WindowBytes, WindowInstances) is not var (id, wanted))
            {
                await Task.WhenAny(changed, room).WaitAsync(cancellation);
                continue;
            }

            await writer.WriteAsync(
                new FetchRequest
                {
                    Begin = new FetchBegin
                    {
                        Transfer = id, SopInstanceUid = wanted.Instance.SopInstanceUid, Sha256 = ByteString.CopyFrom(wanted.Instance.Hash.ToArray()),
                        Offset = (ulong)wanted.Offset, Priority = wanted.Priority,
                    },
                },
                cancellation);
        }
    }

    private async Task Take(IAsyncStreamReader<FetchMessage> messages, Transfers transfers, CancellationToken cancellation)
    {
        await foreach (var message in messages.ReadAllAsync(cancellation))
        {
            if (message.Data is { } data)
                Append(data, transfers);
            else if (message.End is { } end && transfers.Close(end.Transfer) is { } wanted)
                transfers.Hold(End(wanted, end));
        }

        throw new RpcException(new Grpc.Core.Status(StatusCode.Unavailable, "the centre ended the copies"));
    }

    private void Append(FetchData data, Transfers transfers)
    {
        // Data of a transfer that was given up is on its way for a moment: it is let pass.
        if (transfers.Find(data.Transfer) is not { } wanted)
            return;
        state.Received(data.Data.Length);
        if ((long)data.Offset != wanted.Offset || data.Data.Length > wanted.Instance.Length - wanted.Offset)
        {
            transfers.Close(data.Transfer);
            Damaged(wanted);
            return;
        }

        try
        {
            keeper.Open(wanted).Write(data.Data.Span);
        }
        catch (IOException full)
        {
            CopyLog.NotKept(logger, wanted.Instance.SopInstanceUid, full.GetType().Name);
            transfers.Close(data.Transfer);
            queue.Finish(wanted, CopyOutcome.NotKept);
        }
    }

    private async Task End(WantedCopy wanted, FetchEnd end)
    {
        switch (end.Outcome)
        {
            case Outcome.Sent:
                await Keep(wanted);
                break;
            case Outcome.Gone:
                queue.Finish(wanted, CopyOutcome.Gone);
                break;
            case Outcome.Refused:
                CopyLog.Refused(logger, wanted.Instance.SopInstanceUid, end.Reason);
                queue.Finish(wanted, CopyOutcome.Refused);
                break;
            default:
                queue.Back(wanted);
                break;
        }
    }

    private async Task Keep(WantedCopy wanted)
    {
        if (wanted.Offset != wanted.Instance.Length || wanted.Part is not { } part || part.Complete() != wanted.Instance.Hash)
        {
            Damaged(wanted);
            return;
        }

        queue.Finish(wanted, await keeper.KeepAsync(wanted.Instance, part));
    }

    /// <summary>Again from the start, a few times: damaged on its way, or for ever.</summary>
    private void Damaged(WantedCopy wanted)
    {
        CopyLog.Damaged(logger, wanted.Instance.SopInstanceUid);
        wanted.Forget();
        if (++wanted.Damaged < MostDamaged)
            queue.Back(wanted);
        else
            queue.Finish(wanted, CopyOutcome.Damaged);
    }
}
