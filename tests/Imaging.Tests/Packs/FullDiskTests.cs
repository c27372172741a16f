using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using Regional.Imaging.Packs;
using Regional.Imaging.Storage;

namespace Regional.Imaging.Tests.Packs;

/// <summary>proof.md "What must be survived" 3 on a real file system: a tmpfs of 64 MiB that runs full, with and without the watermark.</summary>
public sealed class FullDiskTests
{
    private const int ImageBytes = 526 * 1024;

    [SkippableTheory]
    [InlineData(0L)]
    [InlineData(8L << 20)]
    public async Task A_full_disk_acknowledges_nothing_it_cannot_keep_and_recovers_when_space_is_freed(long watermark)
    {
        var folder = Directory.CreateTempSubdirectory("regional-tmpfs").FullName;
        Skip.IfNot(OperatingSystem.IsLinux() && Run("mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", folder) == 0, "mounting a tmpfs needs root");
        var spool = Directory.CreateTempSubdirectory("regional-spool").FullName;
        try
        {
            var filler = Path.Combine(folder, "filler");
            await File.WriteAllBytesAsync(filler, new byte[20 << 20]);
            var options = new PackStoreOptions { Directory = Path.Combine(folder, "packs"), FreeSpaceWatermark = watermark, PackSize = 8 << 20 };
            var buffers = new ReceiveBuffers(new ReceiveBufferOptions { SpoolDirectory = spool });
            List<(Phantom Phantom, RecordAddress Address)> acknowledged = [];
            await using (var store = await OpenAsync(options))
            {
                var refused = 0;
                for (var number = 0; refused < 5; number++)
                {
                    number.ShouldBeLessThan(200, "the disk never ran full");
                    if (await StoreAsync(store, buffers, new Phantom(number, ImageBytes)) is StoreResult.Stored stored) acknowledged.Add((new Phantom(number, ImageBytes), stored.Address));
                    else refused++;
                }
                acknowledged.Count.ShouldBeGreaterThan(50);
                File.Delete(filler);
                for (var number = 1000; number < 1020; number++)
                {
                    var stored = (await StoreAsync(store, buffers, new Phantom(number, ImageBytes))).ShouldBeOfType<StoreResult.Stored>();
                    acknowledged.Add((new Phantom(number, ImageBytes), stored.Address));
                }
            }
            await using var reopened = await OpenAsync(options);
            foreach (var (phantom, address) in acknowledged)
            {
                using var slice = reopened.OpenData(address).ShouldNotBeNull();
                var bytes = new byte[slice.Length];
                slice.Read(0, bytes);
                bytes.AsSpan().SequenceEqual(phantom.Bytes).ShouldBeTrue();
            }
            PackFixture.AllRecords(reopened).Count(record => record.Header.Kind == RecordKind.Instance).ShouldBe(acknowledged.Count);
        }
        finally
        {
            Run("umount", folder);
            Directory.Delete(folder);
            Directory.Delete(spool, recursive: true);
        }
    }

    private static Task<PackStore> OpenAsync(PackStoreOptions options) => PackStore.OpenAsync(
        options, DiskFileLayer.Instance, new PackLedger(), new AlarmLog(), TimeProvider.System, NullLogger<PackStore>.Instance);

    private static async Task<StoreResult> StoreAsync(PackStore store, ReceiveBuffers buffers, Phantom phantom)
    {
        using var buffer = buffers.Rent();
        buffer.Write(phantom.Bytes);
        var result = await store.StoreAsync(phantom.Identity, buffer, CancellationToken.None);
        if (result is not StoreResult.Stored) result.ShouldBeOfType<StoreResult.OutOfResources>().Shortage.ShouldBeOneOf(ResourceShortage.DiskFull, ResourceShortage.DiskLow);
        return result;
    }

    private static int Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        process.WaitForExit();
        return process.ExitCode;
    }
}
