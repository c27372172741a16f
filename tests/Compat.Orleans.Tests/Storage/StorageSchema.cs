namespace Regional.Compat.Orleans.Tests.Storage;

/// <summary>
/// The storage's tables with the columns of Orleans' scripts, and statements of our own under its keys: what a statement is given and
/// what it answers is the interface between them.
/// </summary>
internal static class StorageSchema
{
    private const string Row =
        """
        GrainIdHash = @GrainIdHash AND GrainTypeHash = @GrainTypeHash AND GrainIdN0 = @GrainIdN0 AND GrainIdN1 = @GrainIdN1
        AND GrainTypeString = @GrainTypeString AND ServiceId = @ServiceId
        """;

    private const string SqliteRow = Row + " AND GrainIdExtensionString IS @GrainIdExtensionString";

    private const string PostgresRow = Row + " AND GrainIdExtensionString IS NOT DISTINCT FROM @GrainIdExtensionString::varchar";

    public static string Sqlite { get; } = Script(
        "BLOB",
        "DATETIME",
        read: $"SELECT PayloadBinary, Version FROM OrleansStorage WHERE {SqliteRow}",
        write: $"""
            UPDATE OrleansStorage SET PayloadBinary = @PayloadBinary, ModifiedOn = datetime('now'), Version = Version + 1
            WHERE {SqliteRow} AND Version = @GrainStateVersion RETURNING Version AS NewGrainStateVersion;
            INSERT INTO OrleansStorage
            SELECT @GrainIdHash, @GrainIdN0, @GrainIdN1, @GrainTypeHash, @GrainTypeString, @GrainIdExtensionString, @ServiceId, @PayloadBinary,
                datetime('now'), 1
            WHERE @GrainStateVersion IS NULL AND NOT EXISTS (SELECT 1 FROM OrleansStorage WHERE {SqliteRow})
            RETURNING Version AS NewGrainStateVersion
            """,
        clear: $"""
            UPDATE OrleansStorage SET PayloadBinary = NULL, Version = Version + 1 WHERE {SqliteRow} AND Version = @GrainStateVersion
            RETURNING Version AS NewGrainStateVersion
            """);

    public static string Postgres { get; } = Script(
        "bytea",
        "timestamp",
        read: $"SELECT PayloadBinary, Version FROM OrleansStorage WHERE {PostgresRow}",
        write: $"""
            WITH updated AS (
                UPDATE OrleansStorage SET PayloadBinary = @PayloadBinary, ModifiedOn = now() at time zone 'utc', Version = Version + 1
                WHERE {PostgresRow} AND Version = @GrainStateVersion::integer RETURNING Version),
            inserted AS (
                INSERT INTO OrleansStorage
                SELECT @GrainIdHash, @GrainIdN0, @GrainIdN1, @GrainTypeHash, @GrainTypeString, @GrainIdExtensionString::varchar, @ServiceId,
                    @PayloadBinary, now() at time zone 'utc', 1
                WHERE @GrainStateVersion::integer IS NULL AND NOT EXISTS (SELECT 1 FROM OrleansStorage WHERE {PostgresRow})
                RETURNING Version)
            SELECT Version AS NewGrainStateVersion FROM updated UNION ALL SELECT Version FROM inserted
            """,
        clear: $"""
            UPDATE OrleansStorage SET PayloadBinary = NULL, Version = Version + 1 WHERE {PostgresRow} AND Version = @GrainStateVersion::integer
            RETURNING Version AS NewGrainStateVersion
            """);

    private static string Script(string binary, string time, string read, string write, string clear) =>
        $"""
        CREATE TABLE OrleansQuery (QueryKey VARCHAR(64) PRIMARY KEY, QueryText VARCHAR(8000) NOT NULL);
        CREATE TABLE OrleansStorage (
            GrainIdHash INTEGER NOT NULL, GrainIdN0 BIGINT NOT NULL, GrainIdN1 BIGINT NOT NULL, GrainTypeHash INTEGER NOT NULL,
            GrainTypeString VARCHAR(512) NOT NULL, GrainIdExtensionString VARCHAR(512), ServiceId VARCHAR(150) NOT NULL,
            PayloadBinary {binary}, ModifiedOn {time} NOT NULL, Version INTEGER);
        INSERT INTO OrleansQuery VALUES
            ('ReadFromStorageKey', '{Quoted(read)}'), ('WriteToStorageKey', '{Quoted(write)}'), ('ClearStorageKey', '{Quoted(clear)}');
        """;

    private static string Quoted(string text) => text.Replace("'", "''", StringComparison.Ordinal);
}
