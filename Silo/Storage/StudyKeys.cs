using System.Collections.Immutable;
using System.Data.Common;
using Regional.Projections;

namespace Regional.Silo.Storage;

/// <summary>Unique attributes of exams; the primary keys decide races.</summary>
internal sealed class StudyKeys(Database database) : IStudyKeys
{
    public async Task<string> ResolveStudyInstanceUid(string uid, string candidateStudyId, CancellationToken cancellation) =>
        await FindStudyInstanceUid(uid, cancellation) ?? await database.Write(
            async connection =>
            {
                await connection.Execute(
                    "INSERT INTO study_uids (uid, study_id) VALUES (@uid, @study) ON CONFLICT (uid) DO NOTHING", ("uid", uid), ("study", candidateStudyId));
                return (await Holder(connection, uid, CancellationToken.None))!;
            },
            cancellation);

    public Task<string?> FindStudyInstanceUid(string uid, CancellationToken cancellation) =>
        database.Read((connection, token) => Holder(connection, uid, token), cancellation);

    public Task MoveStudyInstanceUids(ImmutableArray<string> uids, string toStudyId, CancellationToken cancellation) => database.Write(
        async connection =>
        {
            foreach (var uid in uids)
            {
                await connection.Execute(
                    "INSERT INTO study_uids (uid, study_id) VALUES (@uid, @study) ON CONFLICT (uid) DO UPDATE SET study_id = excluded.study_id",
                    ("uid", uid), ("study", toStudyId));
            }
        },
        cancellation);

    public Task<bool> ReserveAccession(string issuer, string accession, string studyId, CancellationToken cancellation) => database.Write(
        async connection =>
        {
            await connection.Execute(
                "INSERT INTO accession_numbers (issuer, accession, study_id) VALUES (@issuer, @accession, @study) ON CONFLICT (issuer, accession) DO NOTHING",
                ("issuer", issuer), ("accession", accession), ("study", studyId));
            return await Holder(connection, issuer, accession, CancellationToken.None) == studyId;
        },
        cancellation);

    public Task<string?> FindAccession(string issuer, string accession, CancellationToken cancellation) =>
        database.Read((connection, token) => Holder(connection, issuer, accession, token), cancellation);

    private static Task<string?> Holder(DbConnection connection, string uid, CancellationToken cancellation) =>
        connection.First(cancellation, "SELECT study_id FROM study_uids WHERE uid = @uid", r => r.GetString(0), ("uid", uid));

    private static Task<string?> Holder(DbConnection connection, string issuer, string accession, CancellationToken cancellation) => connection.First(
        cancellation, "SELECT study_id FROM accession_numbers WHERE issuer = @issuer AND accession = @accession", r => r.GetString(0),
        ("issuer", issuer), ("accession", accession));
}
