using System.Collections.Immutable;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Regional.Feeds;
using Regional.Portal.Access;
using Regional.Portal.Accounts;
using Regional.Portal.Answers;
using Regional.Portal.Hubs;
using Regional.Projections;
using Regional.Reports;
using Regional.Studies;

namespace Regional.Portal.Studies;

/// <summary>What a list begins with: reading, review, mine, site, unmatched or all.</summary>
public enum StudyView
{
    All,
    Reading,
    Review,
    Mine,
    Site,
    Unmatched,
}

/// <summary>A page of studies, as of an instant, and where the caller's queue hub stood before it was read.</summary>
public sealed record StudyList(ImmutableArray<StudyRow> Items, string? Next, DateTimeOffset AsOf, FeedPosition Feed);

/// <summary>Query of <c>GET /api/studies</c>.</summary>
public sealed class StudyListQuery
{
    /// <summary>A <see cref="StudyView"/>.</summary>
    [FromQuery(Name = "view")]
    public string? View { get; set; }

    [FromQuery(Name = "site")]
    public string? Site { get; set; }

    [FromQuery(Name = "centre")]
    public string? Centre { get; set; }

    /// <summary>One or more of <see cref="ExamPhase"/>, repeated or joined by commas.</summary>
    [FromQuery(Name = "phase")]
    public string[]? Phase { get; set; }

    /// <summary>One or more of <see cref="Regional.Reports.ReportPhase"/>, repeated or joined by commas.</summary>
    [FromQuery(Name = "reportPhase")]
    public string[]? ReportPhase { get; set; }

    [FromQuery(Name = "patient")]
    public string? Patient { get; set; }

    [FromQuery(Name = "limit")]
    public int? Limit { get; set; }

    [FromQuery(Name = "after")]
    public string? After { get; set; }
}

/// <summary>Looks for exams by what may name a person, which an address must not carry: those are logged.</summary>
/// <param name="Text">Beginning of the patient's name, or the accession number.</param>
/// <param name="View">A <see cref="StudyView"/>.</param>
public sealed record StudySearchBody(string? Text, string? View, int? Limit, string? After);

internal static class StudyLists
{
    private const int LargestPage = 200;

    public static void MapStudyLists(this IEndpointRouteBuilder routes)
    {
        var studies = routes.MapGroup("/api/studies").WithTags("Studies");
        studies.MapGet("/", List).For(Can.Anybody).WithName("listStudies");
        studies.MapPost("/search", Search).For(Can.Anybody).WithName("searchStudies");
        studies.MapGet("/{id}", Get).For(Can.Anybody).WithName("getStudy");
        studies.MapGet("/{id}/priors", Priors).For(Can.Anybody).WithName("priors");
    }

    private static Task<Results<Ok<StudyList>, ProblemHttpResult>> List(
        Caller caller, [AsParameters] StudyListQuery query, IStudyReader reader, SiteAccess access, HubFeeds feeds, TimeProvider time, CancellationToken cancellation) =>
        Page(caller, query, null, reader, access, feeds, time, cancellation);

    private static Task<Results<Ok<StudyList>, ProblemHttpResult>> Search(
        Caller caller, StudySearchBody body, IStudyReader reader, SiteAccess access, HubFeeds feeds, TimeProvider time, CancellationToken cancellation) =>
        Page(
            caller, new StudyListQuery { View = body.View, Limit = body.Limit, After = body.After }, body.Text?.Trim(), reader, access, feeds, time, cancellation);

