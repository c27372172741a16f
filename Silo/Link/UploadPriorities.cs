using Regional.Link.V1;
using Regional.Projections;

namespace Regional.Silo.Link;

/// <summary>
/// Studies of one session whose images still wait at the edge: when the exam is urgent, or becomes so, the edge is ordered to send them first.
/// </summary>
internal sealed class UploadPriorities(LinkSessions sessions, IStudyReader studies, string site)
{
    private const int MaxFollowed = 64;

    private readonly Dictionary<string, (string StudyId, Priority Ordered)> _behind = new(StringComparer.Ordinal);

    /// <param name="behind">Images wait at the edge; else the study is not followed any longer.</param>
    public void Follow(string studyInstanceUid, string studyId, bool behind)
    {
        if (!behind)
            _behind.Remove(studyInstanceUid);
        else if (_behind.Count < MaxFollowed)
            _behind.TryAdd(studyInstanceUid, (studyId, Priority.Routine));
    }

    /// <summary>Orders what has changed since it was last ordered.</summary>
    public async Task Order(CancellationToken cancellation)
    {
        foreach (var (uid, (studyId, ordered)) in _behind.ToArray())
        {
            if (await studies.Get(studyId, cancellation) is not { } study || study.Site != site)
                continue;
            var priority = Wire(study.Priority);
            if (priority != ordered && sessions.Order(site, new CentreOrder { Prioritise = new Prioritise { StudyInstanceUid = uid, Priority = priority } }))
                _behind[uid] = (studyId, priority);
        }
    }

    private static Priority Wire(Studies.Priority priority) => priority switch
    {
        Studies.Priority.Emergency => Priority.Emergency,
        Studies.Priority.Urgent => Priority.Urgent,
        _ => Priority.Routine,
    };
}
