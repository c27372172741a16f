using System.Reflection;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.Extensions.Logging;
using Regional.Edge.Journal;
using Regional.Edge.Status;
using Regional.Link.V1;

namespace Regional.Edge.Link;

/// <summary>One Session call: hello, telemetry up, orders down. Its first answer is the centre's welcome.</summary>
internal sealed class LinkSession(
    EdgeLink.EdgeLinkClient client, Metadata headers, UploadQueue queue, EdgeTelemetry telemetry, UplinkOptions options, IReadOnlyList<ILinkPart> parts, string boot,
    TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan Gap = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan SkewAlarm = TimeSpan.FromSeconds(2);

    private readonly Dictionary<string, StudyCounts> _told = [];
    private TimeSpan _interval = options.StatusInterval;

    /// <param name="welcomed">Called once, when the centre has answered.</param>
    public async Task Run(Action<Welcome> welcomed, CancellationToken cancellation)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var call = client.Session(headers, cancellationToken: ended.Token);
        await call.RequestStream.WriteAsync(
            new EdgeEvent
            {
                Hello = new Hello
                {
                    Site = options.Site, Boot = boot, Protocol = 1, Clock = Timestamp.FromDateTimeOffset(time.GetUtcNow()),
                    Software = Assembly.GetExecutingAssembly().GetName().Version?.ToString(3) ?? "0",
                },
            },
            ended.Token);
        using var turn = new SemaphoreSlim(1);
        async Task Tell(EdgeEvent told, CancellationToken token)
        {
            await turn.WaitAsync(token);
            try
            {
                await call.RequestStream.WriteAsync(told, token);
            }
            finally
            {
                turn.Release();
            }
        }

        var orders = Orders(call.ResponseStream, welcomed, ended.Token);
        var events = Events(Tell, ended.Token);
        Task[] all = [orders, events, .. parts.Select(part => Part(part, Tell, ended.Token))];
        var first = await Task.WhenAny(all);
        await ended.CancelAsync();
        await Task.WhenAll(all).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        await first;
    }

    private async Task Orders(IAsyncStreamReader<CentreOrder> orders, Action<Welcome> welcomed, CancellationToken cancellation)
    {
        await foreach (var order in orders.ReadAllAsync(cancellation))
        {
            switch (order.OrderCase)
            {
                case CentreOrder.OrderOneofCase.Welcome:
                    if (order.Welcome.StatusIntervalSeconds > 0)
                        _interval = TimeSpan.FromSeconds(order.Welcome.StatusIntervalSeconds);
                    var skew = time.GetUtcNow() - order.Welcome.Clock.ToDateTimeOffset();
                    if (skew.Duration() > SkewAlarm)
                        LinkLog.ClockSkew(logger, skew.TotalMilliseconds);
                    welcomed(order.Welcome);
                    break;
                case CentreOrder.OrderOneofCase.Prioritise:
                    queue.Prioritise(order.Prioritise.StudyInstanceUid, order.Prioritise.Priority);
                    break;
            }

            foreach (var part in parts)
                part.Hear(order);
        }

        throw new RpcException(new Grpc.Core.Status(StatusCode.Unavailable, "the centre ended the session"));
    }

    /// <summary>A part that has said everything does not end the session.</summary>
    private static async Task Part(ILinkPart part, Func<EdgeEvent, CancellationToken, Task> tell, CancellationToken cancellation)
    {
        await part.Run(tell, cancellation);
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellation);
    }

    /// <summary>Counts of studies as they change, at most five times a second; the whole status at its interval and after each change.</summary>
    private async Task Events(Func<EdgeEvent, CancellationToken, Task> tell, CancellationToken cancellation)
    {
        while (true)
        {
            var changed = queue.Changed;
            foreach (var study in queue.Studies())
            {
                if (_told.TryGetValue(study.StudyUid, out var before) && before == study)
                    continue;
                _told[study.StudyUid] = study;
                await tell(new EdgeEvent { Study = Progress(study) }, cancellation);
            }

            if (_told.Count > 1000)
                _told.Clear();
            await tell(new EdgeEvent { Status = telemetry.Read() }, cancellation);
            await Task.Delay(Gap, time, cancellation);
            await Task.WhenAny(changed, Task.Delay(_interval - Gap, time, cancellation));
            cancellation.ThrowIfCancellationRequested();
        }
    }

    private static StudyProgress Progress(StudyCounts study) => new()
    {
        StudyInstanceUid = study.StudyUid,
        ReceivedInstances = (uint)study.Received,
        UploadedInstances = (uint)study.Uploaded,
        NotComingInstances = (uint)study.NotComing,
        LastImage = Timestamp.FromDateTimeOffset(study.LastImage),
    };
}
