using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Regional.Imaging.Cluster;
using Regional.Imaging.DicomWeb;
using Regional.Imaging.DicomWeb.Store;
using Regional.Imaging.Packs;

namespace Regional.Edge.DicomWeb;

/// <summary>DICOMweb of an edge: strangers are turned away at the door, everybody else is logged by name, address and study (R10.2.3).</summary>
internal static class LocalDoor
{
    private const string Prefix = "/dicom-web";

    public static IServiceCollection AddLocalDicomWeb(this IServiceCollection services, ClusterFile cluster, SiteOptions site, StoreLimits limits)
    {
        var access = new LocalAccess(site.Code);
        return services.AddSingleton<IDicomWebAccess>(access).AddSingleton<IDicomWebStore>(access).AddSingleton(limits)
            .AddSingleton(new LocalClients(cluster, site)).AddSingleton<AccessLog>()
            .AddDicomWebOrigins(site.Edge.Dicomweb.Origins).AddDicomWeb();
    }

    public static void MapLocalDicomWeb(this WebApplication app)
    {
        app.UseCors();
        app.Use(next => context => context.Request.Path.StartsWithSegments(Prefix) ? EnterAsync(context, next) : next(context));
        app.MapDicomWeb(Prefix).ForDicomWebOrigins();
        app.MapDicomWebStore(Prefix).ForDicomWebOrigins();
    }

    private static async Task EnterAsync(HttpContext context, RequestDelegate next)
    {
        var log = context.RequestServices.GetRequiredService<AccessLog>();
        if (context.RequestServices.GetRequiredService<LocalClients>().Identify(context) is not { } user)
        {
            log.Refused(context);
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            context.Response.Headers.WWWAuthenticate = "Bearer";
            return;
        }

        context.User = user;
        context.Response.Headers.XContentTypeOptions = "nosniff";
        await next(context);
        log.Answered(context);
    }
}

/// <summary>
/// Who asked for what of which study. Of the many frames that a viewer takes from a study only the first within ten minutes is noted. Events 3460 to 3469.
/// </summary>
internal sealed partial class AccessLog(ILogger<AccessLog> logger) : IDisposable
{
    private static readonly TimeSpan Kept = TimeSpan.FromMinutes(10);

    private readonly MemoryCache _noted = new(new MemoryCacheOptions { SizeLimit = 20_000 });

    public void Refused(HttpContext context) => LogRefused(logger, Address(context), context.Request.Method);

    public void Answered(HttpContext context)
    {
        var name = context.User.Identity?.Name ?? "";
        var study = context.GetRouteValue("study") as string is { } uid && UidRule.IsValid(uid) ? uid : "-";
        var resource = (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? "-";
        var status = context.Response.StatusCode;
        if (study != "-" && HttpMethods.IsGet(context.Request.Method) && status < 400)
        {
            var key = (name, study, resource);
            if (_noted.TryGetValue(key, out _))
                return;
            _noted.Set(key, true, new MemoryCacheEntryOptions { Size = 1, AbsoluteExpirationRelativeToNow = Kept });
        }

        LogAnswered(logger, name, Address(context), context.Request.Method, resource, study, status);
    }

    public void Dispose() => _noted.Dispose();

    private static string Address(HttpContext context) => context.Connection.RemoteIpAddress?.ToString() ?? "";

    [LoggerMessage(3460, LogLevel.Information, "DICOMweb: {Client} at {Address}, {Method} {Resource}, study {StudyUid}: {Status}")]
    private static partial void LogAnswered(ILogger logger, string client, string address, string method, string resource, string studyUid, int status);

    [LoggerMessage(3461, LogLevel.Warning, "DICOMweb refused to {Address} ({Method}): no client of this edge")]
    private static partial void LogRefused(ILogger logger, string address, string method);
}
