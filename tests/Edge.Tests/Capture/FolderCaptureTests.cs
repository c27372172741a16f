using Microsoft.Extensions.Logging.Abstractions;
using Regional.Edge.Capture;
using Regional.Edge.Tests.Support;
using Regional.Imaging.Cluster;
using Regional.Imaging.Index;
using Regional.Imaging.Storage;
using Regional.TestKit;
using Regional.TestKit.Captures;

namespace Regional.Edge.Tests.Capture;

/// <summary>R4.2.4-1, R4.2.4-3: what a frame grabber or a scanner puts into a folder is stored once, as an image like any other, or kept aside with its reason.</summary>
public sealed class FolderCaptureTests
{
    private static readonly byte[] Still = new JpegBytes().Write(64, 48, (x, y, _) => 40 + x + y);

    [Fact]
    public async Task Files_become_images_of_the_exam_that_their_names_say_and_others_are_kept_aside_with_the_reason()
    {
        var steps = new EventCollector<CaptureStep>();
        await using var edge = await EdgeUnderTest.StartAsync(new EdgeSetup
        {
            CaptureFolder = "{ path: incoming, device: A_CAM1, modality: US, settle: 100ms, match: '(?<accession>QS[0-9]{10})|ID(?<patient>[0-9]+)' }",
            Seams = seams => seams with { Captured = steps.Add },
        });
        var folder = Directory.CreateDirectory(Path.Combine(edge.Folder, "incoming")).FullName;
        await File.WriteAllBytesAsync(Path.Combine(folder, "QS2611280042_胆囊.jpg"), Still);
        await File.WriteAllBytesAsync(Path.Combine(folder, "ID77.bmp"), BmpBytes.Write(9, 9, 24, false, (x, _) => (uint)x));
        await File.WriteAllBytesAsync(Path.Combine(folder, "report.pdf"), PdfBytes.Write());
        await File.WriteAllTextAsync(Path.Combine(folder, "notes.jpg"), "no picture at all");
        while (steps.Items.Count(step => step == CaptureStep.Left) < 4) await steps.NthAsync(steps.Count + 1);

        (await edge.StoredInstancesAsync()).ShouldBe(3);
        var studies = await edge.Archive.Index.SearchStudiesAsync([], SearchScope.All, 0, 10, CancellationToken.None);
        studies.Items.Select(s => (s.AccessionNumber, s.PatientId)).Order().ShouldBe([("", ""), ("", "77"), ("QS2611280042", "")]);
        (await edge.WhenQueueAsync(q => q.Received == 3)).Instances.ShouldBe(3);
        edge.Queue.Callers().Select(c => c.AeTitle).ShouldBe(["A_CAM1"]);
        Directory.GetFiles(folder).ShouldBeEmpty();
        Directory.GetFiles(Path.Combine(folder, "processing")).ShouldBeEmpty();
        Directory.GetFiles(Path.Combine(folder, "done"), "*", SearchOption.AllDirectories).Length.ShouldBe(3);
        (await File.ReadAllLinesAsync(Path.Combine(folder, "refused", "notes.jpg.reason")))
            .ShouldBe(["notes.jpg", "file.unknown-type", "不是 JPEG、PNG、BMP、PDF 或 MP4 文件", "it is no JPEG, PNG, BMP, PDF or MP4 file"]);
        edge.Logs.Lines.ShouldNotContain(line => line.Message.Contains("notes", StringComparison.Ordinal) || line.Message.Contains("胆囊", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(CaptureStep.Claimed)]
    [InlineData(CaptureStep.Planned)]
    [InlineData(CaptureStep.Stored)]
    [InlineData(CaptureStep.Left)]
    public async Task A_crash_at_any_step_loses_nothing_and_doubles_nothing(object at)
    {
        await using var edge = await EdgeUnderTest.StartAsync();
        using var folder = new TempFolder();
        await File.WriteAllBytesAsync(folder.File("QS2611280042.jpg"), Still);
        await File.WriteAllBytesAsync(folder.File("broken.png"), Still[20..]);

        var time = new ManualTimeProvider();
        var crashed = Watch(edge, folder, time, step =>
        {
            if (step == (CaptureStep)at) throw new InvalidOperationException("power cut");
        });
        await crashed.StartAsync(CancellationToken.None);
        for (var i = 0; i < 6 && !crashed.ExecuteTask!.IsCompleted; i++) await Tick(time, crashed);
        (await Should.ThrowAsync<InvalidOperationException>(crashed.ExecuteTask!)).Message.ShouldBe("power cut");

        using var again = Watch(edge, folder, time, _ => { });
        await again.StartAsync(CancellationToken.None);
        for (var i = 0; i < 5; i++) await Tick(time, again);
        await again.StopAsync(CancellationToken.None);

        (await edge.StoredInstancesAsync()).ShouldBe(1);
        edge.Logs.Lines.ShouldNotContain(line => line.Message.Contains("Conflict", StringComparison.Ordinal));
        Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Select(Path.GetFileName).Order(StringComparer.Ordinal)
            .ShouldBe(["QS2611280042.jpg", "broken.png", "broken.png.reason"]);
    }

    [Fact]
    public async Task The_same_picture_put_there_again_is_there_once_and_another_of_its_name_is_kept_too()
    {
        await using var edge = await EdgeUnderTest.StartAsync();
        using var folder = new TempFolder();
        var time = new ManualTimeProvider();
        using var watch = Watch(edge, folder, time, _ => { });
        await watch.StartAsync(CancellationToken.None);
        foreach (var (content, written) in new[] { (Still, 1), (Still, 2), (new JpegBytes().Write(8, 8, (_, _, _) => 9), 3) })
        {
            await File.WriteAllBytesAsync(folder.File("QS2611280042.jpg"), content);
            File.SetLastWriteTimeUtc(folder.File("QS2611280042.jpg"), new DateTime(2026, 11, 28, 1, written, 0, DateTimeKind.Utc));
            for (var i = 0; i < 4; i++) await Tick(time, watch);
        }

        await watch.StopAsync(CancellationToken.None);
        (await edge.StoredInstancesAsync()).ShouldBe(2);
        (await edge.WhenQueueAsync(q => q.Received == 2)).Conflicts.ShouldBe(0);
        Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Select(Path.GetFileName).Order(StringComparer.Ordinal)
            .ShouldBe(["QS2611280042-2.jpg", "QS2611280042-3.jpg", "QS2611280042.jpg"]);
    }

    [Fact]
    public async Task A_file_that_is_still_being_written_waits()
    {
        using var root = new TempFolder();
        var folder = new CaptureFolder(new CaptureFolderOptions { Device = "A_CAM1", Modality = "US", Settle = TimeSpan.FromSeconds(2) }, root, DiskFileLayer.Instance);
        folder.Prepare();
        await File.WriteAllBytesAsync(root.File("a.jpg"), Still[..10]);
        await File.WriteAllBytesAsync(root.File("b.jpg.part"), Still);
        var at = new DateTimeOffset(2026, 11, 28, 1, 0, 0, TimeSpan.Zero);
        folder.Arrived(at).ShouldBeEmpty();
        await File.AppendAllTextAsync(root.File("a.jpg"), "more");
        folder.Arrived(at.AddSeconds(5)).ShouldBeEmpty();
        folder.Arrived(at.AddSeconds(6)).ShouldBeEmpty();
        folder.Arrived(at.AddSeconds(7)).ShouldBe(["a.jpg"]);
        using (File.Open(root.File("a.jpg"), FileMode.Open, FileAccess.Write, FileShare.None))
            folder.Arrived(at.AddSeconds(8)).ShouldBeEmpty();
    }

    private static FolderCapture Watch(EdgeUnderTest edge, string root, TimeProvider time, Action<CaptureStep> reached)
    {
        var options = new CaptureFolderOptions { Path = root, Device = "A_CAM1", Modality = "XC", Match = "(?<accession>QS[0-9]{10})" };
        var site = new SiteOptions { Code = EdgeUnderTest.Site, Name = "青石镇中心卫生院" };
        site.Edge.Capture.Folders.Add(options);
        return new FolderCapture(
            [new CaptureFolder(options, root, DiskFileLayer.Instance)], new CaptureSubjects(site, TimeSpan.FromHours(8)), edge.Archive, DiskFileLayer.Instance,
            EdgeUnderTest.Site, time, reached, NullLogger<FolderCapture>.Instance);
    }

    /// <summary>Two seconds later, once the watcher waits.</summary>
    private static async Task Tick(ManualTimeProvider time, FolderCapture watch)
    {
        await Task.WhenAny(time.WhenTimerArmedAsync(TimeSpan.FromSeconds(1)), watch.ExecuteTask!);
        time.Advance(TimeSpan.FromSeconds(2));
    }
}
