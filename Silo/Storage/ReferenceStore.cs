using System.Collections.Immutable;
using Regional.Projections;

namespace Regional.Silo.Storage;

/// <summary>Reference data at rest: read by pages, replaced as a whole by the importer.</summary>
internal sealed class ReferenceStore(Database database, TimeProvider time) : IReferenceReader
{
    public Task<ImmutableArray<ExamItem>> Items(CancellationToken cancellation) => Entries<ExamItem>(cancellation);

    public Task<ImmutableArray<ReportTemplate>> Templates(CancellationToken cancellation) => Entries<ReportTemplate>(cancellation);

    public Task<ImmutableArray<string>> Phrases(CancellationToken cancellation) => Entries<string>(cancellation);

    public Task<ImmutableArray<CriticalEntry>> CriticalEntries(CancellationToken cancellation) => Entries<CriticalEntry>(cancellation);

    /// <summary>The fingerprint of the files imported last; null where none were.</summary>
    public Task<string?> ImportedFingerprint(CancellationToken cancellation) => database.Read(
        (connection, token) => connection.First(token, "SELECT sha256 FROM reference_files WHERE name = 'all'", r => r.GetString(0)), cancellation);

    /// <summary>Everything at once, with the fingerprint of the files that it came from.</summary>
    public Task Replace(
        IReadOnlyList<ExamItem> items, IReadOnlyList<ReportTemplate> templates, IReadOnlyList<string> phrases, IReadOnlyList<CriticalEntry> criticals,
        string fingerprint) => database.Write(async connection =>
    {
        await connection.Execute("DELETE FROM reference_entries");
        (string Kind, string[] Payloads)[] all =
        [
            (Kind<ExamItem>(), [.. items.Select(Payload.Write)]), (Kind<ReportTemplate>(), [.. templates.Select(Payload.Write)]),
            (Kind<string>(), [.. phrases.Select(Payload.Write)]), (Kind<CriticalEntry>(), [.. criticals.Select(Payload.Write)]),
        ];
        foreach (var (kind, payloads) in all)
        {
            for (var i = 0; i < payloads.Length; i++)
            {
                await connection.Execute(
                    "INSERT INTO reference_entries (kind, position, payload) VALUES (@kind, @position, @payload)",
                    ("kind", kind), ("position", i), ("payload", payloads[i]));
            }
        }

        await connection.Execute(
            """
            INSERT INTO reference_files (name, sha256, imported_at) VALUES ('all', @sha256, @at)
            ON CONFLICT (name) DO UPDATE SET sha256 = excluded.sha256, imported_at = excluded.imported_at
            """,
            ("sha256", fingerprint), ("at", time.GetUtcNow().Ms()));
    });

    private static string Kind<T>() => typeof(T) == typeof(string) ? "phrase" : typeof(T).Name;

    private async Task<ImmutableArray<T>> Entries<T>(CancellationToken cancellation) =>
    [
        .. await database.Read(
            (connection, token) => connection.Query(
                token, "SELECT payload FROM reference_entries WHERE kind = @kind ORDER BY position", r => Payload.Read<T>(r.GetString(0)),
                ("kind", Kind<T>())),
            cancellation),
    ];
}
