using System.Collections.Immutable;
using System.Globalization;
using Regional.Projections;

namespace Regional.Silo.Storage;

/// <summary>Reads the patient projection: prefix of name or pinyin, exact national id, phone or local id, within what the asker's sites know.</summary>
internal sealed class PatientReader(Database database) : IPatientReader
{
    public async Task<ImmutableArray<PatientRow>> Find(string text, ImmutableArray<string>? sites, int limit, CancellationToken cancellation)
    {
        var key = StudySearch.NameKey(text);
        if (key.Length == 0 || sites is { IsEmpty: true })
            return [];
        limit = Math.Clamp(limit, 1, 200);
        List<(string, object?)> arguments = [("key", key), ("end", Sql.PrefixEnd(key)), ("exact", text.Trim())];
        var known = sites is { } some ? " AND " + KnownAt(some, "p.patient_id", arguments) : "";
        // One index each; a plain OR would scan. The site is asked inside each branch: a page of others' patients must not crowd out one's own.
        var statement = $"""
            SELECT payload FROM patients WHERE patient_id IN (
                SELECT * FROM (SELECT p.patient_id FROM patients p WHERE p.name_key >= @key AND p.name_key < @end{known} LIMIT {limit}) AS by_name
                UNION SELECT * FROM (SELECT p.patient_id FROM patients p WHERE p.pinyin_key >= @key AND p.pinyin_key < @end{known} LIMIT {limit}) AS by_pinyin
                UNION SELECT p.patient_id FROM patients p WHERE p.national_id = @exact{known}
                UNION SELECT p.patient_id FROM patients p WHERE p.phone = @exact{known}
                UNION SELECT * FROM (SELECT p.patient_id FROM patient_local_ids p WHERE p.value = @exact{LocalIdKnown(sites, arguments)} LIMIT {limit}) AS by_local_id)
            ORDER BY name_key, patient_id LIMIT {limit}
            """;
        return await Rows(statement, arguments, cancellation);
    }

    public Task<ImmutableArray<PatientRow>> ByNationalId(string nationalId, CancellationToken cancellation)
    {
        var text = nationalId.Trim();
        // The check character may be written in either case; the index answers for both.
        return Rows(
            "SELECT payload FROM patients WHERE national_id IN (@upper, @lower) ORDER BY patient_id",
            [("upper", text.ToUpperInvariant()), ("lower", text.ToLowerInvariant())],
            cancellation);
    }

    public async Task<bool> HasExamAt(string patientId, ImmutableArray<string> sites, CancellationToken cancellation)
    {
        if (sites.IsEmpty)
            return false;
        List<(string, object?)> arguments = [("patient", patientId)];
        var statement = $"SELECT 1 WHERE {ExamAt(sites, "@patient", arguments)}";
        return await database.Read((connection, token) => connection.First(token, statement, _ => true, [.. arguments]), cancellation);
    }

    public Task<PatientRow?> ByLocalId(string issuer, string value, CancellationToken cancellation) => database.Read(
        (connection, token) => connection.First(
            token,
            "SELECT p.payload FROM patient_local_ids l JOIN patients p ON p.patient_id = l.patient_id WHERE l.issuer = @issuer AND l.value = @value",
            r => Payload.Read<PatientRow>(r.GetString(0)), ("issuer", issuer), ("value", value)),
        cancellation);

    private async Task<ImmutableArray<PatientRow>> Rows(string statement, List<(string, object?)> arguments, CancellationToken cancellation) =>
        [.. await database.Read((connection, token) => connection.Query(token, statement, r => Payload.Read<PatientRow>(r.GetString(0)), [.. arguments]), cancellation)];

    private static string KnownAt(ImmutableArray<string> sites, string patient, List<(string, object?)> arguments) =>
        $"(EXISTS (SELECT 1 FROM patient_local_ids l WHERE l.patient_id = {patient} AND l.issuer || '' IN ({List(sites, arguments)})) OR {ExamAt(sites, patient, arguments)})";

    // || '' keeps the planners on the index by patient: a site has many more exams than a person.
    private static string ExamAt(ImmutableArray<string> sites, string patient, List<(string, object?)> arguments)
    {
        var list = List(sites, arguments);
        return $"EXISTS (SELECT 1 FROM studies s WHERE s.patient_id = {patient} AND (s.site || '' IN ({list}) OR s.reading_centre || '' IN ({list})))";
    }

    /// <summary>A local id is its issuer's: another site's finds nobody, even a person whom one knows.</summary>
    private static string LocalIdKnown(ImmutableArray<string>? sites, List<(string, object?)> arguments) =>
        sites is { } some ? $" AND p.issuer || '' IN ({List(some, arguments)})" : "";

    private static string List(ImmutableArray<string> sites, List<(string, object?)> arguments)
    {
        var names = sites.Select((_, i) => "s" + i.ToString(CultureInfo.InvariantCulture)).ToList();
        foreach (var (name, site) in names.Zip(sites))
        {
            if (!arguments.Contains((name, site)))
                arguments.Add((name, site));
        }

        return string.Join(", ", names.Select(name => "@" + name));
    }
}
