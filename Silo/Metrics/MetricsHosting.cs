using System.Net;
using Regional.Actors;

namespace Regional.Silo.Metrics;

internal static class MetricsHosting
{
    public static IServiceCollection AddCentreMetrics(this IServiceCollection services) => services.AddSingleton<MetricsCollector>();

    /// <summary><c>/metrics</c>: to the machine itself, or to an administrator.</summary>
    public static void MapCentreMetrics(this WebApplication app)
    {
        // Begins to listen now, not at the first scrape.
        var collector = app.Services.GetRequiredService<MetricsCollector>();
        app.MapGet("/metrics", (HttpContext context) =>
        {
            var local = context.Connection.RemoteIpAddress is { } address && IPAddress.IsLoopback(address);
            return local || context.User.IsInRole(Role.Administrator)
                ? Results.Text(collector.Write(), "text/plain; version=0.0.4; charset=utf-8")
                : Results.NotFound();
        }).AllowAnonymous().ExcludeFromDescription();
    }
}
