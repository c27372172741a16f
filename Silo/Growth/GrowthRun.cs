using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using Regional.Imaging;
using Regional.Imaging.Index;
using Regional.Imaging.Packs;
using Regional.Imaging.Storage;

namespace Regional.Silo.Growth;

/// <summary>
/// Grows an archive through the way that every image takes (journal, then index and outbox in one transaction) and measures, at marks, the rate
/// of ingest, the time of the searches that people make and the time to open. Bars: design.md §8.
/// </summary>
internal sealed class GrowthRun(GrowthCommand command, TextWriter say) : IAsyncDisposable
{
    private const int Seed = 1;
    private const int Producers = 32;
    private const int Repeats = 60;
    private static readonly TimeSpan SearchBar = TimeSpan.FromMilliseconds(50);
    private static readonly SearchScope TwoSites = new SearchScope.Of(["township-a", "expert"], []);

    private readonly IndexDatabase _database = command.Connection is { } connection
        ? IndexDatabase.PostgreSql(connection)
        : IndexDatabase.Sqlite(Path.Combine(command.Folder, "index.db"));

    private ImageArchive? _archive;
    private long _stored;

    /// <returns>Whether every bar was met.</returns>
    public async Task<bool> Run(CancellationToken cancellation)
    {
        await say.WriteLineAsync($"| studies | {(command.Connection is null ? "SQLite" : "PostgreSQL")} ingest/s | of empty | {string.Join(" | ", Searches.Select(s => s.Name + " p95 ms"))} | open ms |");
        await say.WriteLineAsync("|---|---|---|" + string.Concat(Enumerable.Repeat("---|", Searches.Length + 1)));
        long[] marks = [0, 20_000, 50_000, 200_000, 500_000, 1_000_000];
        var isMet = true;
        double empty = 0;
        foreach (var mark in marks.Where(mark => mark < command.Studies).Append(command.Studies))
        {
            await Open(cancellation);
            await Grow(mark - _stored, cancellation);
            var opening = Stopwatch.GetTimestamp();
            await Open(cancellation);
            var open = Stopwatch.GetElapsedTime(opening);
            // The first requests of a process are its own affair.
            await Grow(300, cancellation);
            var rate = await Grow(command.Window, cancellation);
            if (empty == 0)
                empty = rate;
            var times = new List<TimeSpan>();
            foreach (var search in Searches)
                times.Add(await P95(search.Ask, cancellation));
            isMet &= rate >= 0.8 * empty && times.TrueForAll(time => time <= SearchBar);
            await say.WriteLineAsync(
                $"| {mark:N0} | {rate:N0} | {rate / empty:P0} | {string.Join(" | ", times.Select(time => $"{time.TotalMilliseconds:N1}"))} | {open.TotalMilliseconds:N0} |");
        }

        return isMet;
    }

    public async ValueTask DisposeAsync()
    {
        if (_archive is not null)
            await _archive.DisposeAsync();
        await _database.DisposeAsync();
    }

    private static (string Name, Func<Random, long, (SearchTerm[] Terms, SearchScope Scope, int Offset)> Ask)[] Searches { get; } =
    [
        ("patient", (random, count) => ([new(SearchKey.PatientId, Any(random, count).PatientId)], TwoSites, 0)),
        ("accession", (random, count) => ([new(SearchKey.AccessionNumber, Any(random, count).Accession)], TwoSites, 0)),
        ("study UID", (random, count) => ([new(SearchKey.StudyInstanceUid, Any(random, count).StudyUid)], TwoSites, 0)),
        ("name prefix", (random, count) => ([new(SearchKey.PatientName, Any(random, count).Family + "*")], TwoSites, 0)),
        ("characters", (random, _) => ([new(SearchKey.PatientName, "王李张刘陈杨黄赵吴周"[random.Next(10)] + "*")], TwoSites, 0)),
        ("day + modality", (random, count) =>
        {
            var study = Any(random, count);
            return ([new(SearchKey.StudyDate, study.Date + "-" + study.Date), new(SearchKey.ModalitiesInStudy, study.Modality)], TwoSites, 0);
        }),
        ("year + modality", (random, count) => ([new(SearchKey.StudyDate, "20240101-20241231"), new(SearchKey.ModalitiesInStudy, Any(random, count).Modality)], TwoSites, 0)),
        ("newest", (_, _) => ([], TwoSites, 0)),
        ("page 20", (_, _) => ([], SearchScope.All, 950)),
        ("name + date", (random, count) =>
        {
            var study = Any(random, count);
            return ([new(SearchKey.PatientName, study.Family + "^*"), new(SearchKey.StudyDate, study.Date)], TwoSites, 0);
        }),
    ];

    private static GeneratedStudy Any(Random random, long count) => new(Seed, random.NextInt64(Math.Max(1, count)));

    private async Task<TimeSpan> P95(Func<Random, long, (SearchTerm[] Terms, SearchScope Scope, int Offset)> ask, CancellationToken cancellation)
    {
        var random = new Random(7);
        var times = new List<TimeSpan>(Repeats);
        for (var i = 0; i < Repeats; i++)
        {
            var (terms, scope, offset) = ask(random, _stored);
            var started = Stopwatch.GetTimestamp();
            await _archive!.Index.SearchStudiesAsync(terms, scope, offset, 50, cancellation);
            times.Add(Stopwatch.GetElapsedTime(started));
        }

        times.Sort();
        return times[(int)(Repeats * 0.95)];
    }

    /// <summary>Stores the next studies; returns how many a second.</summary>
    private async Task<double> Grow(long studies, CancellationToken cancellation)
    {
        if (studies <= 0)
            return 0;
        var (next, end) = (_stored, _stored + studies);
        var started = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, Producers).Select(_ => Task.Run(
            async () =>
            {
                for (long number; (number = Interlocked.Increment(ref next) - 1) < end;)
                    await Store(new GeneratedStudy(Seed, number), cancellation);
            },
            cancellation)));
        _stored = end;
        // Whoever dispatches has had them: the outbox holds what is under way, not history.
        while (await _archive!.Outbox.ReadAsync(1000, [], cancellation) is { Events.Count: > 0 } page)
            await _archive.Outbox.AcknowledgeAsync([.. page.Events.Select(one => one.Sequence)], cancellation);
        return studies / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    private async Task Store(GeneratedStudy study, CancellationToken cancellation)
    {
        using var buffer = _archive!.Buffers.Rent();
        buffer.Write(study.DataSet());
        var result = await _archive.StoreAsync(study.Identity, buffer, cancellation);
        if (result is not StoreResult.Stored)
            throw new InvalidOperationException($"A study was not stored: {result.GetType().Name}");
    }

    private async Task Open(CancellationToken cancellation)
    {
        if (_archive is not null)
            await _archive.DisposeAsync();
        _archive = await ImageArchive.OpenAsync(
            new ImageArchiveOptions
            {
                Packs = new PackStoreOptions { Directory = Path.Combine(command.Folder, "packs") },
                Buffers = new ReceiveBufferOptions { SpoolDirectory = Path.Combine(command.Folder, "spool") },
                Acknowledge = AcknowledgeAfter.Index,
                OneSitePerStudy = true,
            },
            DiskFileLayer.Instance, _database, new NoAlarms(), TimeProvider.System, NullLoggerFactory.Instance, cancellation);
    }

    private sealed class NoAlarms : IPackAlarms
    {
        public void Raise(PackAlarm alarm)
        {
            // A disk that refuses ends the run with the store's own answer.
        }
    }
}
