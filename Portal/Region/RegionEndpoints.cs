using System.Collections.Immutable;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Regional.Actors;
using Regional.Devices;
using Regional.Outcomes;
using Regional.Portal.Access;
using Regional.Portal.Accounts;
using Regional.Portal.Answers;
using Regional.Portal.Hosting;
using Regional.Projections;

namespace Regional.Portal.Region;

public sealed record ServiceBody(bool InService, string? Reason, long? Version);

/// <summary>Sites and devices, live (the region board).</summary>
internal static class RegionEndpoints
{
    public static void MapRegion(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/sites", Sites).For(Can.Anybody).WithTags("Region").WithName("listSites");
        routes.MapGet("/api/sites/{code}", Site).For(Can.Anybody).WithTags("Region").WithName("getSite");
        routes.MapGet("/api/devices", Devices).For(Can.Anybody).WithTags("Region").WithName("listDevices");
        routes.MapPost("/api/devices/{site}/{ae}/service", SetService).For(Can.Service).WithTags("Region").WithName("setService");
    }

    private static async Task<Ok<ImmutableArray<SiteRow>>> Sites(Caller caller, IRegionReader reader, SiteAccess access, CancellationToken cancellation) =>
        TypedResults.Ok((await reader.Sites(cancellation)).RemoveAll(row => !access.Sees(caller.Actor, row.Site.Profile.Code)));

    private static async Task<Results<Ok<SiteRow>, ProblemHttpResult>> Site(
        string code, Caller caller, IRegionReader reader, SiteAccess access, CancellationToken cancellation)
    {
        var row = access.Sees(caller.Actor, code) ? (await reader.Sites(cancellation)).FirstOrDefault(r => r.Site.Profile.Code == code) : null;
        return row is null ? Problems.Of(FailureCode.NotFound, "site") : TypedResults.Ok(row);
    }

    private static async Task<Ok<ImmutableArray<DeviceRow>>> Devices(
        Caller caller, string? site, IRegionReader reader, SiteAccess access, CancellationToken cancellation) =>
        TypedResults.Ok((await reader.Devices(site, cancellation)).RemoveAll(row => !access.Sees(caller.Actor, row.Device.Profile.Site)));

    private static async Task<Results<Ok<DeviceSnapshot>, ProblemHttpResult>> SetService(
        string site, string ae, ServiceBody body, Caller caller, Door door, PortalOptions options, CancellationToken cancellation)
    {
        // Only devices of the topology have a grain: a mistyped name must not make one.
        var known = options.Cluster.Site(site)?.Devices.Exists(d => d.AeTitle == ae) == true;
        if (!known || !(SiteAccess.SeesAll(caller.Actor) || caller.Actor.Site == site))
            return Problems.Of(FailureCode.NotFound, "device");
        var key = GrainKeys.Device(site, ae);
        return Problems.Answer(await door.Audited(
            caller, key, "device.service",
            () => door.Grains.GetGrain<IDeviceGrain>(key).SetService(caller.Command(body.Reason, body.Version), body.InService), cancellation));
    }
}
