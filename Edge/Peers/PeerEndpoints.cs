using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;
using Regional.Edge.Status;
using Regional.Imaging.Packs;

namespace Regional.Edge.Peers;

/// <summary>What a person on this machine asks of the edge's peers. Closed to other machines and to pages of other origins, as the upload switch is.</summary>
internal static class PeerEndpoints
{
    /// <summary>Days that one import may span.</summary>
    private const int MostDays = 366 * 30;

    public static void MapPeers(this WebApplication app)
    {
        var local = app.MapGroup("/peers").AddEndpointFilter(StatusEndpoints.OnlyThisMachine);
        local.MapGet("/", (RemoteBook remotes, EchoBook echoes) => TypedResults.Ok(PeerAnswer.Of(remotes, echoes)));
        local.MapGet("/jobs", (JobBook jobs) => TypedResults.Ok(jobs.List().Select(JobAnswer.Of)));
        local.MapGet("/jobs/{id}", Results<Ok<JobAnswer>, NotFound> (string id, JobBook jobs) =>
            jobs.Get(id) is { } job ? TypedResults.Ok(JobAnswer.Of(job)) : TypedResults.NotFound());
        var hand = local.MapGroup("").AddEndpointFilter(StatusEndpoints.OnlyByOurHand);
        hand.MapPost("/{ae}/echo", EchoAsync);
        hand.MapPost("/{ae}/studies", StudiesAsync);
        hand.MapPost("/{ae}/sends", Send);
        hand.MapPost("/{ae}/imports", Import);
        hand.MapPost("/jobs/{id}/cancel", Results<NoContent, NotFound> (string id, JobBook jobs, JobRunner runner) =>
        {
            if (!jobs.End(id, JobState.Cancelled))
                return TypedResults.NotFound();
            runner.Stop(id);
            return TypedResults.NoContent();
        });
        hand.MapPost("/jobs/{id}/retry", Results<NoContent, NotFound> (string id, JobBook jobs) =>
            jobs.Retry(id) ? TypedResults.NoContent() : TypedResults.NotFound());
    }

    private static async Task<Results<Ok<EchoAnswer>, NotFound>> EchoAsync(string ae, RemoteBook remotes, EchoRound round, CancellationToken cancellation) =>
        remotes.All.FirstOrDefault(remote => remote.AeTitle == ae) is { } remote
            ? TypedResults.Ok(new EchoAnswer(await round.AskAsync(remote, cancellation)))
            : TypedResults.NotFound();

    /// <summary>Criteria stand in the body: no patient's value in an address.</summary>
    private static async Task<Results<Ok<IReadOnlyList<PeerStudy>>, NotFound, ProblemHttpResult>> StudiesAsync(
        string ae, PeerCriteria criteria, RemoteBook remotes, PeerQuery query, ILogger<PeerQuery> logger, CancellationToken cancellation)
    {
        if (remotes.Receiver(ae) is not { Kind: RemoteKind.Peer } peer)
            return TypedResults.NotFound();
        if (criteria.IsEmpty)
            return Wrong("criteria", "at least one is needed: an archive is not listed whole");
        try
        {
            var studies = await query.StudiesAsync(peer, criteria, cancellation);
            PeerLog.Queried(logger, ae, studies.Count);
            return TypedResults.Ok(studies);
        }
        catch (PeerAwayException away)
        {
            return TypedResults.Problem(away.Message, title: "peer", statusCode: StatusCodes.Status502BadGateway);
        }
    }

    private static Results<Accepted<JobAnswer>, NotFound, ProblemHttpResult> Send(string ae, SendWish wish, RemoteBook remotes, JobBook jobs, ILogger<JobBook> logger)
    {
        if (remotes.Receiver(ae) is null)
            return TypedResults.NotFound();
        if (!UidRule.IsValid(wish.StudyInstanceUid ?? ""))
            return Wrong("studyInstanceUid", "must be a UID");
        return Accept(jobs.Add(JobKind.Send, ae, new JobSpec(wish.StudyInstanceUid)), logger);
    }

    private static Results<Accepted<JobAnswer>, NotFound, ProblemHttpResult> Import(string ae, ImportWish wish, RemoteBook remotes, JobBook jobs, ILogger<JobBook> logger)
    {
        if (remotes.Receiver(ae) is not { Kind: RemoteKind.Peer })
            return TypedResults.NotFound();
        if (wish.From is not { } from || wish.To is not { } to || to < from || to.DayNumber - from.DayNumber > MostDays)
            return Wrong("from", "first and last study date are needed, at most 30 years apart");
        return Accept(jobs.Add(JobKind.Import, ae, new JobSpec(null, from, to, wish.Modality, wish.PatientId)), logger);
    }

    private static Accepted<JobAnswer> Accept(PeerJob job, ILogger logger)
    {
        PeerLog.Asked(logger, job.Id, job.Kind, job.Peer);
        return TypedResults.Accepted($"/peers/jobs/{job.Id}", JobAnswer.Of(job));
    }

    private static ProblemHttpResult Wrong(string field, string rule) =>
        TypedResults.Problem(rule, title: field, statusCode: StatusCodes.Status400BadRequest);
}

internal sealed record SendWish(string? StudyInstanceUid);

internal sealed record ImportWish(DateOnly? From, DateOnly? To, string? Modality, string? PatientId);

/// <param name="Failure">Null: it answered.</param>
internal sealed record EchoAnswer(string? Failure)
{
    public bool Answers => Failure is null;
}

/// <summary>An application entity that the edge calls, and when it last answered.</summary>
internal sealed record PeerAnswer(
    string AeTitle, string Kind, string Address, int Port, bool Tls, DateTimeOffset? AskedAt, DateTimeOffset? AnsweredAt, bool? Answers, string? Failure)
{
    public static IEnumerable<PeerAnswer> Of(RemoteBook remotes, EchoBook echoes)
    {
        var last = echoes.All();
        return remotes.All.Select(remote => last.GetValueOrDefault(remote.AeTitle) is { } echo
            ? new PeerAnswer(remote.AeTitle, remote.Kind.ToString(), remote.Address, remote.Port, remote.IsSecure, echo.At, echo.Answered, echo.Answers, echo.Failure)
            : new PeerAnswer(remote.AeTitle, remote.Kind.ToString(), remote.Address, remote.Port, remote.IsSecure, null, null, null, null));
    }
}

/// <summary>A job as a person sees it. Whom it was asked for stays out.</summary>
internal sealed record JobAnswer(
    string Id, string Kind, string Peer, string State, DateTimeOffset Created, DateTimeOffset NotBefore, string? StudyInstanceUid, DateOnly? From, DateOnly? To,
    string ListedUpTo, int Total, int Done, int Failed, string? Failure)
{
    public static JobAnswer Of(PeerJob job) => new(
        job.Id, job.Kind.ToString(), job.Peer, job.State.ToString(), job.Created, job.NotBefore, job.Spec.StudyInstanceUid, job.Spec.From, job.Spec.To, job.Cursor,
        job.Total, job.Done, job.Failed, job.Failure);
}
