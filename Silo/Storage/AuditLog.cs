using System.Collections.Immutable;
using System.Data.Common;
using System.Globalization;
using Regional.Portal.Audit;

namespace Regional.Silo.Storage;

/// <summary>The audit log: rows are appended and read, never changed.</summary>
internal sealed class AuditLog(Database database) : IAuditLog
{
    public Task Write(AuditEntry entry, CancellationToken cancellation) => database.Write(connection => Append(connection, entry), cancellation);

    /// <summary>Within a transaction that also does what the entry tells of.</summary>
    internal static Task<int> Append(DbConnection connection, AuditEntry entry) => connection.Execute(
        """
        INSERT INTO audit (at, user_id, site, action, target, success, rule, address)
        VALUES (@at, @user, @site, @action, @target, @success, @rule, @address)
        """,
        ("at", entry.At.Ms()), ("user", entry.UserId), ("site", entry.Site), ("action", entry.Action), ("target", entry.Target),
        ("success", entry.Success ? 1 : 0), ("rule", entry.Rule), ("address", entry.Address));

    public async Task<(ImmutableArray<AuditRow> Items, string? Next)> Find(AuditQuery query, CancellationToken cancellation)
    {
        List<(string, object?)> arguments = [];
        List<string> conditions = ["1 = 1"];
        void Where(bool given, string condition, string name, object? value)
        {
            if (!given)
                return;
            conditions.Add(condition);
            arguments.Add((name, value));
        }

        var after = Cursor.ReadKey(query.After) is { } key && long.TryParse(key, NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? n : 0;
        Where(query.UserId is not null, "user_id = @user", "user", query.UserId);
        Where(query.Action is not null, "action = @action", "action", query.Action);
        Where(query.Since is not null, "at >= @since", "since", query.Since?.Ms());
        Where(after > 0, "sequence < @after", "after", after);
        var limit = Math.Clamp(query.Limit, 1, 500);
        var text = $"""
            SELECT sequence, at, user_id, site, action, target, success, rule, address FROM audit
            WHERE {string.Join(" AND ", conditions)} ORDER BY sequence DESC LIMIT {limit + 1}
            """;
        var rows = await database.Read(
            (connection, token) => connection.Query(
                token, text,
                r => new AuditRow(r.GetInt64(0), new AuditEntry(
                    r.Instant(1), r.GetString(2), r.GetString(3), r.GetString(4), r.Text(5), r.GetInt32(6) != 0, r.Text(7), r.Text(8))),
                [.. arguments]),
            cancellation);
        var next = rows.Count > limit ? Cursor.Write(rows[limit - 1].Sequence.ToString(CultureInfo.InvariantCulture)) : null;
        return ([.. rows.Take(limit)], next);
    }
}
