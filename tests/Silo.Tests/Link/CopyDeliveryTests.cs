using Google.Protobuf;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using Regional.Imaging;
using Regional.Imaging.Copies;
using Regional.Imaging.Index;
using Regional.Link.V1;
using Regional.Silo.Hosting;
using Regional.Silo.Link;
using Regional.Silo.Tests.Hosting;
using Regional.TestKit;
using Regional.TestKit.Phantoms;
using Outcome = Regional.Link.V1.FetchEnd.Types.Outcome;

namespace Regional.Silo.Tests.Link;

/// <summary>Copies for edges (R4.2.5-3): to sites that may see the study alone, the most urgent chunk first, from any offset.</summary>
[Trait("Requirement", "R4.2.5-3")]
public sealed class CopyDeliveryTests : IAsyncLifetime
{
    private static readonly StudyRecipe Large = new() { Seed = 9700, Kind = PhantomKind.ChestDr, Matrix = 1200 };
    private static readonly StudyRecipe Small = new() { Seed = 9701, Kind = PhantomKind.ChestDr, Matrix = 64 };

    private readonly SmallRegion _region = new();
    private CentreHost _centre = null!;

    private ImageArchive Archive => _centre.Archive;

    private CopyService Copies => _centre.App.Services.GetRequiredService<CopyService>();

    private OriginEdges Origins => _centre.App.Services.GetRequiredService<OriginEdges>();

    private INearestCopy Nearest => _centre.App.Services.GetRequiredService<INearestCopy>();

    public async Task InitializeAsync() => _centre = await _region.Start();

    public async Task DisposeAsync()
    {
        await SmallRegion.Stop(_centre);
        _region.Dispose();
    }

    [Fact]
    public async Task Holdings_tell_sites_that_may_see_a_study_and_nobody_else()
    {
        var (township, expert) = (new PhantomStudy(Small), new PhantomStudy(Small with { Seed = 9702 }));
        await Archive.Receive(township);
        await Archive.Receive(expert, "expert");

        (await Held("township-a", township)).ShouldBe(township.Images().Select(image => image.SopInstanceUid));
        (await Held("expert", township)).Count.ShouldBe(1, "its agreement says that expert reads it");
        (await Held("expert", expert)).Count.ShouldBe(1);
        (await Should.ThrowAsync<RpcException>(() => Held("township-a", expert))).StatusCode.ShouldBe(StatusCode.NotFound);
        (await Should.ThrowAsync<RpcException>(() => Held("expert", new PhantomStudy(Small with { Seed = 9703 })))).StatusCode.ShouldBe(StatusCode.NotFound);
        (await Should.ThrowAsync<RpcException>(() => Copies.Holdings("expert", new HoldingsRequest { Site = "township-a" }, new Sent<HoldingsMessage>(), null, default)))
            .StatusCode.ShouldBe(StatusCode.PermissionDenied);

        using var delivery = Copies.Deliver("township-a");
        (await Fetch(delivery, await Begin(expert, 1))).End.ShouldBe(new FetchEnd { Transfer = 1, Outcome = Outcome.Refused, Reason = "fetch.site" });
        var audit = _centre.App.Services.GetRequiredService<Portal.Audit.IAuditLog>();
        (await audit.Find(new Portal.Audit.AuditQuery("edge", null, null, 50, null), default)).Items.Select(row => (row.Entry.Site, row.Entry.Action))
            .ShouldBe([("township-a", "refused"), ("expert", "images.copy"), ("expert", "images.copy"), ("township-a", "images.copy")]);
    }

    /// <summary>In the middle of a large routine image comes an urgent one: its next chunk is the urgent one's, and the large one goes on after it.</summary>
    [Fact]
    public async Task Urgent_copy_overtakes_in_the_middle_of_a_large_one()
    {
        var (large, small) = (new PhantomStudy(Large), new PhantomStudy(Small));
        await Archive.Receive(large);
        await Archive.Receive(small);
        using var delivery = Copies.Deliver("expert");
        var stream = new Sent<FetchMessage>();
        var urgentIn = new SyncPoint();
        stream.Before = message => message.Data is { Transfer: 1, Offset: 1 << 20 } ? urgentIn.WaitToContinueAsync() : Task.CompletedTask;
        using var ended = new CancellationTokenSource();
        await delivery.Take(new FetchRequest { Begin = await Begin(large, 1) }, default);
        var sending = delivery.Send(stream, ended.Token);
        await urgentIn.ReachedAsync();
        await delivery.Take(new FetchRequest { Begin = await Begin(small, 2, Priority.Urgent) }, default);
        urgentIn.Continue();
        await stream.Messages.FirstAsync(message => message.End is { Transfer: 1 });
        await ended.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(sending);

        var sent = stream.Messages.Items.Select(message => (message.Data?.Transfer ?? message.End.Transfer, message.Data?.Offset)).ToList();
        var at = sent.IndexOf((1UL, 1UL << 20));
        sent[at + 1].Item1.ShouldBe(2UL, "the very next chunk");
        sent.LastIndexOf((2UL, null)).ShouldBeLessThan(sent.LastIndexOf((1UL, null)));
        Bytes(stream, 1).ShouldBe(await Stored(large));
        Bytes(stream, 2).ShouldBe(await Stored(small));
    }

