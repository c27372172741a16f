using System.Collections.Immutable;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Regional.Portal.Hosting;

namespace Regional.Portal.Meta;

public sealed record MetaSite(string Code, string Name, string NameEnglish, string Kind);

public sealed record Meta(string Product, string Version, string Stack, string Profile, ImmutableArray<MetaSite> Sites, DateTimeOffset Time);

internal static class MetaEndpoints
{
    /// <summary>Needed by the sign-in page, so open to all: names of hospitals, nothing of people.</summary>
    public static void MapMeta(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/api/meta", Get).AllowAnonymous().WithTags("Meta").WithName("meta");

    private static Ok<Meta> Get(PortalOptions options, TimeProvider time) => TypedResults.Ok(new Meta(
        "Regional", options.Version, options.Stack, options.Cluster.Options.Profile,
        [.. options.Cluster.Options.Sites.Select(s => new MetaSite(s.Code, s.Name, s.NameEn, s.Kind))], time.GetUtcNow()));
}
