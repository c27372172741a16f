using System.Collections.Concurrent;
using Regional.Link.V1;

namespace Regional.Silo.Link;

/// <summary>
/// What the edges where images arrived still have for the centre, as their sessions tell, and the way to ask for it: an order down the session,
/// upon which the edge sends those first. Only in memory: a session tells it again.
/// </summary>
internal sealed class OriginEdges(LinkSessions sessions, TimeProvider time)
{
    private const int MaxFollowed = 10_000;

    private readonly ConcurrentDictionary<(string Site, string Study), int> _waiting = new();
    private readonly ConcurrentDictionary<(string Site, string Sop), DateTimeOffset> _lacking = new();
    private volatile TaskCompletionSource _told = NewSignal();

    /// <summary>How long an edge's word is believed that it has an image no more.</summary>
    private static readonly TimeSpan LackBelieved = TimeSpan.FromSeconds(30);

    /// <summary>Ends when an edge tells something after the call.</summary>
    public Task Told => _told.Task;

    public bool IsOnline(string site) => sessions.IsOpen(site);

    /// <summary>How many images of the study its edge has and the centre has not.</summary>
    public int Waiting(string site, string studyInstanceUid) => _waiting.GetValueOrDefault((site, studyInstanceUid));

    public bool Lacks(string site, string sopInstanceUid) =>
        _lacking.TryGetValue((site, sopInstanceUid), out var until) && until > time.GetUtcNow();

    public void Take(string site, StudyProgress progress)
    {
        var waiting = (long)progress.ReceivedInstances - progress.UploadedInstances - progress.NotComingInstances;
        if (waiting <= 0)
            _waiting.TryRemove((site, progress.StudyInstanceUid), out _);
        else if (_waiting.Count < MaxFollowed || _waiting.ContainsKey((site, progress.StudyInstanceUid)))
            _waiting[(site, progress.StudyInstanceUid)] = (int)Math.Min(waiting, int.MaxValue);
        Signal();
    }

    public void Take(string site, Lacking lacking)
    {
        var now = time.GetUtcNow();
        foreach (var (key, _) in _lacking.Where(known => known.Value <= now).ToArray())
            _lacking.TryRemove(key, out _);
        foreach (var sop in lacking.SopInstanceUids.Take(MaxFollowed - _lacking.Count))
            _lacking[(site, sop)] = now + LackBelieved;
        Signal();
    }

    /// <summary>Asks the edge to send these first; none named: whatever of the study waits there. False: its edge is not linked here.</summary>
    public bool Ask(string site, string studyInstanceUid, params IEnumerable<string> sopInstanceUids)
    {
        var send = new Send { StudyInstanceUid = studyInstanceUid, Priority = Priority.Emergency };
        send.SopInstanceUids.AddRange(sopInstanceUids);
        return sessions.Order(site, new CentreOrder { Send = send });
    }

    private void Signal() => Interlocked.Exchange(ref _told, NewSignal()).TrySetResult();

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
