using Regional.Projections;

namespace Regional.Silo.Storage;

/// <summary>Reads the study projection.</summary>
internal sealed class StudyReader(Database database) : IStudyReader
{
    public async Task<Page<StudyRow>> Find(StudyQuery query, CancellationToken cancellation)
    {
        var (text, arguments, limit) = StudySearch.Build(query);
        var rows = await database.Read(
            (connection, token) => connection.Query(
                token, text, r => (Id: r.GetString(0), At: r.GetInt64(1), Rank: r.GetString(2), Row: Payload.Read<StudyRow>(r.GetString(3))), arguments),
            cancellation);
        string? next = null;
        if (rows.Count > limit)
        {
            var last = rows[limit - 1];
            next = query.WorklistOrder ? Cursor.Write(last.Rank) : Cursor.Write(last.At, last.Id);
        }

        return new Page<StudyRow>([.. rows.Take(limit).Select(r => r.Row)], next);
    }

    public Task<StudyRow?> Get(string studyId, CancellationToken cancellation) => database.Read(
        (connection, token) => connection.First(
            token, "SELECT payload FROM studies WHERE study_id = @id", r => Payload.Read<StudyRow>(r.GetString(0)), ("id", studyId)),
        cancellation);
}
