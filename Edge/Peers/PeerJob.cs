namespace Regional.Edge.Peers;

internal enum JobKind
{
    /// <summary>A study to a destination or peer.</summary>
    Send = 1,

    /// <summary>A peer's history, as far as it was asked for.</summary>
    Import = 2,
}

/// <summary>Numbers are on disk: never renumber.</summary>
internal enum JobState
{
    /// <summary>Under way, or waiting for its peer or its hours.</summary>
    Open = 1,

    /// <summary>Everything that it named was tried; what failed is counted.</summary>
    Done = 2,

    Cancelled = 3,
}

internal enum ItemState
{
    Waiting = 1,
    Done = 2,
    Failed = 3,
}

/// <summary>What was asked: the study to send, or what to import. Kept as JSON with the job.</summary>
/// <param name="StudyInstanceUid">Send: the study.</param>
/// <param name="From">Import: first and last study date.</param>
/// <param name="Modality">Import: of this modality alone.</param>
/// <param name="PatientId">Import: of this patient alone.</param>
internal sealed record JobSpec(string? StudyInstanceUid = null, DateOnly? From = null, DateOnly? To = null, string? Modality = null, string? PatientId = null);

/// <summary>A job and how far it is.</summary>
/// <param name="NotBefore">When it is tried next, while it is open.</param>
/// <param name="Cursor">Import: the last day of which every study is listed; empty before the first.</param>
/// <param name="Failure">Why it waits, or null.</param>
/// <param name="Total">Items known so far: images to send, studies to import.</param>
internal sealed record PeerJob(
    string Id, JobKind Kind, string Peer, JobSpec Spec, JobState State, DateTimeOffset Created, DateTimeOffset NotBefore, string Cursor, int Tries, string? Failure,
    int Total, int Done, int Failed);