    [Fact]
    public async Task A_transfer_that_becomes_urgent_goes_first_from_the_next_chunk()
    {
        var (large, other) = (new PhantomStudy(Large), new PhantomStudy(Large with { Seed = 9704 }));
        await Archive.Receive(large);
        await Archive.Receive(other);
        using var delivery = Copies.Deliver("expert");
        var stream = new Sent<FetchMessage>();
        var point = new SyncPoint();
        stream.Before = message => message.Data is { Transfer: 1, Offset: 1 << 20 } ? point.WaitToContinueAsync() : Task.CompletedTask;
        using var ended = new CancellationTokenSource();
        await delivery.Take(new FetchRequest { Begin = await Begin(large, 1) }, default);
        await delivery.Take(new FetchRequest { Begin = await Begin(other, 2) }, default);
        var sending = delivery.Send(stream, ended.Token);
        await point.ReachedAsync();
        await delivery.Take(new FetchRequest { Urgency = new FetchUrgency { Transfer = 2, Priority = Priority.Emergency } }, default);
        point.Continue();
        await stream.Messages.FirstAsync(message => message.End is { Transfer: 1 });
        await ended.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(sending);

        stream.Messages.Items.Where(message => message.End is not null).Select(message => message.End.Transfer).ShouldBe([2UL, 1UL]);
    }

    [Fact]
    public async Task A_copy_goes_on_from_its_offset_and_bytes_of_another_hash_are_gone()
    {
        var study = new PhantomStudy(Large);
        await Archive.Receive(study);
        using var delivery = Copies.Deliver("expert");
        var stream = new Sent<FetchMessage>();
        using var ended = new CancellationTokenSource();
        var begin = await Begin(study, 1);
        begin.Offset = 1_000_001;
        var other = await Begin(study, 2);
        other.Sha256 = ByteString.CopyFrom(new byte[32]);
        var beyond = await Begin(study, 3);
        beyond.Offset = 1UL << 40;
        foreach (var one in new[] { begin, other, beyond, new FetchBegin { Transfer = 4, SopInstanceUid = "none", Sha256 = begin.Sha256 } })
            await delivery.Take(new FetchRequest { Begin = one }, default);
        var sending = delivery.Send(stream, ended.Token);
        await stream.Messages.FirstAsync(message => message.End is { Transfer: 1 });
        await ended.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(sending);

        Bytes(stream, 1).ShouldBe((await Stored(study))[1_000_001..]);
        stream.Messages.Items.Where(message => message.End is not null).ToDictionary(message => message.End.Transfer, message => message.End.Outcome).ShouldBe(
            new Dictionary<ulong, Outcome> { [1] = Outcome.Sent, [2] = Outcome.Gone, [3] = Outcome.Refused, [4] = Outcome.Refused }, ignoreOrder: true);
    }

    /// <summary>An image that is only at its edge is asked for there; who waits is told whether it came, is nowhere, or is away.</summary>
    [Fact]
    public async Task What_the_centre_lacks_is_asked_of_the_edge_where_it_arrived()
    {
        var study = new PhantomStudy(Small with { Images = 2, Kind = PhantomKind.HeadCt });
        await Archive.Receive(new PhantomStudy(study.Recipe with { Images = 1 }));
        var second = study.Images().Last().SopInstanceUid;
        (await Nearest.BringInstanceAsync(study.StudyInstanceUid, second, default)).ShouldBe(Nearness.Away, "its edge is not linked");

        var sessions = _centre.App.Services.GetRequiredService<LinkSessions>();
        var orders = sessions.Open("township-a");
        var waiting = Enumerable.Range(0, 5).Select(_ => Nearest.BringInstanceAsync(study.StudyInstanceUid, second, default).AsTask()).ToList();
        (await orders.Reader.ReadAsync()).Send.ShouldBe(new Send { StudyInstanceUid = study.StudyInstanceUid, SopInstanceUids = { second }, Priority = Priority.Emergency });
        await Archive.Receive(study, only: second);
        (await Task.WhenAll(waiting)).ShouldAllBe(found => found == Nearness.Here);
        orders.Reader.TryRead(out _).ShouldBeFalse("many who wait are one order");

        var missing = Nearest.BringInstanceAsync(study.StudyInstanceUid, "2.25.404", default).AsTask();
        await orders.Reader.ReadAsync();
        Origins.Take("township-a", new Lacking { StudyInstanceUid = study.StudyInstanceUid, SopInstanceUids = { "2.25.404" } });
        (await missing).ShouldBe(Nearness.Nowhere);
        (await Nearest.BringInstanceAsync(study.StudyInstanceUid, "2.25.404", default)).ShouldBe(Nearness.Nowhere, "believed for a while");
        orders.Reader.TryRead(out _).ShouldBeFalse();
        sessions.Close("township-a", orders);
    }

