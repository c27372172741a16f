using Dapper;

namespace Regional.Edge.Peers;

/// <summary>The last verification of an application entity.</summary>
/// <param name="Failure">Why it did not answer, as a short machine word; null when it did.</param>
/// <param name="Answered">When it last answered; null when never.</param>
internal sealed record LastEcho(string AeTitle, DateTimeOffset At, string? Failure, DateTimeOffset? Answered)
{
    public bool Answers => Failure is null;
}

/// <summary>When each application entity last answered; known after a restart too.</summary>
internal sealed class EchoBook(PeerDatabase database)
{
    public void Note(string aeTitle, DateTimeOffset at, string? failure) => database.Write((connection, transaction) => connection.Execute(
        """
        INSERT INTO echo VALUES (@aeTitle, @at, @failure, @answered)
        ON CONFLICT (ae) DO UPDATE SET at_us = excluded.at_us, failure = excluded.failure, answered_us = coalesce(excluded.answered_us, answered_us)
        """,
        new { aeTitle, at = PeerDatabase.Microseconds(at), failure, answered = failure is null ? PeerDatabase.Microseconds(at) : (long?)null }, transaction));

    public IReadOnlyDictionary<string, LastEcho> All() => database.Read(connection => connection
        .Query<(string Ae, long At, string? Failure, long? Answered)>("SELECT ae, at_us, failure, answered_us FROM echo")
        .ToDictionary(
            row => row.Ae,
            row => new LastEcho(row.Ae, PeerDatabase.Instant(row.At), row.Failure, row.Answered is { } us ? PeerDatabase.Instant(us) : null), StringComparer.Ordinal));
}
