using System.Collections.Immutable;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Regional.Actors;
using Regional.Outcomes;
using Regional.Portal.Access;
using Regional.Portal.Accounts;
using Regional.Portal.Answers;
using Regional.Portal.Hosting;
using Regional.Reading;

namespace Regional.Portal.Reading;

/// <summary>The reading list as its grain orders it.</summary>
internal static class ReadingLists
{
    public static void MapReadingLists(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/api/reading-lists/{centre}", Entries).For([.. Can.Write, .. Can.Steward]).WithTags("Reading").WithName("readingList");

    private static async Task<Results<Ok<ImmutableArray<ReadingEntry>>, ProblemHttpResult>> Entries(
        string centre, Caller caller, Door door, PortalOptions options, CancellationToken cancellation)
    {
        if (options.Cluster.Site(centre) is null || (!SiteAccess.SeesAll(caller.Actor) && centre != caller.Actor.Site))
        {
            await door.Audit(caller, "refused", "list:" + centre, SiteAccess.SiteRule, cancellation);
            return Problems.Of(FailureCode.NotFound, "reading-list");
        }

        return TypedResults.Ok(await door.Grains.GetGrain<IReadingListGrain>(GrainKeys.ReadingList(centre)).Entries());
    }
}
