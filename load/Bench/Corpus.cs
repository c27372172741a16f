using System.Diagnostics;
using System.Globalization;
using Regional.Load.Region;
using Regional.TestKit.Modality;
using Regional.TestKit.Phantoms;

namespace Regional.Load.Bench;

/// <summary>CT slices of 526 KB, a folder a sender, and DCMTK's storescu to send them with.</summary>
public sealed class Corpus
{
    /// <summary>Bytes of a slice, nearly.</summary>
    public const int SliceBytes = (512 * 512 * 2) + 2048;

    private const int Slices = 20;
    private const int Senders = 4;
    private readonly string folder;

    private Corpus(string folder) => this.folder = folder;

    public static async Task<Corpus> MakeAsync(BenchOptions options)
    {
        var corpus = new Corpus(Path.Combine(options.Out.FullName, "corpus"));
        for (var sender = 0; sender < Senders; sender++)
            await new PhantomStudy(new StudyRecipe { Seed = 100 + sender, Images = Slices }).SaveAsync(corpus.Folder(sender));
        return corpus;
    }

    /// <summary>Images a second. UIDs are invented by the sender, so that nothing is a duplicate.</summary>
    /// <returns>How many were sent and how fast.</returns>
    public async Task<(int Images, double Rate)> SendAsync(string host, int port, string calledAe, int associations, int images)
    {
        var repeat = Math.Max(1, images / Slices / associations);
        var started = Stopwatch.GetTimestamp();
        var results = await Task.WhenAll(Enumerable.Range(0, associations).Select(sender => Dcmtk.RunAsync(
            "storescu",
            ["-pdu", "131072", "-aec", calledAe, "+sd", "-R", "--repeat", Number(repeat), "+IS", "1", "+IR", Number(Slices), host, Number(port), Folder(sender)])));
        var elapsed = Stopwatch.GetElapsedTime(started);
        if (results.FirstOrDefault(r => r.ExitCode != 0) is { } failed) throw new UsageException("storescu failed: " + failed.Output);
        var sent = associations * repeat * Slices;
        return (sent, sent / elapsed.TotalSeconds);
    }

    private string Folder(int sender) => Path.Combine(folder, Number(sender));

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
