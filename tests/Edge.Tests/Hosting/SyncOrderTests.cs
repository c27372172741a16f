using System.Globalization;
using System.Text.RegularExpressions;
using Regional.Edge.Tests.Support;
using Regional.TestKit;
using Regional.TestKit.Modality;

namespace Regional.Edge.Tests.Hosting;

/// <summary>
/// Order of system calls of a real edge process (proof.md 2): append to the pack → fdatasync of the pack → C-STORE-RSP, for every image; the
/// directory is synced when the pack is made. Seen from outside, by strace.
/// </summary>
[Trait("Requirement", "R4.1-5")]
public sealed partial class SyncOrderTests
{
    private const int Images = 12;

    [SkippableFact]
    public async Task Success_is_sent_only_after_the_pack_is_synced()
    {
        SharedData.Need("strace");
        Skip.IfNot(OperatingSystem.IsLinux(), "strace is for Linux.");
        using var folder = new TempFolder();
        var (yaml, port) = EdgeUnderTest.Describe(new EdgeSetup());
        await File.WriteAllTextAsync(folder.File("cluster.yaml"), yaml);
        var trace = folder.File("trace");
        await using var process = ToolProcess.Start(
            ExternalTool.Find("strace")!,
            [
                "-f", "-qq", "-y", "-s", "0", "-e", "trace=openat,pwrite64,pwritev,pwritev2,write,writev,fsync,fdatasync,sendto,sendmsg", "-o", trace,
                ExternalTool.Find("dotnet")!, typeof(Edge.Hosting.EdgeHost).Assembly.Location, "run", "--cluster", folder.File("cluster.yaml"), "--site", EdgeUnderTest.Site,
            ]);
        await process.WhenListeningAsync(port, TimeSpan.FromSeconds(120));

        var images = Enumerable.Range(0, Images).Select(i => Dicom.StoreTests.Small(600 + i).File);
        (await new FakeModality("127.0.0.1", port, EdgeUnderTest.Ae).SendAsync(images)).ShouldAllBe(outcome => outcome.Stored);
        await process.KillAsync();

        var calls = Calls(await File.ReadAllLinesAsync(trace), port);
        calls.Count(c => c == 'D').ShouldBeGreaterThan(0, "the directory of the packs is synced");
        // The first answer on the socket is A-ASSOCIATE-AC; what stands before it made the pack. Then image by image, since one association waits
        // for each answer: append, sync, answer. After the last a checkpoint and A-RELEASE-RP may follow.
        var order = new string([.. calls.Where(c => c != 'D')]);
        EveryImage().IsMatch(order).ShouldBeTrue(order);
        WithoutSync().IsMatch(order).ShouldBeFalse(order);
    }

    /// <summary>W: append to a pack. S: fdatasync of a pack. D: sync of the packs' directory. R: bytes to the modality.</summary>
    private static List<char> Calls(IEnumerable<string> lines, int port)
    {
        List<char> calls = [];
        foreach (var line in lines)
        {
            // A call is noted where it ended: "<... fdatasync resumed>" for one that another thread interrupted in the trace.
            var resumed = line.Contains(" resumed>", StringComparison.Ordinal);
            var unfinished = line.EndsWith("<unfinished ...>", StringComparison.Ordinal);
            var name = Name().Match(line) is { Success: true } match ? match.Groups[1].Value : "";
            var pid = line.Split(' ', 2)[0];
            var key = pid + name;
            if (unfinished)
                Pending[key] = line;
            var whole = resumed && Pending.Remove(key, out var begun) ? begun : line;
            var kind = name switch
            {
                "pwrite64" or "pwritev" or "pwritev2" or "write" or "writev" when IsPack(whole) => 'W',
                "fdatasync" or "fsync" when IsPack(whole) => 'S',
                "fsync" or "fdatasync" when whole.Contains("/packs>", StringComparison.Ordinal) => 'D',
                "sendto" or "sendmsg" or "write" or "writev" when IsModality(whole, port) => 'R',
                _ => ' ',
            };
            if (kind == ' ')
                continue;
            // A sync and an append count when they are over, an answer as soon as it begins: the strictest reading.
            if (kind == 'R' ? !resumed : !unfinished)
                calls.Add(kind);
        }

        return calls;
    }

    private static readonly Dictionary<string, string> Pending = [];

    private static bool IsPack(string call) => call.Contains("/packs/", StringComparison.Ordinal) && call.Contains(".pack>", StringComparison.Ordinal);

    private static bool IsModality(string call, int port) =>
        call.Contains("127.0.0.1:" + port.ToString(CultureInfo.InvariantCulture) + "->", StringComparison.Ordinal)
        || (call.Contains("<socket:[", StringComparison.Ordinal) && call.Contains("sendto", StringComparison.Ordinal))
        || (call.Contains("<TCP:[", StringComparison.Ordinal) && call.Contains("127.0.0.1:" + port.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal));

    [GeneratedRegex(@"^\d+ +(?:<\.\.\. )?(\w+)")]
    private static partial Regex Name();

    [GeneratedRegex("^[WS]*R(?:(?:W+S)+R){12}")]
    private static partial Regex EveryImage();

    /// <summary>An append that is followed by an answer without a sync between them.</summary>
    [GeneratedRegex("WR")]
    private static partial Regex WithoutSync();
}
