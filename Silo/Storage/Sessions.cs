using Regional.Portal.Accounts;

namespace Regional.Silo.Storage;

/// <summary>Sessions at rest, by the hash of their token.</summary>
internal sealed class Sessions(Database database) : ISessionStore
{
    public Task Open(Session session, CancellationToken cancellation) => database.Write(
        connection => connection.Execute(
            "INSERT INTO sessions (token_hash, user_id, created_at, seen_at, expires_at, address) VALUES (@hash, @user, @created, @seen, @expires, @address)",
            ("hash", session.TokenHash), ("user", session.UserId), ("created", session.CreatedAt.Ms()), ("seen", session.SeenAt.Ms()),
            ("expires", session.ExpiresAt.Ms()), ("address", session.Address)),
        cancellation);

    public Task<(Session Session, Account Account)?> Find(string tokenHash, CancellationToken cancellation) => database.Read(
        (connection, token) => connection.First(
            token,
            $"""
            SELECT s.token_hash, s.user_id, s.created_at, s.seen_at, s.expires_at, s.address, {Accounts.Columns}
            FROM sessions s JOIN accounts a ON a.user_id = s.user_id WHERE s.token_hash = @hash
            """,
            r => ((Session, Account)?)(
                new Session(r.GetString(0), r.GetString(1), r.Instant(2), r.Instant(3), r.Instant(4), r.Text(5)), Accounts.Read(r, 6)),
            ("hash", tokenHash)),
        cancellation);

    public Task Prolong(string tokenHash, DateTimeOffset seenAt, DateTimeOffset expiresAt, CancellationToken cancellation) => database.Write(
        connection => connection.Execute(
            "UPDATE sessions SET seen_at = @seen, expires_at = @expires WHERE token_hash = @hash AND seen_at < @seen",
            ("seen", seenAt.Ms()), ("expires", expiresAt.Ms()), ("hash", tokenHash)),
        cancellation);

    public Task Close(string tokenHash, CancellationToken cancellation) => database.Write(
        connection => connection.Execute("DELETE FROM sessions WHERE token_hash = @hash", ("hash", tokenHash)), cancellation);

    public Task<int> RemoveExpired(DateTimeOffset before, CancellationToken cancellation) => database.Write(
        connection => connection.Execute("DELETE FROM sessions WHERE expires_at < @before", ("before", before.Ms())), cancellation);

    /// <summary>Signs a person out everywhere.</summary>
    internal static Task<int> CloseAll(System.Data.Common.DbConnection connection, string userId) =>
        connection.Execute("DELETE FROM sessions WHERE user_id = @user", ("user", userId));
}
