using System.Globalization;
using Dapper;

namespace Regional.Imaging.Index;

/// <summary>
/// Tables of the index and their forward migrations. A migration is never edited once released: a change is a new step. A database of a
/// newer version is refused.
/// </summary>
internal static class IndexSchema
{
    private static readonly string[] Migrations =
    [
        """
        CREATE TABLE archive_state (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            generation TEXT NOT NULL,
            pack BIGINT NOT NULL,
            pack_offset BIGINT NOT NULL,
            next_sequence BIGINT NOT NULL,
            next_event BIGINT NOT NULL);

        CREATE TABLE study (
            study_uid {key} PRIMARY KEY,
            patient_id {key} NOT NULL,
            patient_issuer {key} NOT NULL,
            patient_name TEXT NOT NULL,
            patient_name_raw {blob} NOT NULL,
            name_1 {key} NOT NULL,
            name_2 {key} NOT NULL,
            name_3 {key} NOT NULL,
            birth_date {key} NOT NULL,
            sex {key} NOT NULL,
            study_date {key} NOT NULL,
            study_time {key} NOT NULL,
            accession {key} NOT NULL,
            accession_issuer {key} NOT NULL,
            study_id {key} NOT NULL,
            description TEXT NOT NULL,
            referring TEXT NOT NULL,
            institution TEXT NOT NULL,
            modalities {key} NOT NULL,
            series_count INTEGER NOT NULL,
            instance_count INTEGER NOT NULL,
            bytes BIGINT NOT NULL,
            first_received BIGINT NOT NULL,
            last_received BIGINT NOT NULL,
            site {key} NOT NULL,
            calling_ae {key} NOT NULL,
            merged_into {key} NOT NULL,
            version BIGINT NOT NULL);
        CREATE INDEX study_by_date ON study (study_date, study_time, study_uid, modalities);
        CREATE INDEX study_by_site ON study (site, study_date, study_time, study_uid, modalities);
        CREATE INDEX study_by_patient ON study (patient_id, site, study_date, study_time, study_uid);
        CREATE INDEX study_by_accession ON study (accession, site, study_date, study_time, study_uid);
        CREATE INDEX study_by_name_1 ON study (name_1, site, study_date, study_time, study_uid) WHERE name_1 <> '';
        CREATE INDEX study_by_name_2 ON study (name_2, site, study_date, study_time, study_uid) WHERE name_2 <> '';
        CREATE INDEX study_by_name_3 ON study (name_3, site, study_date, study_time, study_uid) WHERE name_3 <> '';
        CREATE INDEX study_by_arrival ON study (last_received);

        CREATE TABLE series (
            study_uid {key} NOT NULL,
            series_uid {key} NOT NULL,
            modality {key} NOT NULL,
            number INTEGER NULL,
            description TEXT NOT NULL,
            body_part {key} NOT NULL,
            laterality {key} NOT NULL,
            series_date {key} NOT NULL,
            series_time {key} NOT NULL,
            protocol TEXT NOT NULL,
            step_date {key} NOT NULL,
            step_time {key} NOT NULL,
            station {key} NOT NULL,
            instance_count INTEGER NOT NULL,
            PRIMARY KEY (study_uid, series_uid));
        CREATE INDEX series_by_uid ON series (series_uid);

        CREATE TABLE instance (
            sop_uid {key} PRIMARY KEY,
            study_uid {key} NOT NULL,
            series_uid {key} NOT NULL,
            sop_class {key} NOT NULL,
            syntax {key} NOT NULL,
            number INTEGER NULL,
            image_rows INTEGER NOT NULL,
            image_columns INTEGER NOT NULL,
            frames INTEGER NOT NULL,
            bits INTEGER NOT NULL,
            pack BIGINT NOT NULL,
            pack_offset BIGINT NOT NULL,
            header_length INTEGER NOT NULL,
            data_length BIGINT NOT NULL,
            data_header BIGINT NOT NULL,
            problem INTEGER NOT NULL,
            hash {blob} NOT NULL,
            frame_map {blob} NOT NULL,
            received BIGINT NOT NULL,
            site {key} NOT NULL,
            calling_ae {key} NOT NULL,
            sequence BIGINT NOT NULL);
        CREATE INDEX instance_by_series ON instance (study_uid, series_uid, number);
        CREATE UNIQUE INDEX instance_by_sequence ON instance (sequence);
        CREATE UNIQUE INDEX instance_by_place ON instance (pack, pack_offset);

        CREATE TABLE quarantine (
            pack BIGINT NOT NULL,
            pack_offset BIGINT NOT NULL,
            header_length INTEGER NOT NULL,
            data_length BIGINT NOT NULL,
            sop_uid {key} NOT NULL,
            study_uid {key} NOT NULL,
            hash {blob} NOT NULL,
            received BIGINT NOT NULL,
            site {key} NOT NULL,
            calling_ae {key} NOT NULL,
            PRIMARY KEY (pack, pack_offset));
        CREATE INDEX quarantine_by_uid ON quarantine (sop_uid);

        CREATE TABLE damage (
            pack BIGINT NOT NULL,
            pack_offset BIGINT NOT NULL,
            sop_uid {key} NOT NULL,
            study_uid {key} NOT NULL,
            PRIMARY KEY (pack, pack_offset));

        CREATE TABLE archive_event (
            sequence BIGINT PRIMARY KEY,
            study_uid {key} NOT NULL,
            site {key} NOT NULL,
            calling_ae {key} NOT NULL,
            instances INTEGER NOT NULL,
            bytes BIGINT NOT NULL,
            modality {key} NOT NULL,
            body_part {key} NOT NULL,
            first_received BIGINT NOT NULL,
            last_received BIGINT NOT NULL,
            total_instances INTEGER NOT NULL,
            total_series INTEGER NOT NULL,
            last_instance BIGINT NOT NULL);
        """,
        // Evictions: the instance stays, its bytes may be elsewhere; origin is the record it came with when its bytes stand in another one.
        """
        ALTER TABLE instance ADD COLUMN is_local INTEGER NOT NULL DEFAULT 1;
        ALTER TABLE instance ADD COLUMN origin_pack BIGINT NULL;
        ALTER TABLE instance ADD COLUMN origin_offset BIGINT NULL;
        """,
        // How a data set is to be read, from its record.
        "ALTER TABLE instance ADD COLUMN repair TEXT NOT NULL DEFAULT ''",
        // Compaction: what proves that a record is dead, how much of a pack is (no row: nothing; of packs from before nobody knows), whose
        // addresses have been taken over. A merge holds for the study's UID, whether or not images of it are there at the moment.
        """
        CREATE INDEX instance_by_origin ON instance (origin_pack, origin_offset) WHERE origin_pack IS NOT NULL;
        CREATE TABLE tombstone (
            pack BIGINT NOT NULL,
            pack_offset BIGINT NOT NULL,
            study_uid {key} NOT NULL,
            series_uid {key} NOT NULL,
            sop_uid {key} NOT NULL,
            PRIMARY KEY (pack, pack_offset));
        CREATE INDEX tombstone_by_study ON tombstone (study_uid);
        CREATE TABLE pack_dead (
            pack BIGINT PRIMARY KEY,
            bytes BIGINT NOT NULL);
        WITH RECURSIVE packs(number) AS (
            SELECT CAST(1 AS BIGINT) UNION ALL SELECT number + 1 FROM packs WHERE number < (SELECT pack FROM archive_state))
        INSERT INTO pack_dead (pack, bytes) SELECT number, 1 FROM packs WHERE number <= (SELECT pack FROM archive_state);
        CREATE TABLE pack_flipped (pack BIGINT PRIMARY KEY);
        CREATE TABLE study_merge (
            study_uid {key} PRIMARY KEY,
            into_uid {key} NOT NULL);
        INSERT INTO study_merge (study_uid, into_uid) SELECT study_uid, merged_into FROM study WHERE merged_into <> '';
        CREATE TABLE upkeep (
            task {key} PRIMARY KEY,
            ended BIGINT NOT NULL,
            pack BIGINT NOT NULL,
            pack_offset BIGINT NOT NULL);
        """
    ];

