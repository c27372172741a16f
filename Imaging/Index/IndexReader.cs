using System.Data.Common;
using Dapper;
using Regional.Imaging.Frames;
using Regional.Imaging.Packs;

namespace Regional.Imaging.Index;

/// <summary>Column lists and the rows made from them, in one place so that their order agrees.</summary>
internal static class IndexReader
{
    public const string StudyColumns =
        """
        study.study_uid, study.patient_id, study.patient_issuer, study.patient_name, study.birth_date, study.sex, study.study_date,
        study.study_time, study.accession, study.accession_issuer, study.study_id, study.description, study.referring, study.institution,
        study.modalities, study.series_count, study.instance_count, study.bytes, study.first_received, study.last_received, study.site,
        study.calling_ae, study.merged_into, study.version
        """;

    public const string SeriesColumns =
        """
        series.study_uid, series.series_uid, series.modality, series.number, series.description, series.body_part, series.laterality,
        series.series_date, series.series_time, series.protocol, series.step_date, series.step_time, series.station, series.instance_count
        """;

    public const string InstanceColumns =
        """
        instance.study_uid, instance.series_uid, instance.sop_uid, instance.sop_class, instance.syntax, instance.number,
        instance.image_rows, instance.image_columns, instance.frames, instance.bits, instance.pack, instance.pack_offset,
        instance.header_length, instance.data_length, instance.data_header, instance.problem, instance.hash, instance.frame_map,
        instance.received, instance.site, instance.calling_ae, instance.sequence, instance.is_local, instance.repair
        """;

    public const int StudyWidth = 24;
    public const int SeriesWidth = 14;

    public static IndexedStudy Study(DbDataReader row, int first = 0) => new()
    {
        StudyUid = row.GetString(first),
        PatientId = row.GetString(first + 1),
        IssuerOfPatientId = row.GetString(first + 2),
        PatientName = row.GetString(first + 3),
        PatientBirthDate = row.GetString(first + 4),
        PatientSex = row.GetString(first + 5),
        StudyDate = row.GetString(first + 6),
        StudyTime = row.GetString(first + 7),
        AccessionNumber = row.GetString(first + 8),
        AccessionIssuer = row.GetString(first + 9),
        StudyId = row.GetString(first + 10),
        StudyDescription = row.GetString(first + 11),
        ReferringPhysician = row.GetString(first + 12),
        Institution = row.GetString(first + 13),
        Modalities = row.GetString(first + 14),
        SeriesCount = row.GetInt32(first + 15),
        InstanceCount = row.GetInt32(first + 16),
        Bytes = row.GetInt64(first + 17),
        FirstReceived = Instants.FromNumber(row.GetInt64(first + 18)),
        LastReceived = Instants.FromNumber(row.GetInt64(first + 19)),
        Site = row.GetString(first + 20),
        CallingAe = row.GetString(first + 21),
        MergedInto = row.GetString(first + 22),
        Version = row.GetInt64(first + 23)
    };

    public static IndexedSeries Series(DbDataReader row, int first = 0) => new()
    {
        StudyUid = row.GetString(first),
        SeriesUid = row.GetString(first + 1),
        Modality = row.GetString(first + 2),
        Number = row.IsDBNull(first + 3) ? null : row.GetInt32(first + 3),
        Description = row.GetString(first + 4),
        BodyPart = row.GetString(first + 5),
        Laterality = row.GetString(first + 6),
        SeriesDate = row.GetString(first + 7),
        SeriesTime = row.GetString(first + 8),
        ProtocolName = row.GetString(first + 9),
        PerformedStepDate = row.GetString(first + 10),
        PerformedStepTime = row.GetString(first + 11),
        StationName = row.GetString(first + 12),
        InstanceCount = row.GetInt32(first + 13)
    };

    public static IndexedInstance Instance(DbDataReader row, int first = 0) => new()
    {
        StudyUid = row.GetString(first),
        SeriesUid = row.GetString(first + 1),
        SopInstanceUid = row.GetString(first + 2),
        SopClassUid = row.GetString(first + 3),
        TransferSyntaxUid = row.GetString(first + 4),
        Number = row.IsDBNull(first + 5) ? null : row.GetInt32(first + 5),
        Rows = row.GetInt32(first + 6),
        Columns = row.GetInt32(first + 7),
        NumberOfFrames = row.GetInt32(first + 8),
        BitsAllocated = row.GetInt32(first + 9),
        // No pack has the number 0: where the bytes stood is of no use to a reader, who must not take what stands there now for them.
        Address = row.GetInt32(first + 22) == 0
            ? new RecordAddress(0, 0, 0, row.GetInt64(first + 13))
            : new RecordAddress(row.GetInt64(first + 10), row.GetInt64(first + 11), row.GetInt32(first + 12), row.GetInt64(first + 13)),
        IsLocal = row.GetInt32(first + 22) != 0,
        DataHeader = row.GetInt64(first + 14),
        Problem = (DataSetProblem)row.GetInt32(first + 15),
        Hash = new ContentHash(row.GetFieldValue<byte[]>(first + 16)),
        Frames = FrameMap.Decode(row.GetFieldValue<byte[]>(first + 17)),
        ReceivedAt = Instants.FromNumber(row.GetInt64(first + 18)),
        Site = row.GetString(first + 19),
        CallingAe = row.GetString(first + 20),
        Sequence = row.GetInt64(first + 21),
        Repair = row.GetString(first + 23)
    };

    /// <summary>Runs a query and maps each row.</summary>
    public static async Task<List<T>> QueryAsync<T>(
        this IndexDatabase database, string sql, object? parameters, Func<DbDataReader, T> map, CancellationToken cancellation)
    {
        await using var lease = await database.OpenAsync(cancellation);
        await using var reader = await lease.Connection.ExecuteReaderAsync(
            new CommandDefinition(sql, parameters, cancellationToken: cancellation));
        List<T> rows = [];
        while (await reader.ReadAsync(cancellation)) rows.Add(map(reader));
        return rows;
    }
}
