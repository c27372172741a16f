namespace Regional.Silo.Storage;

/// <summary>Where a site's feed stands.</summary>
/// <param name="Epoch">Identity of the numbering; empty before the first change.</param>
/// <param name="Forgotten">Changes up to this number are not told any more.</param>
internal sealed record WorklistHead(string Epoch, long Feed, long Forgotten);

/// <param name="Item">Null: it waits no longer.</param>
internal sealed record WorklistChange(string StudyId, long Feed, WorklistItem? Item);

/// <summary>Reads one site's worklist, never another's.</summary>
internal sealed class WorklistReader(Database database)
{
    public async Task<WorklistHead> Head(string site, CancellationToken cancellation) => await database.Read(
        (connection, token) => connection.First(
            token, "SELECT epoch, feed, forgotten FROM worklist_sites WHERE site = @site",
            r => new WorklistHead(r.GetString(0), r.GetInt64(1), r.GetInt64(2)), ("site", site)),
        cancellation) ?? new WorklistHead("", 0, 0);

    /// <summary>What stands behind a number, in the order of the numbers.</summary>
    /// <param name="waitingOnly">True: for a snapshot, without the notes of what waits no longer.</param>
    public Task<List<WorklistChange>> After(string site, long feed, long upTo, bool waitingOnly, int limit, CancellationToken cancellation) => database.Read(
        (connection, token) => connection.Query(
            token,
            $"SELECT study_id, feed, waits, payload FROM worklist WHERE site = @site AND feed > @feed AND feed <= @upto{(waitingOnly ? " AND waits = 1" : "")} ORDER BY feed LIMIT @limit",
            r => new WorklistChange(r.GetString(0), r.GetInt64(1), r.GetInt32(2) == 1 ? Payload.Read<WorklistItem>(r.GetString(3)) : null),
            ("site", site), ("feed", feed), ("upto", upTo), ("limit", limit)),
        cancellation);
}
