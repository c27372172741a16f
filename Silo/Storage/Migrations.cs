using System.Data.Common;
using System.Globalization;
using System.Reflection;

namespace Regional.Silo.Storage;

/// <summary>
/// Numbered steps that bring a database forward, embedded as <c>Schema/NNNN.part[.engine].sql</c>. Applied steps are never edited;
/// each runs in one transaction with the note that it ran. A database that is newer than the program is refused.
/// </summary>
internal static class Migrations
{
    private static readonly Step[] All = ReadSteps();

    /// <summary>The newest step that this program knows of a part.</summary>
    public static int Newest(string part) => All.Where(s => s.Part == part).Max(s => s.Number);

    /// <exception cref="SchemaTooNewException">The database was written by a newer program.</exception>
    public static Task<int> Apply(Database database, string part, TimeProvider time) => database.Write(async connection =>
    {
        if (database.Kind == DatabaseKind.PostgreSql)
            await connection.Execute("SELECT pg_advisory_xact_lock(4710)");
        await connection.Execute(
            "CREATE TABLE IF NOT EXISTS schema_steps (part VARCHAR(64) NOT NULL, number INTEGER NOT NULL, applied_at BIGINT NOT NULL, PRIMARY KEY (part, number))");
        var stands = await Stands(connection, part);
        if (stands > Newest(part))
            throw new SchemaTooNewException(part, stands, Newest(part));
        foreach (var step in All.Where(s => s.Part == part && s.Number > stands && (s.Engine is null || s.Engine == database.Kind)).OrderBy(s => s.Number))
        {
            await connection.Execute(Dialect(step.Text, database.Kind));
            await connection.Execute(
                "INSERT INTO schema_steps (part, number, applied_at) VALUES (@part, @number, @at)",
                ("part", part), ("number", step.Number), ("at", time.GetUtcNow().Ms()));
        }

        return await Stands(connection, part);
    });

    private static async Task<int> Stands(DbConnection connection, string part) =>
        await connection.First(
            CancellationToken.None, "SELECT MAX(number) FROM schema_steps WHERE part = @part", r => r.IsDBNull(0) ? 0 : r.GetInt32(0), ("part", part));

    private static string Dialect(string text, DatabaseKind kind) => text
        .Replace("{text}", kind == DatabaseKind.Sqlite ? "TEXT" : "TEXT COLLATE \"C\"", StringComparison.Ordinal)
        .Replace("{identity}", kind == DatabaseKind.Sqlite ? "INTEGER PRIMARY KEY AUTOINCREMENT" : "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY", StringComparison.Ordinal);

    private static Step[] ReadSteps()
    {
        const string Prefix = "Schema/";
        var assembly = Assembly.GetExecutingAssembly();
        return
        [
            .. assembly.GetManifestResourceNames().Where(n => n.StartsWith(Prefix, StringComparison.Ordinal)).Select(name =>
            {
                var parts = name[Prefix.Length..].Split('.');
                using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
                DatabaseKind? engine = parts.Length == 4 ? Enum.Parse<DatabaseKind>(parts[2], ignoreCase: true) : null;
                return new Step(int.Parse(parts[0], CultureInfo.InvariantCulture), parts[1], engine, reader.ReadToEnd());
            }),
        ];
    }

    private sealed record Step(int Number, string Part, DatabaseKind? Engine, string Text);
}

/// <summary>The database was written by a newer program: going back could lose what that one knew.</summary>
internal sealed class SchemaTooNewException(string part, int stands, int known)
    : Exception($"The database's part {part} stands at step {stands}; this program knows {known}. Start the newer program.");
