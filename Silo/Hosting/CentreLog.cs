using System.Globalization;
using Regional.Imaging.Cluster;
using Serilog;
using Serilog.Events;

namespace Regional.Silo.Hosting;

/// <summary>The centre's log: one line an event, to the console and to daily files below <c>centre/logs</c>, kept for 30 days.</summary>
internal static class CentreLog
{
    private const string Line = "{Timestamp:yyyy-MM-dd HH:mm:ss.fff} {Level:u3} {SourceContext} {Message:lj}{NewLine}{Exception}";

    public static Serilog.Core.Logger Create(ClusterFile cluster) => new LoggerConfiguration()
        .MinimumLevel.Information()
        .MinimumLevel.Override("Microsoft", LogEventLevel.Warning)
        .MinimumLevel.Override("Microsoft.Hosting.Lifetime", LogEventLevel.Information)
        .MinimumLevel.Override("Orleans", LogEventLevel.Warning)
        .MinimumLevel.Override("System", LogEventLevel.Warning)
        .MinimumLevel.Override("Regional.Portal.Accounts.SessionAuthentication", LogEventLevel.Warning)
        .WriteTo.Console(outputTemplate: Line, formatProvider: CultureInfo.InvariantCulture)
        .WriteTo.File(
            Path.Combine(cluster.CentreFolder, "logs", "centre-.log"), outputTemplate: Line, formatProvider: CultureInfo.InvariantCulture,
            rollingInterval: RollingInterval.Day, retainedFileCountLimit: 30, fileSizeLimitBytes: 256 << 20, rollOnFileSizeLimit: true)
        .CreateLogger();
}
