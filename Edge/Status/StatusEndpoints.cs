using System.Net;
using System.Text;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Regional.Edge.Dicom;
using Regional.Edge.Hosting;
using Regional.Edge.Journal;
using Regional.Edge.Link;
using Regional.Imaging;
using Regional.Imaging.Cluster;
using Regional.Imaging.Packs;

namespace Regional.Edge.Status;

/// <summary>Health for anyone; the status page, metrics and the upload switch for this machine alone.</summary>
internal static class StatusEndpoints
{
    /// <summary>Must be <c>1</c> on a request that changes something.</summary>
    public const string HandHeader = "X-Regional-Edge";

    public static void MapEdgeStatus(this WebApplication app, SiteOptions site)
    {
        app.MapGet("/health/live", () => TypedResults.Ok());
        app.MapGet("/health/ready", Ready);

        var local = app.MapGroup("").AddEndpointFilter(OnlyThisMachine);
        local.MapGet("/", (EdgeTelemetry telemetry, LinkState link, UploadQueue queue, PackAlarmLog alarms) =>
            TypedResults.Content(StatusPage.Render(site, telemetry.Read(), link, queue, alarms), "text/html; charset=utf-8"));
        local.MapGet("/status", (EdgeTelemetry telemetry, LinkState link, UploadQueue queue, ImageArchive archive) =>
            TypedResults.Ok(EdgeStatusAnswer.From(site, telemetry.Read(), link, queue.Totals(), archive)));
        local.MapGet("/metrics", (EdgeTelemetry telemetry, LinkState link) => TypedResults.Text(EdgeMetrics.Render(site, telemetry.Read(), link), "text/plain; version=0.0.4"));
        var switches = app.MapGroup("").AddEndpointFilter(OnlyThisMachine).AddEndpointFilter(OnlyByOurHand);
        switches.MapPost("/uploads/pause", (LinkState link) =>
        {
            link.Pause();
            return TypedResults.NoContent();
        });
        switches.MapPost("/uploads/resume", (LinkState link) =>
        {
            link.Resume();
            return TypedResults.NoContent();
        });
    }

    private static IResult Ready(DicomListener listener, ImageArchive archive) =>
        listener.IsListening && archive.Packs.State is not (JournalState.Recovering or JournalState.Closed)
            ? TypedResults.Ok()
            : TypedResults.StatusCode(StatusCodes.Status503ServiceUnavailable);

    /// <summary>
    /// A filter against pages of other origins in a browser on this machine: a request that changes something names a host of this machine
    /// (against rebinding) and carries a header that a foreign page cannot send without being asked (against forms and fetch).
    /// </summary>
    public static async ValueTask<object?> OnlyByOurHand(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var request = context.HttpContext.Request;
        var here = IPAddress.TryParse(request.Host.Host, out var address) ? IPAddress.IsLoopback(address) : request.Host.Host == "localhost";
        return here && request.Headers[HandHeader] == "1" ? await next(context) : TypedResults.StatusCode(StatusCodes.Status403Forbidden);
    }

    /// <summary>A filter: anything but a loopback caller is answered 403.</summary>
    public static async ValueTask<object?> OnlyThisMachine(EndpointFilterInvocationContext context, EndpointFilterDelegate next) =>
        context.HttpContext.Connection.RemoteIpAddress is { } address && IPAddress.IsLoopback(address)
            ? await next(context)
            : TypedResults.StatusCode(StatusCodes.Status403Forbidden);
}
