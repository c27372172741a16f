using System.Globalization;
using Regional.Projections;
using Regional.Reports;
using Regional.Studies;

namespace Regional.Silo.Storage;

/// <summary>
/// Turns a <see cref="StudyQuery"/> into SQL that stays fast at a million studies: a union of branches, each a range of one index read in
/// order and cut at a page, then merged. (A plain OR over site and reading centre would sort everything that the caller may see.)
/// One criterion drives; the others are looked at row by row and are written so that no planner takes them for a driver.
/// </summary>
internal sealed class StudySearch
{
    // Both engines take a union of so many parts; with more, the phases are looked at row by row.
    private const int MostBranches = 200;

    private readonly List<(string Name, object? Value)> arguments = [];
    private readonly StudyQuery query;
    private readonly int limit;

    private StudySearch(StudyQuery query)
    {
        this.query = query;
        limit = Math.Clamp(query.Limit, 1, 200);
    }

    private enum Criterion
    {
        Phases,
        ReportPhases,
        Site,
        Centre,
        Requester,
        Patient,
        Accession,
        Uid,
        Text,
        Since,
        Visible,
    }

    /// <summary>The statement answers (study_id, created_at, rank, payload), one row more than the page where there are more.</summary>
    public static (string Text, (string, object?)[] Arguments, int Limit) Build(StudyQuery query)
    {
        var search = new StudySearch(query);
        var (branches, driven) = query.WorklistOrder ? search.Worklist() : search.Newest();
        var text = search.Union(branches, search.Rest(driven), query.WorklistOrder ? "rank" : "created_at DESC, study_id DESC");
        return (text, [.. search.arguments], search.limit);
    }

    /// <summary>Sorts as a reading list does: emergencies first, then the nearest deadline, then the longest wait.</summary>
    public static string Rank(StudyRow row)
    {
        var urgency = row.Priority switch { Priority.Emergency => 0, Priority.Urgent => 1, _ => 2 };
        var deadline = row.ReadBy?.Ms() ?? 9_999_999_999_999;
        var since = (row.ReadySince ?? row.CreatedAt).Ms();
        return string.Create(CultureInfo.InvariantCulture, $"{urgency}{deadline:D13}{since:D13}{row.StudyId}");
    }

    /// <summary>Names are found by prefix, whatever the case of Latin letters.</summary>
    public static string NameKey(string name) => name.Trim().ToLowerInvariant();

    private (List<string> Branches, Criterion[] Driven) Worklist()
    {
        var phases = query.ReportPhases.IsEmpty ? [ReportPhase.Awaiting, ReportPhase.Claimed, ReportPhase.TraineeDraft] : query.ReportPhases;
        var works = phases.Distinct().Select(p => $"report_phase = {Add((int)p)}").ToList();
        if (query.ReadingCentre is { } centre)
            return ([.. works.Select(w => $"{w} AND reading_centre = {Add(centre)}")], [Criterion.ReportPhases, Criterion.Centre]);
        if (query.Sites is { } sites && query.Site is null)
        {
            return (
                [.. works.SelectMany(w => sites.SelectMany(s => (string[])[$"{w} AND reading_centre = {Add(s)}", $"{w} AND site = {Add(s)}"]))],
                [Criterion.ReportPhases, Criterion.Visible]);
        }

        return (works, [Criterion.ReportPhases]);
    }

    private (List<string> Branches, Criterion[] Driven) Newest()
    {
        if (query.StudyInstanceUid is { } uid)
            return ([$"study_id IN (SELECT study_id FROM study_uids WHERE uid = {Add(uid)})"], [Criterion.Uid]);
        if (query.AccessionNumber is { } accession)
            return ([$"accession = {Add(accession)}"], [Criterion.Accession]);
        if (query.PatientId is { } patient)
            return ([$"patient_id = {Add(patient)}"], [Criterion.Patient]);
        if (query.Text is { Length: > 0 } text)
        {
            var key = NameKey(text);
            return ([$"patient_key >= {Add(key)} AND patient_key < {Add(Sql.PrefixEnd(key))}", $"accession = {Add(text.Trim())}"], [Criterion.Text]);
        }

        if (query.RequestedBy is { } requester)
            return ([$"requested_by = {Add(requester)}"], [Criterion.Requester]);

        var (places, driven) = Places();
        if (!query.Phases.IsEmpty && places.Count * query.Phases.Length <= MostBranches)
            return ([.. places.SelectMany(_ => query.Phases.Distinct(), (place, phase) => $"{place} AND phase = {Add((int)phase)}")], [.. driven, Criterion.Phases]);
        if (!query.ReportPhases.IsEmpty && places.Count * query.ReportPhases.Length <= MostBranches)
        {
            return (
                [.. places.SelectMany(_ => query.ReportPhases.Distinct(), (place, phase) => $"{place} AND report_phase = {Add((int)phase)}")],
                [.. driven, Criterion.ReportPhases]);
        }

        return (places, driven);
    }

