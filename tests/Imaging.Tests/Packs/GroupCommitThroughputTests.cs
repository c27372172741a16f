using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using Regional.Imaging.Packs;
using Regional.Imaging.Storage;
using Xunit.Abstractions;

namespace Regional.Imaging.Tests.Packs;

/// <summary>Design §8, four associations: the group commit beside the raw limit on the same disk in the same run, order A B B A.</summary>
[Trait("Category", "Bench")]
public sealed class GroupCommitThroughputTests(ITestOutputHelper output)
{
    private const int ImageBytes = 526 * 1024;
    private const int Producers = 4;
    private const int Images = 400;

    [Fact]
    public async Task Four_producers_reach_the_limit_of_group_synced_appends()
    {
        var folder = Directory.CreateTempSubdirectory("regional-bench");
        try
        {
            double raw = 0, ours = 0;
            foreach (var which in "ABBA")
            {
                if (which == 'A') raw += RawLimit(folder.FullName);
                else ours += await GroupCommitAsync(Path.Combine(folder.FullName, Guid.NewGuid().ToString("N")));
            }
            output.WriteLine($"raw limit (append 4 x 526 KB, fdatasync): {raw / 2:F0} images/s");
            output.WriteLine($"group commit, {Producers} producers, SHA-256 included: {ours / 2:F0} images/s");
            output.WriteLine($"ratio: {ours / raw:F2} (bar 0.8)");
            // The bar is measured by the bench on a quiet machine; here only a collapse fails.
            (ours / raw).ShouldBeGreaterThan(0.25);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static double RawLimit(string folder)
    {
        var path = Path.Combine(folder, Guid.NewGuid().ToString("N"));
        var image = new byte[ImageBytes];
        Random.Shared.NextBytes(image);
        ReadOnlyMemory<byte>[] group = [.. Enumerable.Repeat<ReadOnlyMemory<byte>>(image, Producers)];
        using var file = DiskFileLayer.Instance.CreateNew(path);
        var started = Stopwatch.GetTimestamp();
        for (var i = 0; i < Images / Producers; i++)
        {
            file.Write((long)i * ImageBytes * Producers, group);
            file.SyncData();
        }
        var rate = Images / Stopwatch.GetElapsedTime(started).TotalSeconds;
        File.Delete(path);
        return rate;
    }

    private static async Task<double> GroupCommitAsync(string folder)
    {
        var buffers = new ReceiveBuffers(new ReceiveBufferOptions { SpoolDirectory = Path.Combine(folder, "spool") });
        var options = new PackStoreOptions { Directory = Path.Combine(folder, "packs"), FreeSpaceWatermark = 0 };
        await using var store = await PackStore.OpenAsync(
            options, DiskFileLayer.Instance, new PackLedger(), new AlarmLog(), TimeProvider.System, NullLogger<PackStore>.Instance);
        var image = new byte[ImageBytes];
        Random.Shared.NextBytes(image);
        var started = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, Producers).Select(producer => Task.Run(async () =>
        {
            for (var i = 0; i < Images / Producers; i++)
            {
                using var buffer = buffers.Rent();
                for (var at = 0; at < ImageBytes; at += 131072) buffer.Write(image.AsSpan(at, Math.Min(131072, ImageBytes - at)));
                (await store.StoreAsync(new Phantom(producer * 1000 + i, 1).Identity, buffer, CancellationToken.None)).ShouldBeOfType<StoreResult.Stored>();
            }
        })));
        var rate = Images / Stopwatch.GetElapsedTime(started).TotalSeconds;
        store.Forget(store.CommittedEnd);
        return rate;
    }
}
