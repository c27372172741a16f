using System.Globalization;
using Microsoft.Extensions.Logging;
using Serilog;
using Serilog.Events;

namespace Regional.Edge.Hosting;

/// <summary>Where an edge's log goes: the console, and daily files below <c>logs</c>, kept for six months (R10.2.3: traces of access).</summary>
internal static class EdgeLogFiles
{
    private const int KeptDays = 190;

    public static void AddEdgeLog(this ILoggingBuilder logging, string folder)
    {
        var logger = new LoggerConfiguration()
            .MinimumLevel.Information()
            .MinimumLevel.Override("Microsoft.AspNetCore", LogEventLevel.Warning)
            .MinimumLevel.Override("FellowOakDicom", LogEventLevel.Warning)
            .WriteTo.Console(formatProvider: CultureInfo.InvariantCulture)
            .WriteTo.File(
                Path.Combine(folder, "logs", "edge-.log"), formatProvider: CultureInfo.InvariantCulture, rollingInterval: RollingInterval.Day,
                retainedFileCountLimit: KeptDays)
            .CreateLogger();
        logging.AddSerilog(logger, dispose: true);
    }
}
