using System.Collections.Immutable;
using Regional.Projections;

namespace Regional.Silo.Storage;

/// <summary>Reads the patient projection: prefix of name or pinyin, exact national id, phone or local id.</summary>
internal sealed class PatientReader(Database database) : IPatientReader
{
    public async Task<ImmutableArray<PatientRow>> Find(string text, int limit, CancellationToken cancellation)
    {
        var key = StudySearch.NameKey(text);
        if (key.Length == 0)
            return [];
        limit = Math.Clamp(limit, 1, 200);
        // One index each; a plain OR would scan.
        var statement = $"""
            SELECT payload FROM patients WHERE patient_id IN (
                SELECT * FROM (SELECT patient_id FROM patients WHERE name_key >= @key AND name_key < @end LIMIT {limit}) AS by_name
                UNION SELECT * FROM (SELECT patient_id FROM patients WHERE pinyin_key >= @key AND pinyin_key < @end LIMIT {limit}) AS by_pinyin
                UNION SELECT patient_id FROM patients WHERE national_id = @exact
                UNION SELECT patient_id FROM patients WHERE phone = @exact
                UNION SELECT * FROM (SELECT patient_id FROM patient_local_ids WHERE value = @exact LIMIT {limit}) AS by_local_id)
            ORDER BY name_key, patient_id LIMIT {limit}
            """;
        var rows = await database.Read(
            (connection, token) => connection.Query(
                token, statement, r => Payload.Read<PatientRow>(r.GetString(0)), ("key", key), ("end", Sql.PrefixEnd(key)), ("exact", text.Trim())),
            cancellation);
        return [.. rows];
    }

    public Task<PatientRow?> ByLocalId(string issuer, string value, CancellationToken cancellation) => database.Read(
        (connection, token) => connection.First(
            token,
            "SELECT p.payload FROM patient_local_ids l JOIN patients p ON p.patient_id = l.patient_id WHERE l.issuer = @issuer AND l.value = @value",
            r => Payload.Read<PatientRow>(r.GetString(0)), ("issuer", issuer), ("value", value)),
        cancellation);
}
