using System.Threading.Channels;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Orleans;
using Regional.Imaging;
using Regional.Imaging.Packs;
using Regional.Link.V1;
using Regional.Projections;

namespace Regional.Silo.Link;

/// <summary>The centre's end of the link. Translates only: rules are in the grains, durability in the archive (design §5.4, §5.5).</summary>
internal sealed partial class EdgeLinkService(
    LinkAuthority authority, LinkSessions sessions, UnfinishedTransfers unfinished, ImageArchive archive, IGrainFactory grains, IStudyKeys keys, IStudyReader studies,
    IEnumerable<ISessionPart> parts, CopyService copies, IHostApplicationLifetime lifetime, TimeProvider time, ILogger<EdgeLinkService> logger) : EdgeLink.EdgeLinkBase
{
    private const uint Protocol = 1;
    private const uint StatusSeconds = 2;
    private const ulong WindowBytes = 32 << 20;
    private const int MaxResumeItems = 1000;
    private static readonly TimeSpan SkewAlarm = TimeSpan.FromSeconds(2);

    public override async Task Session(IAsyncStreamReader<EdgeEvent> requestStream, IServerStreamWriter<CentreOrder> responseStream, ServerCallContext context)
    {
        var site = authority.Authorise(context);
        using var ended = UntilStopping(context);
        if (!await requestStream.MoveNext(ended.Token) || requestStream.Current.Hello is not { } hello)
            throw new RpcException(new Grpc.Core.Status(StatusCode.InvalidArgument, "link.hello"));
        if (hello.Site != site.Code)
            throw new RpcException(new Grpc.Core.Status(StatusCode.PermissionDenied, "link.site"));
        if (hello.Boot.Length is < 8 or > 64 || !hello.Boot.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '-'))
            throw new RpcException(new Grpc.Core.Status(StatusCode.InvalidArgument, "link.boot"));
        if (hello.Protocol != Protocol)
            throw new RpcException(new Grpc.Core.Status(StatusCode.FailedPrecondition, "link.protocol"));

        var linkId = Guid.NewGuid().ToString("N");
        var skew = hello.Clock is null ? TimeSpan.Zero : hello.Clock.ToDateTimeOffset() - time.GetUtcNow();
        if (skew.Duration() > SkewAlarm)
            LinkLog.ClockSkew(logger, site.Code, skew.TotalMilliseconds);
        var reports = new LinkReports(grains, keys, new UploadPriorities(sessions, studies, site.Code), site, linkId, time, logger);
        await reports.Opened(hello, skew);
        LinkLog.Opened(logger, site.Code, hello.Software, linkId);
        var orders = sessions.Open(site.Code);
        var talks = parts.Select(part => part.Open(site, orders.Writer)).ToArray();
        Task[] running = [];
        try
        {
            orders.Writer.TryWrite(new CentreOrder
            {
                Welcome = new Welcome { Clock = Timestamp.FromDateTimeOffset(time.GetUtcNow()), StatusIntervalSeconds = StatusSeconds, WindowBytes = WindowBytes },
            });
            running =
            [
                SendOrders(orders.Reader, responseStream, ended.Token), Hear(requestStream, reports, talks, ended.Token),
                .. talks.Select(talk => talk.Run(ended.Token)),
            ];
            await await Task.WhenAny(running);
        }
        catch (Exception fault) when (fault is OperationCanceledException or IOException)
        {
            // The line broke, or the centre stops: that is what a link does. The site is offline until its edge dials again.
        }
        finally
        {
            sessions.Close(site.Code, orders);
            await ended.CancelAsync();
            // What was still being heard ends first: a status after the close would be taken for a link that lives.
            await Task.WhenAll(running).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            await reports.Closed();
            LinkLog.Closed(logger, site.Code, linkId);
        }
    }

    public override async Task Upload(IAsyncStreamReader<UploadMessage> requestStream, IServerStreamWriter<UploadReceipt> responseStream, ServerCallContext context)
    {
        var site = authority.Authorise(context);
        await using var upload = new UploadReception(site.Code, archive, unfinished, logger);
        var receipts = SendReceipts(upload.Receipts, responseStream, context.CancellationToken);
        using var ended = UntilStopping(context);
        try
        {
            try
            {
                await foreach (var message in requestStream.ReadAllAsync(ended.Token))
                {
                    await upload.Take(message, ended.Token);
                    if (receipts.IsCompleted)
                        break;
                }
            }
            catch (OperationCanceledException) when (!context.CancellationToken.IsCancellationRequested)
            {
                // The centre stops: nothing more is read, and what is whole is still stored and answered.
            }

            // When receipts cannot be sent any more, nobody takes them, and finishing would wait for ever.
            await await Task.WhenAny(upload.Finish(), receipts);
            await receipts;
        }
        catch (Exception fault) when (fault is OperationCanceledException or IOException)
        {
            // The line broke. What was complete is stored and answered when the edge asks again; large parts wait to be resumed.
        }
    }

    public override async Task<ResumeReply> Resume(ResumeRequest request, ServerCallContext context)
    {
        var site = authority.Authorise(context);
        if (request.Site != site.Code)
            throw new RpcException(new Grpc.Core.Status(StatusCode.PermissionDenied, "link.site"));
        if (request.Items.Count > MaxResumeItems)
            throw new RpcException(new Grpc.Core.Status(StatusCode.InvalidArgument, "resume.items"));
        var reply = new ResumeReply();
        foreach (var item in request.Items)
            reply.Items.Add(await Held(site.Code, item, context.CancellationToken));
        return reply;
    }

    private async Task<ResumeState> Held(string site, ResumeItem item, CancellationToken cancellation)
    {
        if (!UidRule.IsValid(item.SopInstanceUid) || item.Sha256.Length != ContentHash.Size)
            return new ResumeState();
        var hash = new ContentHash(item.Sha256.Span);
        var known = await archive.Index.FindAsync(item.SopInstanceUid, cancellation);
        // The same bytes in another site's study are no image of this site: they are sent, and answered by the archive's rule.
        if (known is { Address: not null } && known.Hash == hash && (await archive.Index.GetInstanceAsync(item.SopInstanceUid, cancellation))?.Site == site)
            return new ResumeState { Stored = true };
        return new ResumeState { Offset = (ulong)unfinished.Held(site, item.SopInstanceUid, hash) };
    }

    /// <summary>Ends with the call, or as soon as the centre begins to stop: a link has no end of its own, and the host would wait for it in vain.</summary>
    private CancellationTokenSource UntilStopping(ServerCallContext context) =>
        CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, lifetime.ApplicationStopping);

    private static async Task SendOrders(ChannelReader<CentreOrder> orders, IServerStreamWriter<CentreOrder> stream, CancellationToken cancellation)
    {
        await foreach (var order in orders.ReadAllAsync(cancellation))
            await stream.WriteAsync(order, cancellation);
    }

    private static async Task SendReceipts(ChannelReader<UploadReceipt> receipts, IServerStreamWriter<UploadReceipt> stream, CancellationToken cancellation)
    {
        await foreach (var receipt in receipts.ReadAllAsync(cancellation))
            await stream.WriteAsync(receipt, cancellation);
    }

    private static async Task Hear(IAsyncStreamReader<EdgeEvent> events, LinkReports reports, ISessionTalk[] talks, CancellationToken cancellation)
    {
        await foreach (var told in events.ReadAllAsync(cancellation))
        {
            foreach (var talk in talks)
                await talk.Take(told, cancellation);
            switch (told.EventCase)
            {
                case EdgeEvent.EventOneofCase.Status:
                    await reports.Take(told.Status, cancellation);
                    break;
                case EdgeEvent.EventOneofCase.Study:
                    await reports.Take(told.Study, cancellation);
                    break;
            }
        }
    }
}
