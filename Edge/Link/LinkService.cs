using System.Security.Authentication;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Regional.Edge.Journal;
using Regional.Edge.Status;
using Regional.Imaging.Packs;
using Regional.Link.V1;

namespace Regional.Edge.Link;

/// <summary>Keeps the link to the centre: dials, sends, and after a break waits longer each time, with jitter. The hospital never waits for it.</summary>
internal sealed class LinkService(
    UplinkOptions options, LinkTransport transport, UploadQueue queue, PackStore packs, LinkState state, EdgeTelemetry telemetry, IEnumerable<ILinkPart> parts,
    IEnumerable<ILinkDuty> duties, TimeProvider time, ILogger<LinkService> logger)
    : BackgroundService
{
    private const long ResumeFrom = 1 << 20;
    private const int LookAhead = 16;

    private readonly string _boot = Guid.CreateVersion7(time.GetUtcNow()).ToString("N");
    private readonly ILinkPart[] _parts = [.. parts];
    private readonly ILinkDuty[] _duties = [.. duties];
    private IReadOnlyList<PendingUpload> _unanswered = [];
    private bool _broughtSomething;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var pause = options.FirstPause;
        while (!stoppingToken.IsCancellationRequested)
        {
            var began = time.GetTimestamp();
            try
            {
                await Connect(stoppingToken);
            }
            catch (Exception) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception fault)
            {
                // Whatever it was, the hospital goes on receiving and the link is tried again.
                var expected = fault is RpcException or HttpRequestException or IOException or OperationCanceledException or ObjectDisposedException;
                var reason = Reason(fault);
                state.Lost(reason);
                if (!expected)
                    LinkLog.Broken(logger, fault);
                // A line that breaks often but carries something is tried again at once; one that brings nothing, ever more seldom.
                if (_broughtSomething || time.GetElapsedTime(began) > options.LongestPause)
                    pause = options.FirstPause;
                LinkLog.Lost(logger, reason, pause.TotalMilliseconds, queue.Totals().Instances);
            }

            await Task.Delay(pause * (0.75 + (Random.Shared.NextDouble() / 2)), time, stoppingToken).ContinueWith(
                _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            pause = TimeSpan.FromTicks(Math.Min(pause.Ticks * 2, options.LongestPause.Ticks));
        }
    }

    private async Task Connect(CancellationToken stopping)
    {
        _broughtSomething = false;
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        using var channel = transport.Open();
        var client = new EdgeLink.EdgeLinkClient(channel);
        var headers = new Metadata { { "x-regional-site", options.Site } };
        var welcome = new TaskCompletionSource<Welcome>(TaskCreationOptions.RunContinuationsAsynchronously);
        var session = new LinkSession(client, headers, queue, telemetry, options, _parts, _boot, time, logger).Run(w => welcome.TrySetResult(w), ended.Token);
        List<Task> running = [session];
        try
        {
            await await Task.WhenAny(session, welcome.Task);
            state.Opened();
            LinkLog.Opened(logger, options.Centre);
            var window = (await welcome.Task).WindowBytes;
            var uploads = new UploadStream(
                client, headers, queue, packs, state, window > 0 ? options with { WindowBytes = Math.Min(options.WindowBytes, (long)window) } : options, time, logger);
            running.Add(Upload(client, headers, uploads, ended.Token));
            running.AddRange(_duties.Select(duty => duty.Run(client, headers, ended.Token)));
            await await Task.WhenAny(running);
        }
        finally
        {
            // All have ended before the next try begins: two uploads at once would send things twice.
            await ended.CancelAsync();
            await Task.WhenAll(running).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
    }

    /// <summary>A certificate that is not believed, here or there, looks to the protocol like any broken line; to the one who has to mend it, it does not.</summary>
    private static string Reason(Exception fault)
    {
        for (var cause = (fault as RpcException)?.Status.DebugException; cause is not null; cause = cause.InnerException)
        {
            if (cause is AuthenticationException)
                return "Tls";
        }

        return fault is RpcException rpc ? rpc.StatusCode.ToString() : fault.GetType().Name;
    }

    private async Task Upload(EdgeLink.EdgeLinkClient client, Metadata headers, UploadStream uploads, CancellationToken cancellation)
    {
        var resume = await Resume(client, headers, cancellation);
        try
        {
            await uploads.Run(resume, cancellation);
        }
        finally
        {
            _unanswered = uploads.Unanswered();
            _broughtSomething = uploads.BroughtSomething;
        }
    }

    /// <summary>Asks what became of the transfers that were under way: some are stored, large ones go on where they broke.</summary>
    private async Task<IReadOnlyDictionary<PackPosition, long>> Resume(EdgeLink.EdgeLinkClient client, Metadata headers, CancellationToken cancellation)
    {
        Dictionary<PackPosition, long> offsets = [];
        if (_unanswered.Count == 0)
        {
            // After a restart of the edge nobody knows what was under way: the first ones in the queue that are worth asking for.
            _unanswered = [.. queue.Next(LookAhead, new HashSet<PackPosition>()).Where(u => u.Address.DataLength >= ResumeFrom)];
            if (_unanswered.Count == 0)
                return offsets;
        }

        var request = new ResumeRequest { Site = options.Site };
        request.Items.AddRange(_unanswered.Select(u => new ResumeItem { SopInstanceUid = u.SopInstanceUid, Sha256 = ByteString.CopyFrom(u.Hash.ToArray()) }));
        var reply = await client.ResumeAsync(request, headers, cancellationToken: cancellation);
        List<PendingUpload> stored = [];
        foreach (var (upload, known) in _unanswered.Zip(reply.Items))
        {
            if (known.Stored)
                stored.Add(upload);
            else if (known.Offset > 0 && upload.Address.DataLength >= ResumeFrom && (long)known.Offset < upload.Address.DataLength)
                offsets[upload.Address.Position] = (long)known.Offset;
        }

        if (stored.Count > 0)
            queue.Acknowledged(stored);
        _unanswered = [];
        return offsets;
    }
}
