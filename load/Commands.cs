using System.CommandLine;
using Regional.Load.Bench;
using Regional.Load.Demo;
using Regional.Load.Region;
using Regional.Load.Scenarios;
using Regional.Load.Sending;
using Regional.TestKit.Phantoms;

namespace Regional.Load;

/// <summary>The command line: what can be sent, filled and loaded.</summary>
public static class Commands
{
    private static readonly Option<FileInfo?> Cluster = new("--cluster") { Description = "cluster.yaml of the region; the demo's addresses without it", Recursive = true };

    public static RootCommand Root() => new("Load, demo data and phantoms for a region, over public protocols only")
    {
        Cluster, Send(), Phantom(), DemoFill(), Scenario(), BenchAll(),
    };

    private static Command Send()
    {
        var folder = new Argument<DirectoryInfo>("folder") { Description = "folder of DICOM files, with all below it" };
        var to = new Option<string>("--to") { Description = "site code", Required = true };
        var calling = new Option<string>("--aet") { Description = "calling AE title", DefaultValueFactory = _ => "REGIONAL" };
        var command = new Command("send", "Send a folder of DICOM files to a site's edge") { folder, to, calling };
        command.SetAction((parsed, cancellation) => FolderSend.RunAsync(
            parsed.GetValue(folder)!,
            RegionMap.Load(parsed.GetValue(Cluster)).Edge(parsed.GetValue(to)!),
            parsed.GetValue(calling)!,
            cancellation));
        return command;
    }

    private static Command Phantom()
    {
        var to = new Option<string>("--to") { Description = "HOST:PORT of the receiver", Required = true };
        var called = new Option<string>("--aec") { Description = "called AE title", DefaultValueFactory = _ => "TOWNSHIPA" };
        var folder = new Option<DirectoryInfo>("--folder") { Description = "where the files go", Required = true };
        var recipe = new RecipeOptions();

        var send = new Command("send", "Send a synthetic study") { to, called };
        recipe.AddTo(send);
        send.SetAction((parsed, cancellation) =>
        {
            var (host, port) = RegionMap.Parse(parsed.GetValue(to)!);
            return PhantomSend.SendAsync(recipe.Read(parsed), host, port, parsed.GetValue(called)!, cancellation);
        });
        var save = new Command("save", "Write a synthetic study to a folder") { folder };
        recipe.AddTo(save);
        save.SetAction((parsed, _) => PhantomSend.SaveAsync(recipe.Read(parsed), parsed.GetValue(folder)!));
        return new Command("phantom", "Seeded synthetic studies") { send, save };
    }

    private static Command DemoFill()
    {
        var password = new Option<string>("--password") { Description = "of the demo accounts", DefaultValueFactory = _ => "regional-demo" };
        var command = new Command("demo", "Fill the demo region, once, over REST and DICOM") { password };
        command.SetAction((parsed, cancellation) => DemoFiller.RunAsync(RegionMap.Load(parsed.GetValue(Cluster)), parsed.GetValue(password)!, cancellation));
        return command;
    }

    private static Command Scenario()
    {
        var defaults = new TownshipUploadOptions { Region = RegionMap.Demo };
        var modalities = new Option<int>("--modalities") { Description = "virtual devices", DefaultValueFactory = _ => defaults.Modalities };
        var rate = new Option<int>("--rate") { Description = "studies a minute over all devices", DefaultValueFactory = _ => defaults.StudiesPerMinute };
        var images = new Option<int>("--images") { Description = "slices of a CT, frames of a clip", DefaultValueFactory = _ => defaults.Images };
        var readers = new Option<int>("--readers") { Description = "virtual readers", DefaultValueFactory = _ => defaults.Readers };
        var seconds = new Option<int>("--seconds") { Description = "length of the run", DefaultValueFactory = _ => (int)defaults.Duration.TotalSeconds };
        var seed = new Option<int?>("--seed") { Description = "first seed; another one for every run against the same region" };
        var sites = new Option<string[]>("--sites") { Description = "site codes that send", AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => [.. defaults.Sites] };
        var report = new Option<DirectoryInfo>("--report") { Description = "folder of the reports", DefaultValueFactory = _ => new DirectoryInfo(defaults.ReportFolder) };
        var upload = new Command("township-upload", "Devices send studies at a rate while readers poll and claim; HTML and Markdown reports")
        {
            modalities, rate, images, readers, seconds, seed, sites, report,
        };
        upload.SetAction(parsed =>
        {
            var stats = new TownshipUpload(defaults with
            {
                Region = RegionMap.Load(parsed.GetValue(Cluster)),
                Modalities = parsed.GetValue(modalities),
                StudiesPerMinute = parsed.GetValue(rate),
                Images = parsed.GetValue(images),
                Readers = parsed.GetValue(readers),
                Duration = TimeSpan.FromSeconds(parsed.GetValue(seconds)),
                Seed = parsed.GetValue(seed),
                Sites = parsed.GetValue(sites)!,
                ReportFolder = parsed.GetValue(report)!.FullName,
            }).Run();
            foreach (var file in stats.ReportFiles) Console.WriteLine(file.FilePath);
            return stats.Thresholds.Any(t => t.IsFailed) ? 1 : 0;
        });
        return new Command("scenario", "Load scenarios") { upload };
    }

