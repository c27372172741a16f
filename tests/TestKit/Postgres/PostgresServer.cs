using System.Diagnostics;
using System.Globalization;

namespace Regional.TestKit.Postgres;

/// <summary>
/// A PostgreSQL server of its own for a test class, from Debian's package: a cluster in a temporary folder, reachable on 127.0.0.1 at a
/// free port as user <c>postgres</c> without a password. Started as the system user <c>postgres</c> when the tests run as root, because
/// the server refuses to run as root.
/// </summary>
public sealed class PostgresServer : IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    private readonly string _bin;
    private readonly string _folder;
    private int _databases;

    private PostgresServer(string bin, string folder, int port)
    {
        _bin = bin;
        _folder = folder;
        Port = port;
    }

    public int Port { get; }

    /// <summary>A connection string for the database every server begins with.</summary>
    public string ConnectionString => ConnectionStringFor("postgres");

    /// <summary>Why no server can be started here, or null if one can. Tests skip with it on a laptop and fail when <c>CI=true</c>.</summary>
    public static string? WhyUnavailable
    {
        get
        {
            if (!OperatingSystem.IsLinux())
                return "PostgreSQL tests start Debian's PostgreSQL and run on Linux only.";
            if (FindBinaries() is null)
                return "PostgreSQL is not installed: apt-get install postgresql (its binaries belong in /usr/lib/postgresql/*/bin).";
            return Environment.UserName == "root" && !File.Exists("/usr/sbin/runuser") ? "As root, runuser is needed to start PostgreSQL." : null;
        }
    }

    /// <summary>True where a missing server fails the test instead of skipping it.</summary>
    public static bool IsRequired => Environment.GetEnvironmentVariable("CI") == "true";

    /// <summary>Starts a server. Throws if <see cref="WhyUnavailable"/> says why not.</summary>
    public static async Task<PostgresServer> StartAsync(CancellationToken cancellationToken = default)
    {
        if (WhyUnavailable is { } reason)
            throw new InvalidOperationException(reason);

        var folder = Directory.CreateTempSubdirectory("regional-pg-").FullName;
        var server = new PostgresServer(FindBinaries()!, folder, LoopbackPort.Free());
        try
        {
            await server.Run("chown", ["postgres", folder], asServerUser: false, onlyAsRoot: true, cancellationToken);
            var data = Path.Combine(folder, "data");
            await server.Run(
                "initdb",
                ["-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"],
                asServerUser: true,
                onlyAsRoot: false,
                cancellationToken);

            // Durable enough for a test, and quick: nothing here outlives the process.
            var options = string.Create(
                CultureInfo.InvariantCulture,
                $"-c listen_addresses=127.0.0.1 -p {server.Port} -k {folder} -c fsync=off -c max_connections=100");
            await server.Run(
                "pg_ctl",
                ["-D", data, "-l", Path.Combine(folder, "server.log"), "-o", options, "-w", "-t", "60", "start"],
                asServerUser: true,
                onlyAsRoot: false,
                cancellationToken);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>A connection string for a database of this server.</summary>
    public string ConnectionStringFor(string database) => string.Create(
        CultureInfo.InvariantCulture, $"Host=127.0.0.1;Port={Port};Username=postgres;Database={database};Include Error Detail=true");

    /// <summary>Makes an empty database and gives its connection string.</summary>
    public async Task<string> CreateDatabaseAsync(CancellationToken cancellationToken = default)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"test{Interlocked.Increment(ref _databases)}");
        await Run(
            "createdb",
            ["-h", "127.0.0.1", "-p", Port.ToString(CultureInfo.InvariantCulture), "-U", "postgres", name],
            asServerUser: true,
            onlyAsRoot: false,
            cancellationToken);
        return ConnectionStringFor(name);
    }

    public async ValueTask DisposeAsync()
    {
        var data = Path.Combine(_folder, "data");
        if (File.Exists(Path.Combine(data, "postmaster.pid")))
            await Run("pg_ctl", ["-D", data, "-m", "immediate", "-w", "stop"], asServerUser: true, onlyAsRoot: false, CancellationToken.None);
        try
        {
            Directory.Delete(_folder, recursive: true);
        }
        catch (IOException)
        {
            // The system clears its temporary folder.
        }
    }

    private static string? FindBinaries() =>
        Directory.Exists("/usr/lib/postgresql")
            ? Directory.GetDirectories("/usr/lib/postgresql")
                .Select(version => Path.Combine(version, "bin"))
                .Where(bin => File.Exists(Path.Combine(bin, "initdb")))
                .OrderByDescending(bin => bin, StringComparer.Ordinal)
                .FirstOrDefault()
            : null;

    private async Task Run(string program, string[] arguments, bool asServerUser, bool onlyAsRoot, CancellationToken cancellationToken)
    {
        var isRoot = Environment.UserName == "root";
        if (onlyAsRoot && !isRoot)
            return;

        var start = new ProcessStartInfo { WorkingDirectory = "/", RedirectStandardError = true, RedirectStandardOutput = true };
        var path = asServerUser ? Path.Combine(_bin, program) : program;
        if (asServerUser && isRoot)
        {
            start.FileName = "/usr/sbin/runuser";
            foreach (var part in (string[])["-u", "postgres", "--", path])
                start.ArgumentList.Add(part);
        }
        else
        {
            start.FileName = path;
        }

        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);

        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{program} could not be started.");
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(s_patience);

        // pg_ctl leaves a server behind that inherits its pipes: wait for the program, not for the end of its output.
        var output = process.StandardError.ReadToEndAsync(patience.Token);
        process.BeginOutputReadLine();
        await process.WaitForExitAsync(patience.Token);
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{program} ended with {process.ExitCode}: {await output}");
    }
}
