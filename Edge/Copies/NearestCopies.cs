using System.Collections.Concurrent;
using Regional.Edge.Link;
using Regional.Imaging;
using Regional.Imaging.Copies;
using Regional.Imaging.Index;
using Regional.Link.V1;

namespace Regional.Edge.Copies;

/// <summary>
/// The nearest copy for an edge: its own packs, else the centre, which asks the edge where the images arrived (R4.2.5-3, design §5.7). A copy of a
/// study is served whole or not at all: half a study must not look like all of it.
/// </summary>
internal sealed class NearestCopies(string site, ImageArchive archive, CentreCalls centre, CopyQueue queue, CopyLedger ledger, TimeProvider time) : INearestCopy
{
    /// <summary>How long somebody waits for images on their way; they go on coming.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>How long the centre's word of what a study has is believed.</summary>
    private static readonly TimeSpan Believed = TimeSpan.FromSeconds(30);

    private const uint WaitForOriginSeconds = 5;

    private readonly ConcurrentDictionary<string, Lazy<Task<Nearness>>> _under = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, DateTimeOffset> _whole = new(StringComparer.Ordinal);

    public async ValueTask<Nearness> BringStudyAsync(string studyUid, CancellationToken cancellation)
    {
        if (_whole.TryGetValue(studyUid, out var until) && until > time.GetUtcNow())
            return Nearness.Here;
        if (await IsOwnAsync(studyUid, cancellation) && (await AwayAsync(studyUid, cancellation)).Count == 0)
        {
            Believe(studyUid);
            return Nearness.Here;
        }

        return await Single(studyUid, () => Study(studyUid)).WaitAsync(cancellation);
    }

    public async ValueTask<Nearness> BringInstanceAsync(string studyUid, string sopInstanceUid, CancellationToken cancellation) =>
        await Single(sopInstanceUid, () => Instance(studyUid, sopInstanceUid)).WaitAsync(cancellation);

    /// <summary>It is on its way from now on.</summary>
    public void Begin(DistantInstance instance) => _ = queue.Want(instance, Priority.Urgent);

    /// <summary>What a study has that is not here; null where the centre cannot be asked.</summary>
    public async Task<IReadOnlyList<DistantInstance>?> MissingAsync(string studyUid, CancellationToken cancellation)
    {
        if (await IsOwnAsync(studyUid, cancellation))
            return await AwayAsync(studyUid, cancellation);
        return await centre.HoldingsAsync(studyUid, WaitForOriginSeconds, cancellation) switch
        {
            Holdings.Known holdings => await MissingAsync(studyUid, holdings, cancellation),
            Holdings.Unknown => [],
            _ => null,
        };
    }

    /// <summary>One instance that the centre said it has; null where it did not come in time.</summary>
    public async Task<IndexedInstance?> BringAsync(DistantInstance instance, CancellationToken cancellation)
    {
        var bringing = queue.Want(instance, Priority.Urgent);
        try
        {
            if (await bringing.WaitAsync(Patience, time, cancellation) == CopyOutcome.Kept)
                return await archive.Index.GetInstanceAsync(instance.SopInstanceUid, cancellation);
        }
        catch (TimeoutException)
        {
            // It goes on coming; this asker has waited enough.
        }

        return null;
    }

    private async Task<Nearness> Study(string studyUid)
    {
        switch (await centre.HoldingsAsync(studyUid, WaitForOriginSeconds, CancellationToken.None))
        {
            case Holdings.Known holdings:
                var missing = await MissingAsync(studyUid, holdings, CancellationToken.None);
                if (missing.Count > 0 && !await AllCame(missing))
                    return Nearness.Away;
                if (holdings.AtOrigin > 0)
                    return Nearness.Here;
                ledger.MarkWhole(studyUid, holdings.Instances.Count);
                Believe(studyUid);
                return Nearness.Here;
            case Holdings.Unknown:
                return Nearness.Nowhere;
            default:
                // What was whole once may be shown while the line is down.
                var here = await archive.Index.GetInstancesAsync(studyUid, null, CancellationToken.None);
                return ledger.Whole(studyUid) is { } whole && here.Count(one => one.IsLocal) >= whole ? Nearness.Here : Nearness.Away;
        }
    }

    private async Task<Nearness> Instance(string studyUid, string sopInstanceUid)
    {
        switch (await centre.HoldingsAsync(studyUid, WaitForOriginSeconds, CancellationToken.None))
        {
            case Holdings.Known holdings:
                if (holdings.Instances.FirstOrDefault(held => held.SopInstanceUid == sopInstanceUid) is not { } one)
                    return holdings.AtOrigin > 0 ? Nearness.Away : Nearness.Nowhere;
                return await BringAsync(one, CancellationToken.None) is null ? Nearness.Away : Nearness.Here;
            case Holdings.Unknown:
                return Nearness.Nowhere;
            default:
                return Nearness.Away;
        }
    }

    private async Task<bool> AllCame(IReadOnlyList<DistantInstance> missing)
    {
        try
        {
            var outcomes = await Task.WhenAll(missing.Select(one => queue.Want(one, Priority.Urgent))).WaitAsync(Patience, time);
            return Array.TrueForAll(outcomes, outcome => outcome == CopyOutcome.Kept);
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    private async Task<bool> IsOwnAsync(string studyUid, CancellationToken cancellation) =>
        await archive.Index.GetStudyAsync(studyUid, cancellation) is { } known && known.Site == site;

    /// <summary>What arrived here, and has given its bytes up since.</summary>
    private async Task<IReadOnlyList<DistantInstance>> AwayAsync(string studyUid, CancellationToken cancellation) =>
        [.. (await archive.Index.GetInstancesAsync(studyUid, null, cancellation)).Where(one => !one.IsLocal).Select(DistantInstance.Of)];

    private async Task<IReadOnlyList<DistantInstance>> MissingAsync(string studyUid, Holdings.Known holdings, CancellationToken cancellation)
    {
        var here = (await archive.Index.GetInstancesAsync(studyUid, null, cancellation)).Where(one => one.IsLocal).Select(one => one.SopInstanceUid);
        var known = here.ToHashSet(StringComparer.Ordinal);
        return [.. holdings.Instances.Where(held => !known.Contains(held.SopInstanceUid))];
    }

    private void Believe(string studyUid)
    {
        var now = time.GetUtcNow();
        foreach (var (study, _) in _whole.Where(known => known.Value <= now))
            _whole.TryRemove(study, out _);
        _whole[studyUid] = now + Believed;
    }

    /// <summary>Many who ask for one thing are one way to it.</summary>
    private Task<Nearness> Single(string key, Func<Task<Nearness>> bring)
    {
        var task = _under.GetOrAdd(key, new Lazy<Task<Nearness>>(bring)).Value;
        task.ContinueWith(_ => _under.TryRemove(key, out Lazy<Task<Nearness>>? _), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        return task;
    }
}
