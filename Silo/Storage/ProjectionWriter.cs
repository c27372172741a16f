using System.Data.Common;
using Regional.CriticalValues;
using Regional.Projections;

namespace Regional.Silo.Storage;

/// <summary>Writes projections. A row is applied only when it is newer than the one that stands, so deliveries may repeat and overtake.</summary>
internal sealed class ProjectionWriter(Database database, WorklistSignal signal) : IProjectionWriter
{
    public Task Apply(StudyRow row) => database.Write(connection => connection.Execute(
        """
        INSERT INTO studies (study_id, version, site, reading_centre, phase, report_phase, patient_id, patient_key, accession, requested_by, created_at, rank, payload)
        VALUES (@study_id, @version, @site, @reading_centre, @phase, @report_phase, @patient_id, @patient_key, @accession, @requested_by, @created_at, @rank, @payload)
        ON CONFLICT (study_id) DO UPDATE SET
            version = excluded.version, site = excluded.site, reading_centre = excluded.reading_centre, phase = excluded.phase,
            report_phase = excluded.report_phase, patient_id = excluded.patient_id, patient_key = excluded.patient_key, accession = excluded.accession,
            requested_by = excluded.requested_by, created_at = excluded.created_at, rank = excluded.rank, payload = excluded.payload
        WHERE excluded.version > studies.version
        """,
        ("study_id", row.StudyId), ("version", row.Version), ("site", row.Site), ("reading_centre", row.ReadingCentre), ("phase", (int)row.Phase),
        ("report_phase", (int)row.ReportPhase), ("patient_id", row.PatientId), ("patient_key", StudySearch.NameKey(row.Patient.Name)),
        ("accession", row.AccessionNumber), ("requested_by", row.RequestedBy), ("created_at", row.CreatedAt.Ms()), ("rank", StudySearch.Rank(row)),
        ("payload", Payload.Write(row))));

    public async Task Apply(WorklistRow row)
    {
        if (await database.Write(connection => WorklistTable.Apply(connection, row)) is { } site)
            signal.Moved(site);
    }

    public Task Apply(CriticalValueSnapshot value) => database.Write(connection => connection.Execute(
        """
        INSERT INTO critical_values (critical_id, version, study_id, site, reading_centre, open, suspected_at, payload)
        VALUES (@critical_id, @version, @study_id, @site, @reading_centre, @open, @suspected_at, @payload)
        ON CONFLICT (critical_id) DO UPDATE SET
            version = excluded.version, study_id = excluded.study_id, site = excluded.site, reading_centre = excluded.reading_centre,
            open = excluded.open, payload = excluded.payload
        WHERE excluded.version > critical_values.version
        """,
        ("critical_id", value.CriticalValueId), ("version", value.Version), ("study_id", value.Suspicion.StudyId), ("site", value.Suspicion.Site),
        ("reading_centre", value.Suspicion.ReadingCentre), ("open", IsOpen(value.Phase) ? 1 : 0), ("suspected_at", value.SuspectedAt.Ms()),
        ("payload", Payload.Write(value))));

    public async Task Apply(PatientRow row)
    {
        foreach (var site in await database.Write(connection => Write(connection, row)))
            signal.Moved(site);
    }

    public Task Apply(DeviceRow row) => database.Write(connection => connection.Execute(
        """
        INSERT INTO devices (device_key, site, version, payload) VALUES (@device_key, @site, @version, @payload)
        ON CONFLICT (device_key) DO UPDATE SET version = excluded.version, payload = excluded.payload WHERE excluded.version > devices.version
        """,
        ("device_key", Actors.GrainKeys.Device(row.Device.Profile.Site, row.Device.Profile.AeTitle)), ("site", row.Device.Profile.Site),
        ("version", row.Device.Version), ("payload", Payload.Write(row))));

    public Task Apply(SiteRow row) => database.Write(connection => connection.Execute(
        """
        INSERT INTO sites (code, version, payload) VALUES (@code, @version, @payload)
        ON CONFLICT (code) DO UPDATE SET version = excluded.version, payload = excluded.payload WHERE excluded.version > sites.version
        """,
        ("code", row.Site.Profile.Code), ("version", row.Site.Version), ("payload", Payload.Write(row))));

    internal static bool IsOpen(CriticalPhase phase) => phase is not (CriticalPhase.Refuted or CriticalPhase.Closed or CriticalPhase.Withdrawn);

    private static async Task<IReadOnlyCollection<string>> Write(DbConnection connection, PatientRow row)
    {
        var changed = await connection.Execute(
            """
            INSERT INTO patients (patient_id, version, name_key, pinyin_key, national_id, phone, payload)
            VALUES (@patient_id, @version, @name_key, @pinyin_key, @national_id, @phone, @payload)
            ON CONFLICT (patient_id) DO UPDATE SET
                version = excluded.version, name_key = excluded.name_key, pinyin_key = excluded.pinyin_key, national_id = excluded.national_id,
                phone = excluded.phone, payload = excluded.payload
            WHERE excluded.version > patients.version
            """,
            ("patient_id", row.PatientId), ("version", row.Version), ("name_key", StudySearch.NameKey(row.Demographics.Name)),
            ("pinyin_key", row.Demographics.Pinyin is { } pinyin ? StudySearch.NameKey(pinyin) : null), ("national_id", row.Demographics.NationalId),
            ("phone", row.Demographics.Phone), ("payload", Payload.Write(row)));
        if (changed == 0)
            return [];
        await ReplaceLocalIds(connection, row);
        return await WorklistTable.Refresh(connection, row);
    }

    private static async Task ReplaceLocalIds(DbConnection connection, PatientRow row)
    {
        await connection.Execute("DELETE FROM patient_local_ids WHERE patient_id = @id", ("id", row.PatientId));
        foreach (var localId in row.LocalIds)
        {
            await connection.Execute(
                """
                INSERT INTO patient_local_ids (issuer, value, patient_id) VALUES (@issuer, @value, @patient)
                ON CONFLICT (issuer, value) DO UPDATE SET patient_id = excluded.patient_id
                """,
                ("issuer", localId.Issuer), ("value", localId.Value), ("patient", row.PatientId));
        }
    }
}
