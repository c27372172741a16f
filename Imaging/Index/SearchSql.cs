using System.Globalization;
using Dapper;

namespace Regional.Imaging.Index;

/// <summary>Turns search terms into a WHERE clause with parameters; values never become SQL text.</summary>
internal sealed class SearchSql
{
    private const int MaxListed = 500;
    private const string NewestFirst = "study_date DESC, study_time DESC, study_uid DESC";

    private readonly List<string> _conditions = [];
    private readonly List<string> _nameConditions = [];
    private readonly SearchScope _scope;
    private bool _isSelective;
    private int _count;

    private SearchSql(SearchScope scope) => _scope = scope;

    public DynamicParameters Parameters { get; } = new();

    public static SearchSql From(IReadOnlyList<SearchTerm> terms, SearchScope scope)
    {
        var sql = new SearchSql(scope);
        foreach (var term in terms.Where(term => term.Value.Trim('*', ' ').Length > 0)) sql.Add(term);
        return sql;
    }

    /// <summary>All conditions in one, for searches over series and instances.</summary>
    public string Where()
    {
        List<string> all = [.. _conditions, ScopeFilter()];
        if (_nameConditions.Count > 0) all.Add("(" + string.Join(" OR ", _nameConditions) + ")");
        return string.Join(" AND ", all);
    }

    /// <summary>
    /// A page of study UIDs, newest first. Each branch can be answered from one covering index in order or by few rows: a name is looked up
    /// in each of its three groups apart, and a scope of several sites in each site apart; the branches' first rows are then merged.
    /// Left to itself, a planner without statistics sorts a tenth of the archive.
    /// </summary>
    public string StudyPage(int offset, int limit)
    {
        Parameters.Add("offset", offset);
        Parameters.Add("limit", limit);
        Parameters.Add("take", offset + limit);
        string[] names = _nameConditions.Count > 0 ? [.. _nameConditions] : ["TRUE"];
        string[] scopes = _isSelective ? [ScopeFilter()] : ScopeBranches();
        var common = string.Join(" AND ", _conditions.DefaultIfEmpty("TRUE"));
        List<string> branches = [];
        foreach (var name in names)
        {
            foreach (var scope in scopes)
            {
                branches.Add(
                    $"SELECT study_uid, study_date, study_time FROM study WHERE {common} AND {name} AND {scope} ORDER BY {NewestFirst} LIMIT @take");
            }
        }
        var merged = string.Join(" UNION ", branches.Select((branch, i) => $"SELECT * FROM ({branch}) branch{i}"));
        return $"SELECT study_uid FROM ({merged}) merged ORDER BY {NewestFirst} LIMIT @limit OFFSET @offset";
    }

    /// <summary>One condition that no index is chosen for: the other terms find the few rows, this one filters them.</summary>
    private string ScopeFilter() => _scope switch
    {
        SearchScope.Everything => "TRUE",
        SearchScope.Of of => "(" + string.Join(" OR ", new[]
        {
            of.Sites.Count > 0 ? $"(study.site || '') IN {PutList(of.Sites)}" : "FALSE",
            of.StudyUids.Count > 0 ? $"(study.study_uid || '') IN {PutList(of.StudyUids)}" : "FALSE"
        }) + ")",
        _ => "FALSE"
    };

    private string[] ScopeBranches()
    {
        if (_scope is not SearchScope.Of of) return [_scope is SearchScope.Everything ? "TRUE" : "FALSE"];
        List<string> branches = [.. of.Sites.Select(site => $"study.site = {Put(site)}")];
        if (of.StudyUids.Count > 0) branches.Add($"study.study_uid IN {PutList(of.StudyUids)}");
        return branches.Count == 0 ? ["FALSE"] : [.. branches];
    }

    private void Add(SearchTerm term)
    {
        var value = term.Value;
        switch (term.Key)
        {
            case SearchKey.StudyInstanceUid: Uids(term, "study.study_uid"); _isSelective = true; break;
            case SearchKey.SeriesInstanceUid: Uids(term, "series.series_uid"); break;
            case SearchKey.SopInstanceUid: Uids(term, "instance.sop_uid"); break;
            case SearchKey.SopClassUid: Uids(term, "instance.sop_class"); break;
            case SearchKey.PatientId: Text(value, "study.patient_id"); _isSelective |= HasPrefix(value); break;
            case SearchKey.IssuerOfPatientId: Text(value, "study.patient_issuer"); break;
            case SearchKey.PatientName: Name(value); break;
            case SearchKey.PatientBirthDate: Range(term, "study.birth_date", IsDate); break;
            case SearchKey.PatientSex: Text(value, "study.sex"); break;
            case SearchKey.StudyDate: Range(term, "study.study_date", IsDate); break;
            case SearchKey.StudyTime: Range(term, "study.study_time", IsTime); break;
            case SearchKey.AccessionNumber: Text(value, "study.accession"); _isSelective |= HasPrefix(value); break;
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
        _isSelective |= HasPrefix(pattern);
        foreach (var column in new[] { "study.name_1", "study.name_2", "study.name_3" })
            _nameConditions.Add($"({column} <> '' AND {Match(pattern, column)})");
    }

    /// <summary>Asked of the study's own list, which stands in the indexes by date.</summary>
    private void Modalities(string value)
    {
        var wanted = value.Split([',', '\\'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        _conditions.Add("(" + string.Join(" OR ",
            wanted.Select(modality => $@"('\' || study.modalities || '\') LIKE {Put($@"%\{Escape(modality)}\%")} ESCAPE '!'").DefaultIfEmpty("TRUE")) + ")");
    }

    private static bool HasPrefix(string value) => value.Length > 0 && value[0] is not ('*' or '?');

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
        var like = Escape(value).Replace('*', '%').Replace('?', '_');
        var condition = $"{column} LIKE {Put(like)} ESCAPE '!'";
        // The range lets an index find a prefix; LIKE alone would read every row.
        if (prefix.Length > 0) condition = $"({column} >= {Put(prefix)} AND {column} < {Put(Above(prefix))} AND {condition})";
        return condition;
    }

    private static string Escape(string value) => value.Replace("!", "!!", StringComparison.Ordinal)
        .Replace("%", "!%", StringComparison.Ordinal).Replace("_", "!_", StringComparison.Ordinal);

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