    private static Command BenchAll()
    {
        var silo = new Option<FileInfo>("--silo") { Description = "Regional.Silo.dll", Required = true };
        var edge = new Option<FileInfo>("--edge") { Description = "Regional.Edge.dll", Required = true };
        var folder = new Option<DirectoryInfo>("--out") { Description = "folder of the data and the result; emptied first", Required = true };
        var images = new Option<int>("--images") { Description = "images an ingest run", DefaultValueFactory = _ => 400 };
        var isShort = new Option<bool>("--short") { Description = "one repeat and short runs: shows that everything works, measures little" };
        var line = new Option<bool>("--shaped-line") { Description = "only the rows over a line of 200 Mbit/s; needs a network namespace of its own" };
        var command = new Command("bench", "Ingest, link, frames and viewing in a region of its own, as ratios") { silo, edge, folder, images, isShort, line };
        command.SetAction((parsed, _) => BenchRun.RunAsync(new BenchOptions
        {
            Silo = parsed.GetValue(silo)!,
            Edge = parsed.GetValue(edge)!,
            Cluster = parsed.GetValue(Cluster) ?? new FileInfo("cluster.yaml"),
            Out = parsed.GetValue(folder)!,
            Images = parsed.GetValue(images),
            Short = parsed.GetValue(isShort),
            ShapedLine = parsed.GetValue(line),
        }));
        return command;
    }

    /// <summary>The options that make a recipe.</summary>
    private sealed class RecipeOptions
    {
        private readonly Option<string> kind = new("--kind") { Description = "ct, dr or us", DefaultValueFactory = _ => "ct" };
        private readonly Option<int> seed = new("--seed") { Description = "same seed, same bytes", DefaultValueFactory = _ => 1 };
        private readonly Option<int> images = new("--images") { Description = "slices or frames", DefaultValueFactory = _ => 24 };
        private readonly Option<string> calling = new("--aet") { Description = "calling AE title and station name", DefaultValueFactory = _ => "A_CT1" };
        private readonly Option<string> patient = new("--patient-id") { Description = "patient id", DefaultValueFactory = _ => "P0001" };
        private readonly Option<string> name = new("--name") { Description = "patient name in DICOM form", DefaultValueFactory = _ => "Wang^Fang=王^芳" };
        private readonly Option<string> sex = new("--sex") { Description = "M, F or O", DefaultValueFactory = _ => "F" };
        private readonly Option<string> accession = new("--accession") { Description = "accession number", DefaultValueFactory = _ => "" };
        private readonly Option<string> charset = new("--charset") { Description = "utf8, gb18030 or ascii", DefaultValueFactory = _ => "utf8" };
        private readonly Option<bool> finding = new("--finding") { Description = "with something to find" };

        public void AddTo(Command command)
        {
            foreach (var option in new Option[] { kind, seed, images, calling, patient, name, sex, accession, charset, finding }) command.Add(option);
        }

        public StudyRecipe Read(ParseResult parsed) => new()
        {
            Seed = parsed.GetValue(seed),
            Kind = parsed.GetValue(kind) switch
            {
                "ct" => PhantomKind.HeadCt,
                "dr" => PhantomKind.ChestDr,
                "us" => PhantomKind.AbdomenUs,
                var other => throw new UsageException($"--kind {other}: ct, dr or us."),
            },
            Charset = parsed.GetValue(charset) switch
            {
                "utf8" => PhantomCharset.Utf8,
                "gb18030" => PhantomCharset.Gb18030,
                "ascii" => PhantomCharset.Ascii,
                var other => throw new UsageException($"--charset {other}: utf8, gb18030 or ascii."),
            },
            Images = parsed.GetValue(images),
            StationAe = parsed.GetValue(calling)!,
            PatientId = parsed.GetValue(patient)!,
            PatientName = parsed.GetValue(name)!,
            PatientSex = parsed.GetValue(sex)!,
            AccessionNumber = parsed.GetValue(accession)!,
            Finding = parsed.GetValue(finding),
        };
    }
}
