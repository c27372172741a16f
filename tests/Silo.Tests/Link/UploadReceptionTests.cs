using System.Security.Cryptography;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Microsoft.Extensions.Logging.Abstractions;
using Regional.Imaging;
using Regional.Imaging.Index;
using Regional.Imaging.Packs;
using Regional.Imaging.Storage;
using Regional.Link.V1;
using Regional.Silo.Archive;
using Regional.Silo.Link;
using Regional.TestKit;
using Outcome = Regional.Link.V1.UploadReceipt.Types.Outcome;

namespace Regional.Silo.Tests.Link;

/// <summary>
/// What the centre answers to uploads (R10.2.2-1): Stored only for whole objects with the announced hash, everything else by its rule, and
/// nothing of a broken or forged transfer in the archive.
/// </summary>
[Trait("Requirement", "R10.2.2-1")]
public sealed class UploadReceptionTests : IAsyncLifetime
{
    private const string Site = "township-a";
    private const string Other = "township-b";
    private const int Chunk = 64 << 10;
    private readonly TempFolder _folder = new();
    private readonly ManualTimeProvider _time = new();
    private readonly Alarms _alarms = new();
    private IndexDatabase _database = null!;
    private ImageArchive _archive = null!;
    private UnfinishedTransfers _unfinished = null!;
    private ulong _transfers;

    private ImageArchiveOptions Options => new()
    {
        Packs = new PackStoreOptions { Directory = _folder.File("packs"), FreeSpaceWatermark = 0 },
        Buffers = new ReceiveBufferOptions { SpoolDirectory = _folder.File("spool"), MaxInstance = 64 << 20 },
        Acknowledge = AcknowledgeAfter.Index,
        OneSitePerStudy = true,
    };

    public async Task InitializeAsync()
    {
        _database = IndexDatabase.Sqlite(_folder.File("index.db"));
        _archive = await ImageArchive.OpenAsync(
            Options, DiskFileLayer.Instance, _database, _alarms, TimeProvider.System, NullLoggerFactory.Instance, default);
        _unfinished = new UnfinishedTransfers(_time);
    }