    public static int Version => Migrations.Length;

    /// <summary>Brings the database to this build's version, one transaction a step.</summary>
    public static async Task MigrateAsync(IndexDatabase database, CancellationToken cancellation)
    {
        await using var lease = await database.OpenAsync(cancellation);
        var connection = lease.Connection;
        await connection.ExecuteAsync("CREATE TABLE IF NOT EXISTS archive_schema (version INTEGER PRIMARY KEY)");
        var version = await connection.ExecuteScalarAsync<int?>("SELECT MAX(version) FROM archive_schema") ?? 0;
        if (version > Version) throw new UnknownIndexVersionException(version);
        for (var step = version; step < Version; step++)
        {
            await using var transaction = await connection.BeginTransactionAsync(cancellation);
            var sql = Migrations[step]
                .Replace("{key}", database.KeyType, StringComparison.Ordinal)
                .Replace("{blob}", database.BlobType, StringComparison.Ordinal);
            await connection.ExecuteAsync(sql, transaction: transaction);
            await connection.ExecuteAsync(
                "INSERT INTO archive_schema (version) VALUES (@version)", new { version = step + 1 }, transaction);
            if (step == 0)
            {
                await connection.ExecuteAsync(
                    "INSERT INTO archive_state (id, generation, pack, pack_offset, next_sequence, next_event) VALUES (1, @generation, 0, 0, 1, 1)",
                    new { generation = Guid.NewGuid().ToString("N", CultureInfo.InvariantCulture) }, transaction);
            }
            await transaction.CommitAsync(cancellation);
        }
    }
}

/// <summary>The index database was written by a newer version of the product.</summary>
public sealed class UnknownIndexVersionException(int version)
    : Exception($"The index has schema version {version}; this build knows up to {IndexSchema.Version}.");
