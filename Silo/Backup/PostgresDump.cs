using System.Diagnostics;
using Npgsql;

namespace Regional.Silo.Backup;

/// <summary>PostgreSQL's own tools: <c>pg_dump</c> takes one consistent snapshot, <c>pg_restore</c> brings it into an empty database.</summary>
internal static class PostgresDump
{
    public static Task Dump(string connection, string file, CancellationToken cancellation) =>
        Run("pg_dump", connection, ["--format=custom", "--no-owner", "--file=" + file], cancellation);

    public static Task Restore(string connection, string file, CancellationToken cancellation) =>
        Run("pg_restore", connection, ["--exit-on-error", "--no-owner", "--single-transaction", file], cancellation);

    /// <summary>True where no table of any schema of ours exists.</summary>
    public static async Task<bool> IsEmpty(string connection, CancellationToken cancellation)
    {
        await using var source = NpgsqlDataSource.Create(connection);
        await using var command = source.CreateCommand("SELECT count(*) FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')");
        return (long)(await command.ExecuteScalarAsync(cancellation))! == 0;
    }

    private static async Task Run(string tool, string connection, string[] arguments, CancellationToken cancellation)
    {
        var parts = new NpgsqlConnectionStringBuilder(connection);
        var start = new ProcessStartInfo(Find(tool)) { RedirectStandardError = true };
        string[] all = ["--host=" + parts.Host, "--port=" + parts.Port, "--username=" + parts.Username, "--dbname=" + parts.Database, "--no-password", .. arguments];
        foreach (var argument in all)
            start.ArgumentList.Add(argument);
        if (parts.Password is { Length: > 0 } password)
            start.Environment["PGPASSWORD"] = password;
        using var process = Process.Start(start) ?? throw new BackupException($"{tool} could not be started.");
        var errors = await process.StandardError.ReadToEndAsync(cancellation);
        await process.WaitForExitAsync(cancellation);
        if (process.ExitCode != 0)
            throw new BackupException($"{tool} failed with {process.ExitCode}: {errors.Trim()}");
    }

    private static string Find(string tool)
    {
        const string Debian = "/usr/lib/postgresql";
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Concat(Directory.Exists(Debian) ? Directory.GetDirectories(Debian).OrderDescending().Select(d => Path.Combine(d, "bin")) : []);
        return folders.SelectMany(f => (string[])[Path.Combine(f, tool), Path.Combine(f, tool + ".exe")]).FirstOrDefault(File.Exists)
            ?? throw new BackupException($"{tool} was not found: install PostgreSQL's client tools.");
    }
}
