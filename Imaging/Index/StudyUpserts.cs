using System.Data.Common;

namespace Regional.Imaging.Index;

/// <summary>
/// What one batch adds to studies and series, gathered so that each is written once. The first instance that names a value wins; later
/// ones only fill what is empty, so the result depends on the order of the packs alone.
/// </summary>
internal sealed class StudyUpserts(DbTransaction transaction) : IAsyncDisposable
{
    private static readonly string[] StudyText =
    [
        "patient_id", "patient_issuer", "birth_date", "sex", "study_date", "study_time", "accession", "accession_issuer", "study_id",
        "description", "referring", "institution"
    ];

    private static readonly string[] SeriesText =
        ["modality", "description", "body_part", "laterality", "series_date", "series_time", "protocol", "step_date", "step_time", "station"];

    // The joined list stands in indexes, whose entries a database bounds (PostgreSQL: 2704 bytes); no study of a patient has as many kinds.
    private const int LongestModalities = 256;

    private static readonly string[] Name = ["patient_name", "patient_name_raw", "name_1", "name_2", "name_3"];

    private readonly Dictionary<string, StudyDelta> _studies = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Study, string Series), SeriesDelta> _series = [];
    private readonly Statement _putStudy = new(transaction, PutStudy(),
        [.. StudyText, .. Name, "study_uid", "instances", "bytes", "first", "last", "site", "ae", "version"]);
    private readonly Statement _putSeries = new(transaction, PutSeries(), [.. SeriesText, "study_uid", "series_uid", "number", "instances"]);
    private readonly Statement _summary = new(transaction,
        """
        UPDATE study SET series_count = (SELECT COUNT(*) FROM series WHERE series.study_uid = study.study_uid), modalities = @modalities
        WHERE study_uid = @study_uid
        """, "modalities", "study_uid");

    public void Add(IndexedRecord item, long sequence)
    {
        var header = item.Record.Header;
        var received = Instants.ToNumber(header.ReceivedAt);
        if (!_studies.TryGetValue(header.StudyUid, out var study))
            _studies[header.StudyUid] = study = new StudyDelta(new string[StudyText.Length], received, header.Site, header.CallingAe);
        var facts = item.Facts;
        Fill(study.Text, facts.PatientId, facts.IssuerOfPatientId, facts.PatientBirthDate, facts.PatientSex, facts.StudyDate, facts.StudyTime,
            facts.AccessionNumber, facts.AccessionIssuer, facts.StudyId, facts.StudyDescription, facts.ReferringPhysician, facts.Institution);
        if (study.PatientName.Length == 0) (study.PatientName, study.PatientNameRaw) = (facts.PatientName, facts.PatientNameRaw);
        study.Instances++;
        study.Bytes += item.Record.Address.DataLength;
        study.First = Math.Min(study.First, received);
        study.Last = Math.Max(study.Last, received);
        study.Version = sequence;

        var key = (header.StudyUid, header.SeriesUid);
        if (!_series.TryGetValue(key, out var series)) _series[key] = series = new SeriesDelta(new string[SeriesText.Length]);
        Fill(series.Text, facts.Modality, facts.SeriesDescription, facts.BodyPart, facts.Laterality, facts.SeriesDate, facts.SeriesTime,
            facts.ProtocolName, facts.PerformedStepDate, facts.PerformedStepTime, facts.StationName);
        series.Number ??= facts.SeriesNumber;
        series.Instances++;
    }

    public async Task FlushAsync(CancellationToken cancellation)
    {
        foreach (var ((studyUid, seriesUid), series) in _series)
            await _putSeries.RunAsync(cancellation, [.. series.Text, studyUid, seriesUid, series.Number, series.Instances]);
        foreach (var (uid, study) in _studies)
        {
            var keys = NameKeys.Of(study.PatientName);
            await _putStudy.RunAsync(cancellation,
                [.. study.Text, study.PatientName, study.PatientNameRaw, keys[0], keys[1], keys[2], uid, study.Instances, study.Bytes,
                    study.First, study.Last, study.Site, study.CallingAe, study.Version]);
            await _summary.RunAsync(cancellation, await ModalitiesAsync(transaction, uid, cancellation), uid);
        }
        _series.Clear();
        _studies.Clear();
    }

    /// <summary>Distinct modalities of a study, in order, separated by backslashes; as many as fit <see cref="LongestModalities"/> characters.</summary>
    public static async Task<string> ModalitiesAsync(DbTransaction transaction, string studyUid, CancellationToken cancellation)
    {
        await using var command = transaction.Connection!.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = "SELECT DISTINCT modality FROM series WHERE study_uid = @study AND modality <> '' ORDER BY modality";
        var parameter = command.CreateParameter();
        parameter.ParameterName = "study";
        parameter.Value = studyUid;
        command.Parameters.Add(parameter);
        List<string> modalities = [];
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        for (var length = 0; await reader.ReadAsync(cancellation) && (length += reader.GetString(0).Length + 1) <= LongestModalities;)
            modalities.Add(reader.GetString(0));
        return string.Join('\\', modalities);
    }

    public async ValueTask DisposeAsync()
    {
        await _putStudy.DisposeAsync();
        await _putSeries.DisposeAsync();
        await _summary.DisposeAsync();
    }

    private static string PutStudy() =>
        $"""
        INSERT INTO study ({Columns(StudyText)}, {Columns(Name)}, study_uid, modalities, series_count, instance_count, bytes,
            first_received, last_received, site, calling_ae, merged_into, version)
        VALUES ({Parameters(StudyText)}, {Parameters(Name)}, @study_uid, '', 0, @instances, @bytes, @first, @last, @site, @ae,
            COALESCE((SELECT into_uid FROM study_merge WHERE study_uid = @study_uid), ''), @version)
        ON CONFLICT (study_uid) DO UPDATE SET
            {FillEmpty("study", StudyText)},
            {string.Join(", ", Name.Select(column => $"{column} = CASE WHEN study.patient_name = '' THEN excluded.{column} ELSE study.{column} END"))},
            instance_count = study.instance_count + excluded.instance_count,
            bytes = study.bytes + excluded.bytes,
            first_received = CASE WHEN excluded.first_received < study.first_received THEN excluded.first_received ELSE study.first_received END,
            last_received = CASE WHEN excluded.last_received > study.last_received THEN excluded.last_received ELSE study.last_received END,
            version = excluded.version
        """;

    private static string PutSeries() =>
        $"""
        INSERT INTO series ({Columns(SeriesText)}, study_uid, series_uid, number, instance_count)
        VALUES ({Parameters(SeriesText)}, @study_uid, @series_uid, @number, @instances)
        ON CONFLICT (study_uid, series_uid) DO UPDATE SET
            {FillEmpty("series", SeriesText)},
            number = COALESCE(series.number, excluded.number),
            instance_count = series.instance_count + excluded.instance_count
        """;

    private static string Columns(string[] columns) => string.Join(", ", columns);

    private static string Parameters(string[] columns) => string.Join(", ", columns.Select(column => "@" + column));

    private static string FillEmpty(string table, string[] columns) => string.Join(", ",
        columns.Select(column => $"{column} = CASE WHEN {table}.{column} = '' THEN excluded.{column} ELSE {table}.{column} END"));

    private static void Fill(string?[] text, params ReadOnlySpan<string> values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            if (string.IsNullOrEmpty(text[i])) text[i] = values[i];
        }
    }

    private sealed class StudyDelta(string[] text, long received, string site, string callingAe)
    {
        public string[] Text { get; } = text;

        public string PatientName { get; set; } = "";

        public byte[] PatientNameRaw { get; set; } = [];

        public int Instances { get; set; }

        public long Bytes { get; set; }

        public long First { get; set; } = received;

        public long Last { get; set; } = received;

        public string Site { get; } = site;

        public string CallingAe { get; } = callingAe;

        public long Version { get; set; }
    }

    private sealed class SeriesDelta(string[] text)
    {
        public string[] Text { get; } = text;

        public int? Number { get; set; }

        public int Instances { get; set; }
    }
}
