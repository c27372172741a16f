using Microsoft.Extensions.Logging;

namespace Regional.Edge.Peers;

/// <summary>Events 3500 to 3549. Titles of machines, UIDs and job ids, never a value of a data set.</summary>
internal static partial class PeerLog
{
    [LoggerMessage(3500, LogLevel.Warning, "{AeTitle} does not answer verification ({Failure}).")]
    public static partial void Silent(ILogger logger, string aeTitle, string failure);

    [LoggerMessage(3501, LogLevel.Information, "{AeTitle} answers verification.")]
    public static partial void Answers(ILogger logger, string aeTitle);

    [LoggerMessage(3502, LogLevel.Information, "Job {Job} ({Kind}, {Peer}) has been asked for on this machine.")]
    public static partial void Asked(ILogger logger, string job, JobKind kind, string peer);

    [LoggerMessage(3503, LogLevel.Information, "Job {Job} ({Kind}, {Peer}) is {State}: {Done} of {Total} done, {Failed} failed.")]
    public static partial void Ended(ILogger logger, string job, JobKind kind, string peer, JobState state, int done, int total, int failed);

    [LoggerMessage(3504, LogLevel.Warning, "Job {Job} ({Kind}, {Peer}) waits for {Minutes} min: {Failure}.")]
    public static partial void Deferred(ILogger logger, string job, JobKind kind, string peer, double minutes, string failure);

    [LoggerMessage(3505, LogLevel.Warning, "Job {Job}: {Uid} failed ({Failure}).")]
    public static partial void ItemFailed(ILogger logger, string job, string uid, string failure);

    [LoggerMessage(3506, LogLevel.Error, "Job {Job} broke off.")]
    public static partial void Broken(ILogger logger, Exception exception, string job);

    [LoggerMessage(3507, LogLevel.Information, "{AeTitle} was queried on this machine: {Matches} studies.")]
    public static partial void Queried(ILogger logger, string aeTitle, int matches);
}
