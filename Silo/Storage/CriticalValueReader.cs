using System.Collections.Immutable;
using System.Data.Common;
using Regional.CriticalValues;
using Regional.Patients;
using Regional.Projections;

namespace Regional.Silo.Storage;

/// <summary>Reads the critical-value projection, newest suspicion first, with the patient and item of its study.</summary>
internal sealed class CriticalValueReader(Database database) : ICriticalValueReader
{
    private static readonly PatientLabel Unknown = new("", "U", null);

    public async Task<Page<CriticalValueRow>> Find(
        ImmutableArray<string>? sites, bool open, string? studyId, int limit, string? after, CancellationToken cancellation)
    {
        List<(string, object?)> arguments = [];
        List<string> conditions = ["1 = 1"];
        if (open)
            conditions.Add("c.open = 1");
        if (studyId is not null)
        {
            conditions.Add("c.study_id = @study");
            arguments.Add(("study", studyId));
        }

        if (Cursor.ReadPair(after) is { } from)
        {
            conditions.Add("(c.suspected_at, c.critical_id) < (@at, @id)");
            arguments.AddRange([("at", from.At), ("id", from.Id)]);
        }

        if (sites is { } visible)
        {
            var names = visible.Select((_, i) => $"@s{i}").ToArray();
            arguments.AddRange(visible.Select((s, i) => ($"s{i}", (object?)s)));
            conditions.Add(names.Length == 0 ? "1 = 0" : $"(c.site || '' IN ({string.Join(", ", names)}) OR c.reading_centre || '' IN ({string.Join(", ", names)}))");
        }

        limit = Math.Clamp(limit, 1, 200);
        var text = $"""
            SELECT c.critical_id, c.suspected_at, c.payload, s.payload
            FROM critical_values c LEFT JOIN studies s ON s.study_id = c.study_id
            WHERE {string.Join(" AND ", conditions)}
            ORDER BY c.suspected_at DESC, c.critical_id DESC LIMIT {limit + 1}
            """;
        var rows = await database.Read((connection, token) => connection.Query(token, text, Row, [.. arguments]), cancellation);
        var next = rows.Count > limit ? Cursor.Write(rows[limit - 1].At, rows[limit - 1].Id) : null;
        return new Page<CriticalValueRow>([.. rows.Take(limit).Select(r => r.Row)], next);
    }

    private static (string Id, long At, CriticalValueRow Row) Row(DbDataReader reader)
    {
        var study = reader.IsDBNull(3) ? null : Payload.Read<StudyRow>(reader.GetString(3));
        return (reader.GetString(0), reader.GetInt64(1), new CriticalValueRow(
            Payload.Read<CriticalValueSnapshot>(reader.GetString(2)), study?.Patient ?? Unknown, study?.Item));
    }
}
