using System.Globalization;
using Dapper;

namespace Regional.Imaging.Index;

/// <summary>Turns search terms into a WHERE clause with parameters; values never become SQL text.</summary>
internal sealed class SearchSql
{
    private const int MaxListed = 500;

    private readonly List<string> _conditions = [];
    private int _count;

    private SearchSql()
    {
    }

    public DynamicParameters Parameters { get; } = new();

    public string Where => _conditions.Count == 0 ? "TRUE" : string.Join(" AND ", _conditions);

    public static SearchSql From(IReadOnlyList<SearchTerm> terms, SearchScope scope)
    {
        var sql = new SearchSql();
        sql.AddScope(scope);
        foreach (var term in terms.Where(term => term.Value.Trim('*', ' ').Length > 0)) sql.Add(term);
        return sql;
    }

    private void AddScope(SearchScope scope)
    {
        switch (scope)
        {
            case SearchScope.Everything:
                break;
            case SearchScope.Of { Sites.Count: > 0 } of:
                var bySite = $"study.site IN {PutList(of.Sites)}";
                _conditions.Add(of.StudyUids.Count == 0 ? bySite : $"({bySite} OR study.study_uid IN {PutList(of.StudyUids)})");
                break;
            case SearchScope.Of { StudyUids.Count: > 0 } of:
                _conditions.Add($"study.study_uid IN {PutList(of.StudyUids)}");
                break;
            default:
                _conditions.Add("FALSE");
                break;
        }
    }

    private void Add(SearchTerm term)
    {
        var value = term.Value;
        switch (term.Key)
        {
            case SearchKey.StudyInstanceUid: Uids(term, "study.study_uid"); break;
            case SearchKey.SeriesInstanceUid: Uids(term, "series.series_uid"); break;
            case SearchKey.SopInstanceUid: Uids(term, "instance.sop_uid"); break;
            case SearchKey.SopClassUid: Uids(term, "instance.sop_class"); break;
            case SearchKey.PatientId: Text(value, "study.patient_id"); break;
            case SearchKey.IssuerOfPatientId: Text(value, "study.patient_issuer"); break;
            case SearchKey.PatientName: Name(value); break;
            case SearchKey.PatientBirthDate: Range(term, "study.birth_date", IsDate); break;
            case SearchKey.PatientSex: Text(value, "study.sex"); break;
            case SearchKey.StudyDate: Range(term, "study.study_date", IsDate); break;
            case SearchKey.StudyTime: Range(term, "study.study_time", IsTime); break;
            case SearchKey.AccessionNumber: Text(value, "study.accession"); break;
            case SearchKey.StudyId: Text(value, "study.study_id"); break;
            case SearchKey.StudyDescription: Text(value, "study.description"); break;
            case SearchKey.ReferringPhysicianName: Text(value, "study.referring"); break;
            case SearchKey.InstitutionName: Text(value, "study.institution"); break;
            case SearchKey.ModalitiesInStudy: Modalities(value); break;
            case SearchKey.Modality: Text(value, "series.modality"); break;
            case SearchKey.SeriesNumber: Number(term, "series.number"); break;
            case SearchKey.SeriesDescription: Text(value, "series.description"); break;
            case SearchKey.BodyPartExamined: Text(value, "series.body_part"); break;
            case SearchKey.PerformedProcedureStepStartDate: Range(term, "series.step_date", IsDate); break;
            case SearchKey.PerformedProcedureStepStartTime: Range(term, "series.step_time", IsTime); break;
            case SearchKey.InstanceNumber: Number(term, "instance.number"); break;
            default: throw new SearchValueException(term.Key);
        }
    }

    private void Uids(SearchTerm term, string column)
    {
        var uids = term.Value.Split([',', '\\'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (uids.Length > MaxListed || uids.Any(uid => !Packs.UidRule.IsValid(uid))) throw new SearchValueException(term.Key);
        _conditions.Add($"{column} IN {PutList(uids)}");
    }

    private void Text(string value, string column) => _conditions.Add(Match(value, column));

    /// <summary>Any of the three component groups, each by its own index.</summary>
    private void Name(string value)
    {
        var pattern = NameKeys.Normalise(value);
        _conditions.Add($"({Match(pattern, "study.name_1")} OR {Match(pattern, "study.name_2")} OR {Match(pattern, "study.name_3")})");
    }

    private void Modalities(string value)
    {
        var wanted = value.Split([',', '\\'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        _conditions.Add(
            $"EXISTS (SELECT 1 FROM series wanted WHERE wanted.study_uid = study.study_uid AND wanted.modality IN {PutList(wanted)})");
    }

    private void Number(SearchTerm term, string column)
    {
        if (!int.TryParse(term.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
            throw new SearchValueException(term.Key);
        _conditions.Add($"{column} = {Put(number)}");
    }

    /// <summary>A single value or a range with one hyphen, either end open. Shorter times mean their whole minute or hour.</summary>
    private void Range(SearchTerm term, string column, Func<string, bool> isValid)
    {
        var ends = term.Value.Trim().Split('-');
        if (ends.Length > 2 || ends.Any(end => end.Length > 0 && !isValid(end)) || ends.All(end => end.Length == 0))
            throw new SearchValueException(term.Key);
        var (from, to) = (ends[0], ends[^1]);
        _conditions.Add($"{column} <> ''");
        if (from.Length > 0) _conditions.Add($"{column} >= {Put(from)}");
        if (to.Length > 0) _conditions.Add($"{column} < {Put(Above(to))}");
    }

    private string Match(string value, string column)
    {
        var wildcard = value.IndexOfAny(['*', '?']);
        if (wildcard < 0) return $"{column} = {Put(value)}";
        var prefix = value[..wildcard];
        var like = value.Replace("!", "!!", StringComparison.Ordinal).Replace("%", "!%", StringComparison.Ordinal)
            .Replace("_", "!_", StringComparison.Ordinal).Replace('*', '%').Replace('?', '_');
        var condition = $"{column} LIKE {Put(like)} ESCAPE '!'";
        // The range lets an index find a prefix; LIKE alone would read every row.
        if (prefix.Length > 0) condition = $"({column} >= {Put(prefix)} AND {column} < {Put(Above(prefix))} AND {condition})";
        return condition;
    }

    /// <summary>Above every text that begins with this one, in byte order.</summary>
    private static string Above(string prefix) => prefix + "\U0010FFFF";

    private string Put(object value)
    {
        var name = "p" + _count++.ToString(CultureInfo.InvariantCulture);
        Parameters.Add(name, value);
        return "@" + name;
    }

    private string PutList(IEnumerable<string> values) => "(" + string.Join(", ", values.Select(Put)) + ")";

    private static bool IsDate(string text) => text.Length == 8 && text.All(char.IsAsciiDigit);

    private static bool IsTime(string text) =>
        text.Length is >= 2 and <= 13 && text.All(c => char.IsAsciiDigit(c) || c == '.');
}
