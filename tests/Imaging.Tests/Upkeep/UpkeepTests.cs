using Microsoft.Extensions.Logging.Abstractions;
using Regional.Imaging.Packs;
using Regional.Imaging.Tests.Index;
using Regional.Imaging.Upkeep;
using Regional.TestKit;

namespace Regional.Imaging.Tests.Upkeep;

/// <summary>R4.3.1-6, design §5.2: a monthly scrub and a daily compaction, whose last end survives a restart.</summary>
public sealed class UpkeepTests
{
    [Fact]
    public async Task What_is_due_is_done_once_and_a_restart_neither_forgets_nor_repeats_it()
    {
        await using var fixture = await ArchiveFixture.CreateAsync();
        for (var number = 1; number <= 60; number++) await fixture.StoreAsync(new Slice(1 + number % 2, 1, number));
        var time = new ManualTimeProvider();
        UpkeepService Service() => new(
            fixture.Archive, new UpkeepOptions { ScrubBytesPerSecond = 0, Compaction = new CompactionOptions { BytesPerSecond = 0 } }, time,
            NullLogger<UpkeepService>.Instance);

        await Service().LookAsync(default);
        await fixture.Archive.DeleteAsync(new Slice(1, 1, 1).StudyUid, "", "", "test", default);
        var hit = (await fixture.Archive.Index.GetInstanceAsync(new Slice(2, 1, 59).SopInstanceUid, default)).ShouldNotBeNull();
        using (var pack = File.OpenHandle(Path.Combine(fixture.Folder, "packs", $"pack-{hit.Address.Pack:D10}.pack"), FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite))
            RandomAccess.Write(pack, [0xEE, 0xEE, 0xEE, 0xEE], hit.Address.DataOffset + 600);
        var before = fixture.Archive.Packs.StoredBytes;

        time.Advance(TimeSpan.FromHours(23));
        await Service().LookAsync(default);
        fixture.Archive.Packs.StoredBytes.ShouldBe(before, "nothing is due yet");
        time.Advance(TimeSpan.FromHours(2));
        await Service().LookAsync(default);
        fixture.Archive.Packs.StoredBytes.ShouldBeLessThan(before);
        fixture.Alarms.Raised.ShouldBeEmpty("the scrub is due in a month");

        time.Advance(TimeSpan.FromDays(30));
        await Service().LookAsync(default);
        fixture.Alarms.Raised.ShouldHaveSingleItem().SopInstanceUid.ShouldBe(hit.SopInstanceUid);
        (await fixture.Archive.Ledger.ReadAsync("scrub", default)).ShouldNotBeNull().At.ShouldBe(PackPosition.Start);
    }
}
