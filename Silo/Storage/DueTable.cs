using System.Collections.Immutable;
using Regional.Projections;

namespace Regional.Silo.Storage;

/// <summary>Grains with something to deliver. A note moves to the later instant, so that a clear for an earlier one leaves it.</summary>
internal sealed class DueTable(Database database) : IDueTable
{
    public Task Note(string grainKey, DateTimeOffset at) => database.Write(connection => connection.Execute(
        "INSERT INTO due (grain_key, at) VALUES (@key, @at) ON CONFLICT (grain_key) DO UPDATE SET at = excluded.at WHERE excluded.at > due.at",
        ("key", grainKey), ("at", at.Ms())));

    public Task Clear(string grainKey, DateTimeOffset notedAtOrBefore) => database.Write(connection => connection.Execute(
        "DELETE FROM due WHERE grain_key = @key AND at <= @at", ("key", grainKey), ("at", notedAtOrBefore.Ms())));

    public async Task<ImmutableArray<string>> Due(DateTimeOffset before, int limit, CancellationToken cancellation) =>
        [.. (await Page(before, null, limit, cancellation)).Select(note => note.GrainKey)];

    /// <summary>Notes before an instant, oldest first, from the one after <paramref name="after"/> on.</summary>
    public async Task<ImmutableArray<DueNote>> Page(DateTimeOffset before, DueNote? after, int limit, CancellationToken cancellation) =>
    [
        .. await database.Read(
            (connection, token) => connection.Query(
                token, "SELECT grain_key, at FROM due WHERE at < @before AND (at, grain_key) > (@at, @key) ORDER BY at, grain_key LIMIT @limit",
                r => new DueNote(r.GetString(0), r.GetInt64(1)), ("before", before.Ms()), ("at", after?.At ?? long.MinValue),
                ("key", after?.GrainKey ?? ""), ("limit", Math.Clamp(limit, 1, 10_000))),
            cancellation),
    ];
}

/// <summary>A grain that noted at an instant (ms since 1970 UTC) that it has something to deliver.</summary>
internal sealed record DueNote(string GrainKey, long At);
