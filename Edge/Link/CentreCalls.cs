using Grpc.Core;
using Regional.Edge.Copies;
using Regional.Imaging.Packs;
using Regional.Link.V1;

namespace Regional.Edge.Link;

/// <summary>Asks the centre while the link holds.</summary>
internal sealed class CentreCalls(UplinkOptions options, TimeProvider time) : ILinkDuty
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private volatile Tuple<EdgeLink.EdgeLinkClient, Metadata>? _open;
    private volatile TaskCompletionSource _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends at once while the link holds, else as soon as it does.</summary>
    public Task Open => _opened.Task;

    public async Task Run(EdgeLink.EdgeLinkClient client, Metadata headers, CancellationToken cancellation)
    {
        _open = Tuple.Create(client, headers);
        _opened.TrySetResult();
        try
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, time, cancellation);
        }
        finally
        {
            _opened = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _open = null;
        }
    }

    /// <param name="waitSeconds">How long the centre may wait for what is still at the edge where the study arrived.</param>
    public async Task<Holdings> HoldingsAsync(string studyUid, uint waitSeconds, CancellationToken cancellation)
    {
        if (_open is not var (client, headers))
            return new Holdings.Unreachable();
        using var limit = new CancellationTokenSource(Patience + TimeSpan.FromSeconds(waitSeconds), time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        try
        {
            using var call = client.Holdings(new HoldingsRequest { Site = options.Site, StudyInstanceUid = studyUid, WaitSeconds = waitSeconds }, headers, cancellationToken: both.Token);
            List<DistantInstance> instances = [];
            await foreach (var message in call.ResponseStream.ReadAllAsync(both.Token))
            {
                if (message.Instance is { } held)
                    instances.Add(Distant(held));
                else if (message.End is { } end)
                    return new Holdings.Known(instances, (int)end.AtOrigin);
            }

            return new Holdings.Unreachable();
        }
        catch (RpcException answer) when (answer.StatusCode is StatusCode.NotFound or StatusCode.Unimplemented or StatusCode.PermissionDenied or StatusCode.InvalidArgument)
        {
            return new Holdings.Unknown();
        }
        catch (Exception broken) when (broken is RpcException or IOException or ObjectDisposedException or OperationCanceledException && !cancellation.IsCancellationRequested)
        {
            return new Holdings.Unreachable();
        }
    }

    private static DistantInstance Distant(HeldInstance held) => new(
        new ReceivedInstance(
            held.StudyInstanceUid, held.SeriesInstanceUid, held.SopInstanceUid, held.SopClassUid, held.TransferSyntaxUid, held.CallingAe, held.Site,
            held.Received.ToDateTimeOffset())
        {
            Repair = held.Repair,
        },
        new ContentHash(held.Sha256.Span), (long)held.Length);
}