    public async Task DisposeAsync()
    {
        _unfinished.Dispose();
        await _archive.DisposeAsync();
        await _database.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Whole_object_is_stored_and_again_a_duplicate()
    {
        var bytes = Bytes(1, 200_000);
        (await Upload(Begin("2.25.1", bytes), bytes)).ShouldBe((Outcome.Stored, ""));
        (await Upload(Begin("2.25.1", bytes), bytes)).ShouldBe((Outcome.Duplicate, ""));
        (await _archive.Index.GetTotalsAsync(default)).Instances.ShouldBe(1);
        (await _archive.Index.GetInstanceAsync("2.25.1", default)).ShouldNotBeNull().Hash.ToArray().ShouldBe(SHA256.HashData(bytes));
    }

    [Fact]
    public async Task Other_bytes_under_the_same_uid_are_kept_in_quarantine()
    {
        var (first, second) = (Bytes(1, 5000), Bytes(2, 5000));
        await Upload(Begin("2.25.1", first), first);
        (await Upload(Begin("2.25.1", second), second)).ShouldBe((Outcome.Conflict, "archive.conflict"));
        var totals = await _archive.Index.GetTotalsAsync(default);
        (totals.Instances, totals.Quarantined).ShouldBe((1L, 1L));
    }

    /// <summary>X4: what the edge says of a device's habits is kept with the image; the reading list shows the name that the patient has.</summary>
    [Fact]
    public async Task An_image_is_read_by_its_devices_profile_here_too()
    {
        byte[] name = [0xC0, 0xEE, 0xBD, 0xA8, 0xBE, 0xFC];
        byte[] bytes = [0x08, 0, 0x05, 0, (byte)'C', (byte)'S', 10, 0, .. "ISO_IR 100"u8, 0x10, 0, 0x10, 0, (byte)'P', (byte)'N', 6, 0, .. name];
        var begin = Begin("2.25.1", bytes);
        begin.Repair = "cs!=GBK";

        (await Upload(begin, bytes)).ShouldBe((Outcome.Stored, ""));

        var arrived = (await _archive.Outbox.ReadAsync(1, [], default)).Events.ShouldHaveSingleItem();
        arrived.Study.PatientName.ShouldBe("李建军");
        ArrivedImages.From(arrived).Patient.Name.ShouldBe("李建军");
        (await _archive.Index.GetInstanceAsync("2.25.1", default)).ShouldNotBeNull().Hash.ToArray().ShouldBe(SHA256.HashData(bytes));
        (await Refused(b => b.Repair = "sk=soon", bytes)).ShouldBe("upload.repair");
        (await Refused(b => b.Repair = "is=" + new string('x', 1022), bytes)).ShouldBe("upload.repair");
    }

    /// <summary>A StudyInstanceUID belongs to one hospital; another's images under it are kept, reported and never mixed in (design §5.4).</summary>
    [Fact]
    public async Task Images_under_another_sites_study_uid_are_kept_in_quarantine_and_join_nothing()
    {
        var (own, foreign) = (Bytes(1, 5000), Bytes(2, 5000));
        await Upload(Begin("2.25.1", own), own);

        (await Upload(Begin("2.25.2", foreign, Other), foreign, site: Other)).ShouldBe((Outcome.Conflict, "archive.other-site"));
        (await Upload(Begin("2.25.2", foreign, Other), foreign, site: Other)).ShouldBe((Outcome.Conflict, "archive.other-site"), "again, and kept once");
        (await Upload(Begin("2.25.1", own, Other), own, site: Other)).ShouldBe((Outcome.Conflict, "archive.other-site"), "also the very same bytes");

        var totals = await _archive.Index.GetTotalsAsync(default);
        (totals.Instances, totals.Quarantined).ShouldBe((1L, 2L));
        (await _archive.Index.GetInstanceAsync("2.25.2", default)).ShouldBeNull();
        var study = (await _archive.Index.GetStudyAsync("2.25.900", default)).ShouldNotBeNull();
        (study.Site, study.InstanceCount).ShouldBe((Site, 1));
        _alarms.Raised.Items.Select(alarm => alarm.Kind).ShouldBe([PackAlarmKind.OtherSite, PackAlarmKind.OtherSite]);

        // The owner is not hindered by what lies in quarantine.
        (await Upload(Begin("2.25.2", own), own)).ShouldBe((Outcome.Stored, ""));

        // Nor does a rebuilt index bring it into the study.
        await _archive.DisposeAsync();
        await ImageArchive.RebuildIndexAsync(
            Options, DiskFileLayer.Instance, _database, _alarms, TimeProvider.System, NullLoggerFactory.Instance, default);
        totals = await (await ImageIndex.OpenAsync(_database, default)).GetTotalsAsync(default);
        (totals.Instances, totals.Quarantined).ShouldBe((2L, 2L));
    }

    /// <summary>Two sites begin the same study at once: one of them has it, whole.</summary>
    [Fact]
    public async Task Of_two_sites_that_begin_a_study_at_once_one_has_it()
    {
        var uploads = Enumerable.Range(0, 16).Select(i => (Bytes: Bytes(200 + i, 3000), Sop: $"2.25.80{i}", From: i % 2 == 0 ? Site : Other))
            .Select(one => (one.Bytes, one.From, Begin: Begin(one.Sop, one.Bytes, one.From))).ToList();
        var answers = await Task.WhenAll(uploads.Select(one => Task.Run(async () =>
            (one.From, (await Upload(one.Begin, one.Bytes, site: one.From)).Outcome))));

        answers.Count(answer => answer.Outcome == Outcome.Stored).ShouldBe(8);
        var owner = answers.Where(answer => answer.Outcome == Outcome.Stored).Select(answer => answer.From).Distinct().ShouldHaveSingleItem();
        answers.Where(answer => answer.From != owner).ShouldAllBe(answer => answer.Outcome == Outcome.Conflict);
        (await _archive.Index.GetStudyAsync("2.25.900", default))!.Site.ShouldBe(owner);
    }

    /// <summary>One bit that fell over on the way is seen, and nothing is kept.</summary>
    [Fact]
    public async Task Changed_bytes_are_corrupt()
    {
        var bytes = Bytes(3, 300_000);
        var begin = Begin("2.25.3", bytes);
        bytes[150_000] ^= 1;
        (await Upload(begin, bytes)).ShouldBe((Outcome.Corrupt, "upload.sha256"));
        (await _archive.Index.GetTotalsAsync(default)).Instances.ShouldBe(0);
    }

    [Fact]
    public async Task Malformed_and_foreign_transfers_are_refused_for_good()
    {
        var bytes = Bytes(4, 1000);
        (await Refused(b => b.Site = "township-b", bytes)).ShouldBe("upload.site");
        (await Refused(b => b.SopInstanceUid = "../../a", bytes)).ShouldBe("upload.uid");
        (await Refused(b => b.StudyInstanceUid = "", bytes)).ShouldBe("upload.uid");
        (await Refused(b => b.SeriesInstanceUid = new string('1', 65), bytes)).ShouldBe("upload.uid");
        (await Refused(b => b.TransferSyntaxUid = "1.2\0", bytes)).ShouldBe("upload.uid");
        (await Refused(b => b.Sha256 = ByteString.CopyFrom(new byte[31]), bytes)).ShouldBe("upload.sha256");
        (await Refused(b => b.Length = 0, bytes)).ShouldBe("upload.length");
        (await Refused(b => b.Length = (64 << 20) + 1, bytes)).ShouldBe("upload.length");
        (await Refused(b => b.Received = null, bytes)).ShouldBe("upload.received");
        (await _archive.Index.GetTotalsAsync(default)).Instances.ShouldBe(0);
    }

    [Fact]
    public async Task Data_that_jumps_or_overflows_is_corrupt_at_once()
    {
        var bytes = Bytes(5, 100_000);
        await using var reception = Reception();
        var (jump, over) = (Begin("2.25.5", bytes), Begin("2.25.6", bytes));
        await reception.Take(new UploadMessage { Begin = jump }, default);
        await reception.Take(Data(jump.Transfer, 10, bytes.AsMemory(0, 100)), default);
        (await reception.Receipts.ReadAsync()).Outcome.ShouldBe(Outcome.Corrupt);
        await reception.Take(Data(jump.Transfer, 110, bytes.AsMemory(0, 100)), default);
        over.Length = 50;
        await reception.Take(new UploadMessage { Begin = over }, default);
        await reception.Take(Data(over.Transfer, 0, bytes.AsMemory(0, 100)), default);
        (await reception.Receipts.ReadAsync()).Reason.ShouldBe("upload.offset");
    }

    /// <summary>Many transfers on one stream, their pieces in any order among each other.</summary>
    [Fact]
    public async Task Transfers_may_be_woven_into_each_other()
    {
        await using var reception = Reception();
        var all = Enumerable.Range(0, 12).Select(i => (Bytes: Bytes(100 + i, 200_000 + (i * 7001)), Sop: $"2.25.70{i}")).Select(o => (Begin: Begin(o.Sop, o.Bytes), o.Bytes)).ToList();
        foreach (var (begin, _) in all)
            await reception.Take(new UploadMessage { Begin = begin }, default);
        for (var at = 0; at < 300_000; at += Chunk)
        {
            foreach (var (begin, bytes) in all.Where(o => at < o.Bytes.Length))
                await reception.Take(Data(begin.Transfer, at, bytes.AsMemory(at, Math.Min(Chunk, bytes.Length - at))), default);
        }

        await reception.Finish();
        var receipts = new List<UploadReceipt>();
        await foreach (var receipt in reception.Receipts.ReadAllAsync())
            receipts.Add(receipt);
        receipts.ShouldAllBe(r => r.Outcome == Outcome.Stored);
        receipts.Select(r => r.Transfer).ShouldBe(all.Select(o => o.Begin.Transfer), ignoreOrder: true);
        (await _archive.Index.GetTotalsAsync(default)).Instances.ShouldBe(12);
    }

    /// <summary>An edge that sends and never takes an answer fills no memory: it is not read any further until it does.</summary>
    [Fact]
    public async Task Receipts_that_nobody_takes_hold_up_the_sender_and_end_with_the_call()
    {
        const int Sent = 2_000;
        var reception = Reception();
        var flood = Task.Run(async () =>
        {
            for (var i = 0; i < Sent; i++)
                await reception.Take(new UploadMessage { Begin = new UploadBegin { Transfer = (ulong)i, Site = "township-b" } }, default);
        });
        (await reception.Receipts.WaitToReadAsync()).ShouldBeTrue();
        for (var taken = 0; taken < Sent / 2; taken++)
        {
            reception.Receipts.Count.ShouldBeLessThanOrEqualTo(256);
            (await reception.Receipts.ReadAsync()).Reason.ShouldBe("upload.site");
        }

        flood.IsCompleted.ShouldBeFalse("it waits for the receipts to be taken");
        await reception.DisposeAsync();
        await flood.WaitAsync(TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task Large_broken_transfer_goes_on_where_it_stopped()
    {
        var bytes = Bytes(6, 5 << 20);
        var begin = Begin("2.25.8", bytes);
        await using (var broken = Reception())
        {
            await broken.Take(new UploadMessage { Begin = begin }, default);
            for (var at = 0; at < 3 << 20; at += Chunk)
                await broken.Take(Data(begin.Transfer, at, bytes.AsMemory(at, Chunk)), default);
        }

        var held = _unfinished.Held(Site, "2.25.8", new ContentHash(begin.Sha256.Span));
        held.ShouldBe(3 << 20);
        _unfinished.Held("township-b", "2.25.8", new ContentHash(begin.Sha256.Span)).ShouldBe(0, "another site's part");
        var again = Begin("2.25.8", bytes);
        again.Offset = (ulong)held;
        (await Upload(again, bytes, (int)held)).ShouldBe((Outcome.Stored, ""));
    }

    [Fact]
    public async Task Part_that_is_held_no_longer_is_asked_for_from_the_start()
    {
        var bytes = Bytes(7, 5 << 20);
        var begin = Begin("2.25.9", bytes);
        await using (var broken = Reception())
        {
            await broken.Take(new UploadMessage { Begin = begin }, default);
            for (var at = 0; at < 2 << 20; at += Chunk)
                await broken.Take(Data(begin.Transfer, at, bytes.AsMemory(at, Chunk)), default);
        }

        _time.Advance(TimeSpan.FromMinutes(11));
        _unfinished.Held(Site, "2.25.9", new ContentHash(begin.Sha256.Span)).ShouldBe(0);
        var again = Begin("2.25.9", bytes);
        again.Offset = 2 << 20;
        (await Upload(again, bytes, 2 << 20)).ShouldBe((Outcome.Corrupt, "upload.offset"));
        (await Upload(Begin("2.25.9", bytes), bytes)).ShouldBe((Outcome.Stored, ""));
    }

    private UploadReception Reception(string site = Site) => new(site, _archive, _unfinished, NullLogger.Instance);

    private async Task<(Outcome Outcome, string Reason)> Upload(UploadBegin begin, byte[] bytes, int from = 0, string site = Site)
    {
        await using var reception = Reception(site);
        await reception.Take(new UploadMessage { Begin = begin }, default);
        for (var at = from; at < bytes.Length; at += Chunk)
            await reception.Take(Data(begin.Transfer, at, bytes.AsMemory(at, Math.Min(Chunk, bytes.Length - at))), default);
        await reception.Finish();
        var receipt = await reception.Receipts.ReadAsync();
        receipt.Transfer.ShouldBe(begin.Transfer);
        reception.Receipts.TryRead(out _).ShouldBeFalse("one receipt a transfer");
        return (receipt.Outcome, receipt.Reason);
    }

    private async Task<string> Refused(Action<UploadBegin> change, byte[] bytes)
    {
        var begin = Begin("2.25.4", bytes);
        change(begin);
        var (outcome, reason) = await Upload(begin, bytes);
        outcome.ShouldBe(Outcome.Refused);
        return reason;
    }

    private UploadBegin Begin(string sop, byte[] bytes, string site = Site) => new()
    {
        Transfer = ++_transfers, Site = site, SopInstanceUid = sop, SopClassUid = "1.2.840.10008.5.1.4.1.1.7", StudyInstanceUid = "2.25.900", SeriesInstanceUid = "2.25.901",
        TransferSyntaxUid = "1.2.840.10008.1.2.1", CallingAe = "A_CT1", Received = Timestamp.FromDateTimeOffset(_time.GetUtcNow()), Length = (ulong)bytes.Length,
        Sha256 = ByteString.CopyFrom(SHA256.HashData(bytes)),
    };

    private static UploadMessage Data(ulong transfer, int offset, ReadOnlyMemory<byte> bytes) =>
        new() { Data = new UploadData { Transfer = transfer, Offset = (ulong)offset, Data = ByteString.CopyFrom(bytes.Span) } };

    private static byte[] Bytes(int seed, int length)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    private sealed class Alarms : IPackAlarms
    {
        public EventCollector<PackAlarm> Raised { get; } = new();

        public void Raise(PackAlarm alarm) => Raised.Add(alarm);
    }
}