    private static async Task<Results<Ok<StudyList>, ProblemHttpResult>> Page(
        Caller caller, StudyListQuery query, string? text, IStudyReader reader, SiteAccess access, HubFeeds feeds, TimeProvider time, CancellationToken cancellation)
    {
        if (Words<StudyView>(query.View is null ? [] : [query.View]) is not { } views)
            return Problems.Invalid("studies.list", "view", "unknown");
        if (Words<ExamPhase>(query.Phase) is not { } phases)
            return Problems.Invalid("studies.list", "phase", "unknown");
        if (Words<ReportPhase>(query.ReportPhase) is not { } reportPhases)
            return Problems.Invalid("studies.list", "reportPhase", "unknown");
        // The position first: what happens in between is told again, never missed.
        var position = feeds.Position(HubTopic.Queue, caller.Actor);
        var now = time.GetUtcNow();
        var asked = Query(caller, query, views is [var view, ..] ? view : StudyView.All, phases, reportPhases, access) with { Text = text };
        var page = await reader.Find(asked, cancellation);
        return TypedResults.Ok(new StudyList(page.Items, page.Next, now, position));
    }

    /// <summary>Words of an enumeration, whatever their case; null where one is none of it.</summary>
    private static ImmutableArray<T>? Words<T>(string[]? given)
        where T : struct, Enum
    {
        var words = (given ?? []).SelectMany(text => text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        var parsed = ImmutableArray.CreateBuilder<T>();
        foreach (var word in words)
        {
            if (!char.IsAsciiLetter(word[0]) || !Enum.TryParse<T>(word, ignoreCase: true, out var value))
                return null;
            parsed.Add(value);
        }

        return parsed.ToImmutable();
    }

    private static StudyQuery Query(
        Caller caller, StudyListQuery query, StudyView view, ImmutableArray<ExamPhase> phases, ImmutableArray<ReportPhase> reportPhases, SiteAccess access)
    {
        var asked = new StudyQuery
        {
            Sites = access.Sites(caller.Actor),
            Site = query.Site,
            ReadingCentre = query.Centre,
            Phases = phases,
            ReportPhases = reportPhases,
            PatientId = query.Patient,
            Limit = Math.Clamp(query.Limit ?? 50, 1, LargestPage),
            After = query.After,
        };
        return view switch
        {
            StudyView.Reading => asked with
            {
                ReadingCentre = query.Centre ?? caller.Actor.Site,
                ReportPhases = Or(asked.ReportPhases, ReportPhase.Awaiting, ReportPhase.Claimed, ReportPhase.TraineeDraft),
                WorklistOrder = true,
            },
            StudyView.Review => asked with
            {
                ReadingCentre = query.Centre ?? caller.Actor.Site,
                ReportPhases = Or(asked.ReportPhases, ReportPhase.Preliminary, ReportPhase.Provisional, ReportPhase.UnderReview),
                WorklistOrder = true,
            },
            StudyView.Mine => asked with { RequestedBy = caller.Actor.UserId },
            StudyView.Site => asked with { Site = query.Site ?? caller.Actor.Site },
            StudyView.Unmatched => asked with { Phases = [ExamPhase.Unmatched] },
            _ => asked,
        };
    }

    private static ImmutableArray<ReportPhase> Or(ImmutableArray<ReportPhase> given, params ImmutableArray<ReportPhase> otherwise) =>
        given.IsEmpty ? otherwise : given;

    private static async Task<Results<Ok<StudySnapshot>, ProblemHttpResult>> Get(string id, Caller caller, Door door, CancellationToken cancellation)
    {
        var study = await door.Study(caller, id, cancellation);
        if (study.Succeeded)
            await door.Opened(caller, "study.open", id, cancellation);
        return Problems.Answer(study);
    }

    /// <summary>Earlier and later exams of the same patient that the caller may see, newest first.</summary>
    private static async Task<Results<Ok<ImmutableArray<StudyRow>>, ProblemHttpResult>> Priors(
        string id, Caller caller, Door door, IStudyReader reader, SiteAccess access, CancellationToken cancellation)
    {
        var study = await door.Study(caller, id, cancellation);
        if (!study.Succeeded)
            return Problems.Of(study.Failure);
        if (study.Value.PatientId is not { } patient)
            return TypedResults.Ok(ImmutableArray<StudyRow>.Empty);
        var page = await reader.Find(new StudyQuery { PatientId = patient, Sites = access.Sites(caller.Actor), Limit = LargestPage }, cancellation);
        return TypedResults.Ok(page.Items.RemoveAll(r => r.StudyId == id));
    }
}
