using System.Diagnostics.Metrics;

namespace Regional.Imaging.Packs;

/// <summary>Instruments of the meter <c>Regional.Imaging</c> that concern packs.</summary>
internal static class PackMetrics
{
    public const string MeterName = "Regional.Imaging";

    private static readonly Meter Meter = new(MeterName);

    public static readonly Counter<long> Records = Meter.CreateCounter<long>("regional.packs.records", "{record}", "Records made durable");

    public static readonly Counter<long> Bytes = Meter.CreateCounter<long>("regional.packs.bytes", "By", "Bytes made durable");

    public static readonly Histogram<int> GroupSize =
        Meter.CreateHistogram<int>("regional.packs.group_size", "{record}", "Records that shared one sync");

    public static readonly Histogram<double> SyncTime = Meter.CreateHistogram<double>("regional.packs.sync_time", "s", "Time of one data sync");

    public static readonly Counter<long> WriteFailures =
        Meter.CreateCounter<long>("regional.packs.write_failures", "{failure}", "Writes and syncs that failed");

    public static readonly Counter<long> Refused =
        Meter.CreateCounter<long>("regional.packs.refused", "{record}", "Records answered Out of Resources");
}
