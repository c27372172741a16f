using Grpc.Core;
using Regional.Link.V1;

namespace Regional.Silo.Link;

/// <summary>The calls by which an edge brings copies.</summary>
internal sealed partial class EdgeLinkService
{
    public override async Task Holdings(HoldingsRequest request, IServerStreamWriter<HoldingsMessage> responseStream, ServerCallContext context)
    {
        var site = authority.Authorise(context);
        using var ended = UntilStopping(context);
        await copies.Holdings(site.Code, request, responseStream, context.GetHttpContext().Connection.RemoteIpAddress?.ToString(), ended.Token);
    }

    public override async Task Fetch(IAsyncStreamReader<FetchRequest> requestStream, IServerStreamWriter<FetchMessage> responseStream, ServerCallContext context)
    {
        var site = authority.Authorise(context);
        using var ended = UntilStopping(context);
        using var delivery = copies.Deliver(site.Code);
        var sending = delivery.Send(responseStream, ended.Token);
        var hearing = Hear(requestStream, delivery, ended.Token);
        try
        {
            await await Task.WhenAny(sending, hearing);
        }
        catch (Exception fault) when (fault is OperationCanceledException or IOException)
        {
            // The line broke, or the centre stops: the edge goes on from where it is, on its next call.
        }
        finally
        {
            await ended.CancelAsync();
            await Task.WhenAll(sending, hearing).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
    }

    private static async Task Hear(IAsyncStreamReader<FetchRequest> requests, CopyDelivery delivery, CancellationToken cancellation)
    {
        await foreach (var request in requests.ReadAllAsync(cancellation))
            await delivery.Take(request, cancellation);
    }
}