    /// <summary>A study that is still coming is served as far as it has come, and the rest is hurried; a site's word counts for its own studies alone.</summary>
    [Fact]
    public async Task A_study_that_is_still_coming_is_hurried()
    {
        var study = new PhantomStudy(Small);
        await Archive.Receive(study);
        var sessions = _centre.App.Services.GetRequiredService<LinkSessions>();
        var orders = sessions.Open("township-a");
        Origins.Take("expert", new StudyProgress { StudyInstanceUid = study.StudyInstanceUid, ReceivedInstances = 9 });
        (await Nearest.BringStudyAsync(study.StudyInstanceUid, default)).ShouldBe(Nearness.Here);
        orders.Reader.TryRead(out _).ShouldBeFalse();

        Origins.Take("township-a", new StudyProgress { StudyInstanceUid = study.StudyInstanceUid, ReceivedInstances = 3, UploadedInstances = 1 });
        (await Nearest.BringStudyAsync(study.StudyInstanceUid, default)).ShouldBe(Nearness.Here);
        (await Nearest.BringStudyAsync(study.StudyInstanceUid, default)).ShouldBe(Nearness.Here);
        (await orders.Reader.ReadAsync()).Send.SopInstanceUids.ShouldBeEmpty();
        orders.Reader.TryRead(out _).ShouldBeFalse("once in a while");
        var sent = new Sent<HoldingsMessage>();
        await Copies.Holdings("expert", new HoldingsRequest { Site = "expert", StudyInstanceUid = study.StudyInstanceUid }, sent, null, default);
        sent.Messages.Items[^1].End.ShouldBe(new HoldingsEnd { AtOrigin = 2, OriginOnline = true });
        sessions.Close("township-a", orders);
    }

    private async Task<List<string>> Held(string site, PhantomStudy study)
    {
        var sent = new Sent<HoldingsMessage>();
        await Copies.Holdings(site, new HoldingsRequest { Site = site, StudyInstanceUid = study.StudyInstanceUid }, sent, "127.0.0.1", default);
        return [.. sent.Messages.Items.Where(message => message.Instance is not null).Select(message => message.Instance.SopInstanceUid)];
    }

    private async Task<IndexedInstance> Instance(PhantomStudy study) => (await Archive.Index.GetInstancesAsync(study.StudyInstanceUid, null, default))[0];

    private async Task<FetchBegin> Begin(PhantomStudy study, ulong transfer, Priority priority = Priority.Routine)
    {
        var instance = await Instance(study);
        return new FetchBegin
        {
            Transfer = transfer, SopInstanceUid = instance.SopInstanceUid, Sha256 = ByteString.CopyFrom(instance.Hash.ToArray()), Priority = priority,
        };
    }

    private async Task<byte[]> Stored(PhantomStudy study)
    {
        using var slice = Archive.Packs.OpenData((await Instance(study)).Address)!;
        var bytes = new byte[slice.Length];
        slice.Read(0, bytes);
        return bytes;
    }

    private static async Task<FetchMessage> Fetch(CopyDelivery delivery, FetchBegin begin)
    {
        var stream = new Sent<FetchMessage>();
        using var ended = new CancellationTokenSource();
        await delivery.Take(new FetchRequest { Begin = begin }, default);
        var sending = delivery.Send(stream, ended.Token);
        var first = await stream.Messages.FirstAsync();
        await ended.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(sending);
        return first;
    }

    private static byte[] Bytes(Sent<FetchMessage> stream, ulong transfer) =>
        [.. stream.Messages.Items.Where(message => message.Data?.Transfer == transfer).SelectMany(message => message.Data.Data.ToByteArray())];

    /// <summary>A stream that keeps what is written; like the real one it has taken a message's bytes when the write ends.</summary>
    private sealed class Sent<T> : IServerStreamWriter<T>
        where T : class, IDeepCloneable<T>
    {
        public EventCollector<T> Messages { get; } = new();

        public Func<T, Task> Before { get; set; } = _ => Task.CompletedTask;

        public WriteOptions? WriteOptions { get; set; }

        public Task WriteAsync(T message, CancellationToken cancellationToken) => WriteAsync(message).WaitAsync(cancellationToken);

        public async Task WriteAsync(T message)
        {
            var kept = message is FetchMessage { Data: { } data }
                ? (T)(object)new FetchMessage { Data = new FetchData { Transfer = data.Transfer, Offset = data.Offset, Data = ByteString.CopyFrom(data.Data.Span) } }
                : message.Clone();
            await Before(message);
            Messages.Add(kept);
        }
    }
}
