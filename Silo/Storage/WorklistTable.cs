using System.Data.Common;
using Regional.Projections;

namespace Regional.Silo.Storage;

/// <summary>
/// Writes the worklist projection: within the transaction of the row that changed, with the next number of the site's feed. That number's row is
/// locked until the commit, so numbers become visible in their order.
/// </summary>
internal static class WorklistTable
{
    /// <summary>Notes of what waits no longer that are kept; an edge that has been away for more changes gets everything again.</summary>
    private const long NotesKept = 4096;

    private const long ForgetEvery = 256;

    /// <returns>The site whose feed has moved, or null when nothing that a device sees has changed.</returns>
    public static async Task<string?> Apply(DbConnection connection, WorklistRow row)
    {
        var known = await connection.First(
            CancellationToken.None, "SELECT version, waits, payload FROM worklist WHERE study_id = @study",
            r => new Known(r.GetInt64(0), r.GetInt32(1) == 1, r.GetString(2)), ("study", row.StudyId));
        if (known is null ? !row.Waits : known.Version >= row.Version)
            return null;
        var payload = row.Waits ? Payload.Write(WorklistItem.Of(row, await PatientOf(connection, row.PatientId))) : "";
        if (known is not null && known.Waits == row.Waits && known.Payload == payload)
        {
            await connection.Execute("UPDATE worklist SET version = @version WHERE study_id = @study", ("version", row.Version), ("study", row.StudyId));
            return null;
        }

        var feed = await Advance(connection, row.Site);
        await connection.Execute(
            """
            INSERT INTO worklist (study_id, version, site, feed, waits, patient_id, payload) VALUES (@study, @version, @site, @feed, @waits, @patient, @payload)
            ON CONFLICT (study_id) DO UPDATE SET
                version = excluded.version, feed = excluded.feed, waits = excluded.waits, patient_id = excluded.patient_id, payload = excluded.payload
            """,
            ("study", row.StudyId), ("version", row.Version), ("site", row.Site), ("feed", feed), ("waits", row.Waits ? 1 : 0), ("patient", row.PatientId),
            ("payload", payload));
        return row.Site;
    }

    /// <summary>A patient's own row came after the exam's, or has changed: the pinyin and the hospital's number follow.</summary>
    /// <returns>Sites whose feeds have moved.</returns>
    public static async Task<IReadOnlyCollection<string>> Refresh(DbConnection connection, PatientRow patient)
    {
        var waiting = await connection.Query(
            CancellationToken.None, "SELECT study_id, site, payload FROM worklist WHERE patient_id = @patient AND waits = 1 ORDER BY site, study_id",
            r => (Study: r.GetString(0), Site: r.GetString(1), Payload: r.GetString(2)), ("patient", patient.PatientId));
        SortedSet<string> moved = new(StringComparer.Ordinal);
        foreach (var (study, site, before) in waiting)
        {
            var payload = Payload.Write(Payload.Read<WorklistItem>(before).With(site, patient));
            if (payload == before)
                continue;
            var feed = await Advance(connection, site);
            await connection.Execute(
                "UPDATE worklist SET payload = @payload, feed = @feed WHERE study_id = @study", ("payload", payload), ("feed", feed), ("study", study));
            moved.Add(site);
        }

        return moved;
    }

    private static async Task<PatientRow?> PatientOf(DbConnection connection, string? patientId) => patientId is null ? null : await connection.First(
        CancellationToken.None, "SELECT payload FROM patients WHERE patient_id = @patient", r => Payload.Read<PatientRow>(r.GetString(0)), ("patient", patientId));

    private static async Task<long> Advance(DbConnection connection, string site)
    {
        var feed = await connection.First(
            CancellationToken.None,
            """
            INSERT INTO worklist_sites (site, epoch, feed, forgotten) VALUES (@site, @epoch, 1, 0)
            ON CONFLICT (site) DO UPDATE SET feed = worklist_sites.feed + 1
            RETURNING feed
            """,
            r => r.GetInt64(0), ("site", site), ("epoch", Guid.NewGuid().ToString("N")));
        if (feed % ForgetEvery == 0 && feed > NotesKept)
        {
            await connection.Execute("DELETE FROM worklist WHERE site = @site AND waits = 0 AND feed <= @upto", ("site", site), ("upto", feed - NotesKept));
            await connection.Execute("UPDATE worklist_sites SET forgotten = @upto WHERE site = @site", ("site", site), ("upto", feed - NotesKept));
        }

        return feed;
    }

    private sealed record Known(long Version, bool Waits, string Payload);
}