    private (List<string> Places, Criterion[] Driven) Places()
    {
        if (query.Site is { } site)
            return ([$"site = {Add(site)}"], query.Sites is { } s && s.Contains(site) ? [Criterion.Site, Criterion.Visible] : [Criterion.Site]);
        if (query.ReadingCentre is { } centre)
            return ([$"reading_centre = {Add(centre)}"], query.Sites is { } s && s.Contains(centre) ? [Criterion.Centre, Criterion.Visible] : [Criterion.Centre]);
        if (query.Sites is { } sites)
            return ([.. sites.SelectMany(s => (string[])[$"site = {Add(s)}", $"reading_centre = {Add(s)}"])], [Criterion.Visible]);
        return (["1 = 1"], []);
    }

    private string Rest(Criterion[] driven)
    {
        List<string> all = [];
        if (query.WorklistOrder && Cursor.ReadKey(query.After) is { } rank)
            all.Add($"rank > {Add(rank)}");
        if (!query.WorklistOrder && Cursor.ReadPair(query.After) is { } after)
            all.Add($"(created_at, study_id) < ({Add(after.At)}, {Add(after.Id)})");
        foreach (var criterion in Enum.GetValues<Criterion>().Except(driven))
        {
            if (Condition(criterion) is { } condition)
                all.Add(condition);
        }

        return string.Concat(all.Select(c => " AND " + c));
    }

    // +number and text || '' are the same values to both engines, and no index answers for them.
    private string? Condition(Criterion criterion) => criterion switch
    {
        Criterion.Phases when !query.Phases.IsEmpty => $"+phase IN ({List(query.Phases.Select(p => (object)(int)p))})",
        Criterion.ReportPhases when !query.ReportPhases.IsEmpty => $"+report_phase IN ({List(query.ReportPhases.Select(p => (object)(int)p))})",
        Criterion.Site when query.Site is { } site => $"site || '' = {Add(site)}",
        Criterion.Centre when query.ReadingCentre is { } centre => $"reading_centre || '' = {Add(centre)}",
        Criterion.Requester when query.RequestedBy is { } requester => $"requested_by || '' = {Add(requester)}",
        Criterion.Patient when query.PatientId is { } patient => $"patient_id || '' = {Add(patient)}",
        Criterion.Accession when query.AccessionNumber is { } accession => $"accession || '' = {Add(accession)}",
        Criterion.Uid when query.StudyInstanceUid is { } uid => $"study_id || '' IN (SELECT study_id FROM study_uids WHERE uid = {Add(uid)})",
        Criterion.Text when query.Text is { Length: > 0 } text =>
            $"((patient_key || '' >= {Add(NameKey(text))} AND patient_key || '' < {Add(Sql.PrefixEnd(NameKey(text)))}) OR accession || '' = {Add(text.Trim())})",
        Criterion.Since when query.Since is { } since => $"+created_at >= {Add(since.Ms())}",
        Criterion.Visible when query.Sites is { IsEmpty: true } => "1 = 0",
        Criterion.Visible when query.Sites is { } sites => $"(site || '' IN ({List(sites)}) OR reading_centre || '' IN ({List(sites)}))",
        _ => null,
    };

    private string Union(List<string> branches, string rest, string order)
    {
        if (branches.Count == 0)
            branches = ["1 = 0"];
        // Keys first, from the index alone; the rows of a page are read afterwards.
        var key = query.WorklistOrder ? "rank" : "created_at";
        var all = string.Join(
            "\nUNION\n", branches.Select(b => $"SELECT * FROM (SELECT study_id, {key} FROM studies WHERE {b}{rest} ORDER BY {order} LIMIT {limit + 1}) AS branch"));
        return $"""
            SELECT study_id, created_at, rank, payload FROM studies
            WHERE study_id IN (SELECT study_id FROM ({all}) AS found) ORDER BY {order} LIMIT {limit + 1}
            """;
    }

    private string List(IEnumerable<object> values) => string.Join(", ", values.Distinct().Select(Add));

    private string Add(object value)
    {
        var name = "p" + arguments.Count.ToString(CultureInfo.InvariantCulture);
        arguments.Add((name, value));
        return "@" + name;
    }
}
