using Regional.Edge.Tests.Support;
using Regional.Imaging.Storage;
using Regional.TestKit.Modality;
using Regional.TestKit.Phantoms;

namespace Regional.Edge.Tests.Dicom;

/// <summary>Disk low: Out of Resources (A700), never an acknowledged loss (design §5.3, PS3.4 §B.2.3); recovers by itself.</summary>
public sealed class DiskTests
{
    private const ushort OutOfResources = 0xA700;

    [Fact]
    public async Task Below_the_reserve_every_image_is_answered_A700_and_above_it_taken_again()
    {
        var disk = new DiskWithFreeSpace { Free = 1L << 40 };
        await using var edge = await EdgeUnderTest.StartAsync(new EdgeSetup { DiskReserve = "100MiB", Seams = seams => seams with { Files = disk } });
        var (first, second) = (StoreTests.Small(1), StoreTests.Small(2));
        (await edge.Modality.SendAsync([first.File]))[0].Stored.ShouldBeTrue();

        disk.Free = 50 << 20;
        (await edge.Modality.SendAsync([second.File]))[0].Status.ShouldBe(OutOfResources);
        (await edge.StoredInstancesAsync()).ShouldBe(1);
        (await edge.Http.GetStringAsync(new Uri("/status", UriKind.Relative))).ShouldContain("\"diskLow\":true");
        (await edge.Modality.EchoAsync()).ShouldBe((ushort)0);

        disk.Free = 1L << 40;
        (await edge.Modality.SendAsync([second.File]))[0].Stored.ShouldBeTrue();
        (await edge.StoredInstancesAsync()).ShouldBe(2);
    }

    /// <summary>A long data set is not spooled into the reserve: it is read to its end, kept nowhere, and answered A700.</summary>
    [Fact]
    public async Task Disk_that_runs_low_within_a_data_set_ends_in_A700()
    {
        var disk = new DiskWithFreeSpace { Free = 50 << 20 };
        await using var edge = await EdgeUnderTest.StartAsync(new EdgeSetup { DiskReserve = "100MiB", Seams = seams => seams with { Files = disk } });
        var image = new PhantomStudy(new StudyRecipe { Seed = 3, Kind = PhantomKind.ChestDr, Matrix = 3200 }).Images().Single();

        await using var line = await RawAssociation.ConnectAsync(edge.DicomPort);
        (await line.OpenAsync(EdgeUnderTest.Ae, "A_DR1", "1.2.840.10008.5.1.4.1.1.1.1")).ShouldBeTrue();
        (await line.StoreAsync(image.File, new RawStore { PduBytes = 128 << 10 })).ShouldBe(OutOfResources);

        Directory.GetFiles(Path.Combine(edge.Folder, "data", "edge", EdgeUnderTest.Site, "spool")).ShouldBeEmpty();
        (await edge.StoredInstancesAsync()).ShouldBe(0);
    }

    /// <summary>The real disk, with as much free space as a test says.</summary>
    private sealed class DiskWithFreeSpace : IFileLayer
    {
        private readonly DiskFileLayer _disk = DiskFileLayer.Instance;
        private long _free;

        public long Free
        {
            set => Volatile.Write(ref _free, value);
        }

        public IAppendFile CreateNew(string path) => _disk.CreateNew(path);

        public IAppendFile OpenExisting(string path) => _disk.OpenExisting(path);

        public IReadFile OpenRead(string path) => _disk.OpenRead(path);

        public bool FileExists(string path) => _disk.FileExists(path);

        public IReadOnlyList<string> List(string directory) => _disk.List(directory);

        public void CreateDirectory(string path) => _disk.CreateDirectory(path);

        public void Rename(string from, string to) => _disk.Rename(from, to);

        public void Delete(string path) => _disk.Delete(path);

        public void SyncDirectory(string path) => _disk.SyncDirectory(path);

        public long FreeBytes(string path) => Volatile.Read(ref _free);
    }
}
