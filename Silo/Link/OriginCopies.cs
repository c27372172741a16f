using System.Collections.Concurrent;
using Regional.Imaging;
using Regional.Imaging.Copies;
using Regional.Portal.Access;

namespace Regional.Silo.Link;

/// <summary>
/// The nearest copy for the centre: its own packs, else the edge where the images arrived, over that edge's own link (R4.2.5-3). A study of which
/// something is here is served as it is, while the rest is asked for: a reader of an emergency sees what has come.
/// </summary>
internal sealed class OriginCopies(ImageArchive archive, StudyPlaces places, OriginEdges origins, TimeProvider time, ILogger<OriginCopies> logger)
    : INearestCopy
{
    /// <summary>How long somebody waits for images on their way from an edge.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(8);

    private static readonly TimeSpan AskedAgainAfter = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<string, Lazy<Task<Nearness>>> _under = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, DateTimeOffset> _asked = new(StringComparer.Ordinal);

    public async ValueTask<Nearness> BringStudyAsync(string studyUid, CancellationToken cancellation)
    {
        if (await places.FindAsync(studyUid, cancellation) is not { } place || origins.Waiting(place.Site, studyUid) == 0)
            return Nearness.Here;
        Hurry(place.Site, studyUid);
        if (await archive.Index.GetStudyAsync(studyUid, cancellation) is not null)
            return Nearness.Here;
        return await Single(studyUid, () => WaitForStudy(place.Site, studyUid)).WaitAsync(cancellation);
    }

    public async ValueTask<Nearness> BringInstanceAsync(string studyUid, string sopInstanceUid, CancellationToken cancellation)
    {
        if (await places.FindAsync(studyUid, cancellation) is not { } place || origins.Lacks(place.Site, sopInstanceUid))
            return Nearness.Nowhere;
        return await Single(sopInstanceUid, () => WaitForInstance(place.Site, studyUid, sopInstanceUid)).WaitAsync(cancellation);
    }

    /// <summary>Waits until the edge where a study arrived has sent all of it, or the time is over. Nothing is waited for from an edge that is offline.</summary>
    public async Task WaitForAllAsync(string site, string studyUid, TimeSpan patience, CancellationToken cancellation)
    {
        if (origins.Waiting(site, studyUid) == 0 || patience <= TimeSpan.Zero)
            return;
        Hurry(site, studyUid);
        await Until(() => Task.FromResult(origins.Waiting(site, studyUid) == 0 || !origins.IsOnline(site)), patience, cancellation);
    }

    private async Task<Nearness> WaitForStudy(string site, string studyUid) =>
        origins.IsOnline(site) && await Until(async () => await archive.Index.GetStudyAsync(studyUid, CancellationToken.None) is not null, Patience, CancellationToken.None)
            ? Nearness.Here
            : Nearness.Away;

    private async Task<Nearness> WaitForInstance(string site, string studyUid, string sop)
    {
        if (!origins.Ask(site, studyUid, sop))
        {
            OriginLog.Offline(logger, sop, site);
            return Nearness.Away;
        }

        var found = false;
        await Until(
            async () => (found = await archive.Index.GetInstanceAsync(sop, CancellationToken.None) is { IsLocal: true }) || origins.Lacks(site, sop),
            Patience, CancellationToken.None);
        return found ? Nearness.Here : origins.Lacks(site, sop) ? Nearness.Nowhere : Nearness.Away;
    }

    /// <summary>True: it came to hold in time. Asked again whenever something is stored or an edge tells something.</summary>
    private async Task<bool> Until(Func<Task<bool>> holds, TimeSpan patience, CancellationToken cancellation)
    {
        using var limit = new CancellationTokenSource(patience, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        try
        {
            while (true)
            {
                var (told, end) = (origins.Told, archive.Packs.CommittedEnd);
                if (archive.Indexed < end)
                    await archive.WaitIndexedAsync(end, both.Token);
                if (await holds())
                    return true;
                using var turn = CancellationTokenSource.CreateLinkedTokenSource(both.Token);
                await Task.WhenAny(told.WaitAsync(turn.Token), archive.Packs.WaitBeyondAsync(end, turn.Token));
                await turn.CancelAsync();
                both.Token.ThrowIfCancellationRequested();
            }
        }
        catch (Exception over) when (over is IndexUnavailableException || (over is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            return false;
        }
    }

    private void Hurry(string site, string studyUid)
    {
        var now = time.GetUtcNow();
        if (_asked.TryGetValue(studyUid, out var before) && now - before < AskedAgainAfter)
            return;
        foreach (var (old, _) in _asked.Where(asked => now - asked.Value >= AskedAgainAfter).ToArray())
            _asked.TryRemove(old, out _);
        if (origins.Ask(site, studyUid))
            _asked[studyUid] = now;
    }

    /// <summary>Many who ask for one thing are one way to its edge.</summary>
    private Task<Nearness> Single(string key, Func<Task<Nearness>> bring)
    {
        var lazy = new Lazy<Task<Nearness>>(bring);
        var task = _under.GetOrAdd(key, lazy).Value;
        task.ContinueWith(_ => _under.TryRemove(key, out Lazy<Task<Nearness>>? _), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        return task;
    }
}

/// <summary>Events 2230 to 2239.</summary>
internal static partial class OriginLog
{
    [LoggerMessage(2230, LogLevel.Information, "{SopInstanceUid} is asked for and is only at {Site}, whose edge is offline.")]
    public static partial void Offline(ILogger logger, string sopInstanceUid, string site);
}
