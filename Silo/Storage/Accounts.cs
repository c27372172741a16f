using System.Data.Common;
using Regional.Portal.Accounts;

namespace Regional.Silo.Storage;

/// <summary>Accounts at rest.</summary>
internal sealed class Accounts(Database database, TimeProvider time) : IAccountStore
{
    internal const string Columns = "a.user_id, a.name, a.site, a.roles, a.title, a.licence, a.password, a.disabled, a.failures, a.locked_until";

    public Task<Account?> Find(string userId, CancellationToken cancellation) => database.Read(
        (connection, token) => connection.First(token, $"SELECT {Columns} FROM accounts a WHERE a.user_id = @user", r => Read(r, 0), ("user", userId)),
        cancellation);

    public async Task<bool> Create(Account account, CancellationToken cancellation) => await database.Write(
        connection => connection.Execute(
            """
            INSERT INTO accounts (user_id, name, site, roles, title, licence, password, disabled, failures, created_at)
            VALUES (@user, @name, @site, @roles, @title, @licence, @password, @disabled, 0, @at)
            ON CONFLICT (user_id) DO NOTHING
            """,
            ("user", account.UserId), ("name", account.Name), ("site", account.Site), ("roles", Payload.Write(account.Roles.ToArray())),
            ("title", account.Title), ("licence", account.Licence), ("password", account.Password), ("disabled", account.Disabled ? 1 : 0),
            ("at", time.GetUtcNow().Ms())),
        cancellation) > 0;

    public Task RecordFailure(string userId, int lockAfter, DateTimeOffset lockedUntil, CancellationToken cancellation) => database.Write(
        connection => connection.Execute(
            """
            UPDATE accounts SET failures = failures + 1, locked_until = CASE WHEN failures + 1 >= @after THEN @until ELSE locked_until END
            WHERE user_id = @user
            """,
            ("after", lockAfter), ("until", lockedUntil.Ms()), ("user", userId)),
        cancellation);

    public Task RecordSuccess(string userId, CancellationToken cancellation) => database.Write(
        connection => connection.Execute("UPDATE accounts SET failures = 0, locked_until = NULL WHERE user_id = @user", ("user", userId)), cancellation);

    internal static Account Read(DbDataReader r, int from) => new(
        r.GetString(from), r.GetString(from + 1), r.GetString(from + 2), [.. Payload.Read<string[]>(r.GetString(from + 3))], r.Text(from + 4),
        r.Text(from + 5), r.GetString(from + 6), r.GetInt32(from + 7) != 0, r.GetInt32(from + 8), r.InstantOrNull(from + 9));
}
