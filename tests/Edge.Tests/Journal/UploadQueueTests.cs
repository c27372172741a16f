using Dapper;
using Microsoft.Data.Sqlite;
using Regional.Edge.Journal;
using Regional.Imaging.Packs;
using Regional.Link.V1;
using Regional.TestKit;

namespace Regional.Edge.Tests.Journal;

/// <summary>The durable queue for the centre (R4.2.3-3): order, exactly one row an instance, position and rows together.</summary>
[Trait("Requirement", "R4.2.3-3")]
public sealed class UploadQueueTests : IDisposable
{
    private static readonly HashSet<PackPosition> Nothing = [];
    private static readonly DateTimeOffset Noon = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);
    private readonly TempFolder _folder = new();
    private UploadQueue _queue;
    private long _offset = PackFormatStart;

    private const long PackFormatStart = 64;

    public UploadQueueTests() => _queue = new UploadQueue(_folder);

    [Fact]
    public void Hands_out_in_order_of_receipt()
    {
        Take("1.1", "1.2", "1.3");
        Next().ShouldBe(["1.1", "1.2", "1.3"]);
    }

    [Fact]
    public void Urgent_study_goes_first_also_for_images_that_come_later()
    {
        Take("1.1", "1.2");
        Take("2.1");
        _queue.Prioritise("2", Priority.Emergency);
        Take("1.3");
        Take("2.2");
        _queue.Prioritise("9", Priority.Urgent);
        Take("9.1");
        Next().ShouldBe(["2.1", "2.2", "9.1", "1.1", "1.2", "1.3"]);
        _queue.Prioritise("2", Priority.Routine);
        Next().ShouldBe(["9.1", "1.1", "1.2", "2.1", "1.3", "2.2"]);
    }

    [Fact]
    public void What_is_under_way_is_not_handed_out_again()
    {
        Take("1.1", "1.2", "1.3");
        var underWay = _queue.Next(2, Nothing).Select(u => u.Address.Position).ToHashSet();
        _queue.Next(2, underWay).Select(u => u.SopInstanceUid).ShouldBe(["1.3"]);
    }

    [Fact]
    public void Acknowledged_leave_the_queue_and_count_for_their_study_once()
    {
        Take("1.1", "1.2");
        var first = _queue.Next(1, Nothing);
        _queue.Acknowledged(first);
        _queue.Acknowledged(first);
        Next().ShouldBe(["1.2"]);
        var study = _queue.Studies().Single();
        (study.Received, study.Uploaded).ShouldBe((2, 1));
    }

    [Fact]
    public void Refused_leave_the_queue_and_are_shown()
    {
        Take("1.1");
        _queue.Refused(_queue.Next(1, Nothing)[0], "upload.uid", Noon);
        Next().ShouldBeEmpty();
        _queue.Totals().Refused.ShouldBe(1);
        var study = _queue.Studies().Single();
        (study.Received, study.Uploaded, study.NotComing).ShouldBe((1, 0, 1), "no exam waits for it");
    }

    [Fact]
    public void Conflicts_are_counted_and_not_sent()
    {
        _queue.Take([Record("1.1", RecordKind.Quarantine, QuarantineReason.Conflict)], new PackPosition(1, _offset));
        Next().ShouldBeEmpty();
        _queue.Totals().Conflicts.ShouldBe(1);
    }

    [Theory]
    [InlineData("", "", new[] { "2.1" })]
    [InlineData("1.0", "", new[] { "2.1" })]
    [InlineData("1.0", "1.1", new[] { "1.2", "2.1" })]
    public void Deleted_objects_are_not_sent_any_more(string series, string sop, string[] left)
    {
        Take("1.1", "1.2", "2.1");
        _queue.Take([Record(sop, RecordKind.Delete, "", "1", series)], new PackPosition(1, _offset));
        Next().ShouldBe(left);
        _queue.Studies(["1"]).Single().NotComing.ShouldBe(3 - left.Length);
    }

    [Fact]
    public void Everything_is_there_after_opening_again()
    {
        Take("1.1", "1.2", "2.1");
        _queue.Prioritise("2", Priority.Urgent);
        _queue.Acknowledged(_queue.Next(3, Nothing).Where(u => u.SopInstanceUid == "1.1").ToList());
        var position = _queue.Position();

        _queue.Dispose();
        _queue = new UploadQueue(_folder);

        _queue.Position().ShouldBe(position);
        Next().ShouldBe(["2.1", "1.2"]);
        var totals = _queue.Totals();
        (totals.Instances, totals.Received, totals.LastImage).ShouldBe((2L, 3L, Noon));
        _queue.Callers().Single().ShouldBe(new CallerTotals("A_CT1", 3, Noon));
    }

    [Theory]
    [InlineData(2, "DROP INDEX pending_sop; ALTER TABLE study DROP COLUMN not_coming; ALTER TABLE pending DROP COLUMN repair;")]
    [InlineData(4, "DROP INDEX pending_sop;")]
    [InlineData(3, "DROP INDEX pending_sop; ALTER TABLE pending DROP COLUMN repair;")]
    public void A_queue_of_a_version_before_goes_on_where_it_stood(int version, string back)
    {
        Take("1.1", "1.2");
        _queue.Acknowledged(_queue.Next(1, Nothing));
        var position = _queue.Position();
        _queue.Dispose();
        using (var older = new SqliteConnection($"Data Source={_folder.File("uploads.db")};Pooling=False"))
        {
            older.Open();
            older.Execute($"{back} PRAGMA user_version={version};");
        }

        _queue = new UploadQueue(_folder);

        _queue.Position().ShouldBe(position);
        _queue.Refused(_queue.Next(1, Nothing)[0], "upload.uid", Noon);
        var study = _queue.Studies().Single();
        (study.Received, study.Uploaded, study.NotComing).ShouldBe((2, 1, 1));
    }

    [Fact]
    public async Task A_change_wakes_whoever_waits()
    {
        var changed = _queue.Changed;
        changed.IsCompleted.ShouldBeFalse();
        Take("1.1");
        await changed.WaitAsync(TimeSpan.FromSeconds(10));
        _queue.Changed.IsCompleted.ShouldBeFalse();
    }

    /// <summary>With thirty thousand waiting, looking at the next ones and the totals stays quick: the link asks often.</summary>
    [Fact]
    public void A_long_queue_is_quick_to_ask()
    {
        for (var batch = 0; batch < 30; batch++)
            Take([.. Enumerable.Range(0, 1000).Select(i => $"{batch + 1}.{i + 1}")]);
        var began = System.Diagnostics.Stopwatch.GetTimestamp();
        for (var i = 0; i < 200; i++)
        {
            _queue.Next(16, Nothing).Count.ShouldBe(16);
            _queue.Totals().Instances.ShouldBe(30_000);
        }

        (System.Diagnostics.Stopwatch.GetElapsedTime(began) / 200).ShouldBeLessThan(TimeSpan.FromMilliseconds(20));
    }

    public void Dispose()
    {
        _queue.Dispose();
        _folder.Dispose();
    }

    private List<string> Next() => [.. _queue.Next(100, Nothing).Select(u => u.SopInstanceUid)];

    /// <summary>Instances named STUDY.NUMBER.</summary>
    private void Take(params string[] sops) => _queue.Take([.. sops.Select(sop => Record(sop, RecordKind.Instance))], new PackPosition(1, _offset));

    private PackRecord Record(string sop, RecordKind kind, string reason = "", string? study = null, string? series = null)
    {
        study ??= sop.Split('.')[0];
        var header = new RecordHeader
        {
            Kind = kind, StudyUid = study, SeriesUid = series ?? study + ".0", SopInstanceUid = sop, SopClassUid = "1.2", TransferSyntaxUid = "1.2.840.10008.1.2.1",
            CallingAe = "A_CT1", Site = "township-a", ReceivedAt = Noon, Reason = reason,
        };
        var address = new RecordAddress(1, _offset, 200, 1000);
        _offset = address.End.Offset;
        return new PackRecord(address, header, new ContentHash(new byte[ContentHash.Size]));
    }
}
