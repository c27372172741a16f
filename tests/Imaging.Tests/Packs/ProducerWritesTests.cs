using System.Collections.Concurrent;
using Regional.Imaging.Packs;
using Regional.Imaging.Tests.Storage;

namespace Regional.Imaging.Tests.Packs;

/// <summary>Design §5.2: one at a time runs the write protocol, also when producers run it themselves (proof.md "What must be survived" 2).</summary>
public sealed class ProducerWritesTests
{
    [Fact]
    public async Task Who_finds_nobody_writing_writes_and_who_comes_meanwhile_shares_the_next_sync_of_the_writer()
    {
        var disk = new SimulatedDisk();
        await using var fixture = await PackFixture.OpenAsync(disk, PackFixture.Small(1 << 20, producerWrites: true));
        ConcurrentQueue<string?> syncs = [];
        using var inFirstSync = new SemaphoreSlim(0);
        using var goOn = new SemaphoreSlim(0);
        disk.Fault = (operation, name) =>
        {
            if (operation != "sync") return null;
            syncs.Enqueue(Thread.CurrentThread.Name);
            if (syncs.Count > 1) return null;
            inFirstSync.Release();
            goOn.Wait(TimeSpan.FromSeconds(30)).ShouldBeTrue();
            return null;
        };

        var first = Task.Run(() => fixture.StoreAsync(new Phantom(1, 900)));
        (await inFirstSync.WaitAsync(TimeSpan.FromSeconds(30))).ShouldBeTrue();
        Task<StoreResult>[] meanwhile = [.. Enumerable.Range(2, 5).Select(number => fixture.StoreAsync(new Phantom(number, 900)))];
        meanwhile.ShouldAllBe(waiting => !waiting.IsCompleted);
        first.IsCompleted.ShouldBeFalse();
        goOn.Release();

        (await first).ShouldBeOfType<StoreResult.Stored>();
        (await Task.WhenAll(meanwhile)).ShouldAllBe(result => result is StoreResult.Stored);
        syncs.Count.ShouldBe(2);
        syncs.First().ShouldNotBe("pack writer");
        syncs.Last().ShouldBe("pack writer");
    }

    [Fact]
    public async Task What_producers_wrote_themselves_is_proven_by_a_checkpoint_when_it_is_quiet()
    {
        var options = PackFixture.Small(1 << 20, producerWrites: true) with { IdleCheckpoint = TimeSpan.FromMilliseconds(30) };
        await using var fixture = await PackFixture.OpenAsync(new SimulatedDisk(), options);
        for (var number = 1; number <= 3; number++)
        {
            await fixture.StoreAsync(new Phantom(number, 900));
            var last = PackFixture.AllRecords(fixture.Store)[^1];
            if (last.Header.Kind == RecordKind.Instance)
            {
                using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
                await fixture.Store.WaitBeyondAsync(last.Address.End, patience.Token);
            }
            PackFixture.AllRecords(fixture.Store)[^1].Header.Kind.ShouldBe(RecordKind.Checkpoint);
        }
    }

    [Fact]
    public async Task A_failed_sync_of_a_producer_refuses_its_record_alone_and_the_next_goes_to_a_fresh_pack()
    {
        var disk = new SimulatedDisk();
        await using var fixture = await PackFixture.OpenAsync(disk, PackFixture.Small(1 << 20, producerWrites: true));
        var kept = (await fixture.StoreAsync(new Phantom(1, 900))).ShouldBeOfType<StoreResult.Stored>();
        var isBroken = true;
        disk.Fault = (operation, name) => operation == "sync" && name.EndsWith(".pack", StringComparison.Ordinal) && isBroken ? Fail() : null;

        (await fixture.StoreAsync(new Phantom(2, 900))).ShouldBeOfType<StoreResult.OutOfResources>();
        var next = (await fixture.StoreAsync(new Phantom(3, 900))).ShouldBeOfType<StoreResult.Stored>();

        next.Address.Pack.ShouldBeGreaterThan(kept.Address.Pack);
        fixture.Read(kept.Address).ShouldBe(new Phantom(1, 900).Bytes);
        PackFixture.AllRecords(fixture.Store).Where(record => record.Header.Kind == RecordKind.Instance)
            .Select(record => record.Header.SopInstanceUid).ShouldBe([new Phantom(1, 1).SopInstanceUid, new Phantom(3, 1).SopInstanceUid]);

        int? Fail()
        {
            isBroken = false;
            return 5;
        }
    }
}
