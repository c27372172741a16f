using System.Collections.Concurrent;

namespace Regional.Silo.Archive;

/// <summary>Studies whose events could not be delivered, each with its own pause. Only in memory: after a restart they are simply tried again.</summary>
internal sealed class ParkedStudies(TimeProvider time)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<string, (int Failures, DateTimeOffset Until)> studies = new(StringComparer.Ordinal);

    public static TimeSpan PauseAfter(int failures)
    {
        var pause = FirstPause * Math.Pow(2, Math.Min(failures - 1, 10));
        return pause < LongestPause ? pause : LongestPause;
    }

    /// <returns>How long the study now waits.</returns>
    public TimeSpan Park(string studyUid)
    {
        var parked = studies.AddOrUpdate(
            studyUid, _ => (1, time.GetUtcNow() + PauseAfter(1)), (_, known) => (known.Failures + 1, time.GetUtcNow() + PauseAfter(known.Failures + 1)));
        return PauseAfter(parked.Failures);
    }

    public void Free(string studyUid) => studies.TryRemove(studyUid, out _);

    /// <summary>Studies that are not to be tried yet.</summary>
    public IReadOnlyCollection<string> Waiting()
    {
        var now = time.GetUtcNow();
        return [.. studies.Where(study => study.Value.Until > now).Select(study => study.Key)];
    }

    /// <summary>Until the first parked study may be tried; null when none is parked.</summary>
    public TimeSpan? NextIn()
    {
        if (studies.IsEmpty) return null;
        var next = studies.Min(study => study.Value.Until) - time.GetUtcNow();
        return next > TimeSpan.Zero ? next : TimeSpan.FromMilliseconds(1);
    }
}
