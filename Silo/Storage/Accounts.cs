using System.Data.Common;
using Regional.Portal.Accounts;

namespace Regional.Silo.Storage;

/// <summary>Accounts at rest.</summary>
internal sealed class Accounts(Database database, TimeProvider time) : IAccountStore
{
    internal const string Columns = "a.user_id, a.name, a.site, a.roles, a.title, a.licence, a.password, a.disabled, a.failures, a.locked_until, a.demo";

    public Task<Account?> Find(string userId, CancellationToken cancellation) =>
        database.Read((connection, token) => Find(connection, userId, token), cancellation);

    public async Task<bool> Create(Account account, CancellationToken cancellation) =>
        await database.Write(connection => Insert(connection, account, time.GetUtcNow()), cancellation) > 0;

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

    internal static Task<Account?> Find(DbConnection connection, string userId, CancellationToken cancellation) =>
        connection.First(cancellation, $"SELECT {Columns} FROM accounts a WHERE a.user_id = @user", r => Read(r, 0), ("user", userId));

    internal static Task<List<Account>> All(DbConnection connection, CancellationToken cancellation) =>
        connection.Query(cancellation, $"SELECT {Columns} FROM accounts a ORDER BY a.user_id", r => Read(r, 0));

    /// <exception cref="ArgumentException">Nobody can be called that.</exception>
    internal static Task<int> Insert(DbConnection connection, Account account, DateTimeOffset at) =>
        AccountRules.NameFault(account.UserId) is { } fault
            ? throw new ArgumentException($"An account's name {fault}.", nameof(account))
            : connection.Execute(
                """
                INSERT INTO accounts (user_id, name, site, roles, title, licence, password, disabled, failures, created_at, demo)
                VALUES (@user, @name, @site, @roles, @title, @licence, @password, @disabled, 0, @at, @demo)
                ON CONFLICT (user_id) DO NOTHING
                """,
                ("user", account.UserId), ("name", account.Name), ("site", account.Site), ("roles", Payload.Write(account.Roles.ToArray())),
                ("title", account.Title), ("licence", account.Licence), ("password", account.Password), ("disabled", account.Disabled ? 1 : 0),
                ("at", at.Ms()), ("demo", account.Demo ? 1 : 0));

    /// <summary>A person's account in the place of the one of that name that the demo made; of any other account nothing is changed.</summary>
    internal static Task<int> TakeOverDemo(DbConnection connection, Account account, DateTimeOffset at) => connection.Execute(
        """
        UPDATE accounts SET name = @name, site = @site, roles = @roles, title = @title, licence = @licence, password = @password, disabled = 0,
            failures = 0, locked_until = NULL, created_at = @at, demo = 0
        WHERE user_id = @user AND demo = 1
        """,
        ("name", account.Name), ("site", account.Site), ("roles", Payload.Write(account.Roles.ToArray())), ("title", account.Title),
        ("licence", account.Licence), ("password", account.Password), ("at", at.Ms()), ("user", account.UserId));

    /// <summary>A new password also ends a lock.</summary>
    internal static Task<int> SetPassword(DbConnection connection, string userId, string hash) => connection.Execute(
        "UPDATE accounts SET password = @password, failures = 0, locked_until = NULL WHERE user_id = @user", ("password", hash), ("user", userId));

    internal static Task<int> SetDisabled(DbConnection connection, string userId, bool disabled) =>
        connection.Execute("UPDATE accounts SET disabled = @disabled WHERE user_id = @user", ("disabled", disabled ? 1 : 0), ("user", userId));

    internal static Account Read(DbDataReader r, int from) => new(
        r.GetString(from), r.GetString(from + 1), r.GetString(from + 2), [.. Payload.Read<string[]>(r.GetString(from + 3))], r.Text(from + 4),
        r.Text(from + 5), r.GetString(from + 6), r.GetInt32(from + 7) != 0, r.GetInt32(from + 8), r.InstantOrNull(from + 9),
        r.GetInt32(from + 10) != 0);
}
