using System.Globalization;

namespace Regional.Load.Bench;

/// <summary>One line of the result.</summary>
/// <param name="What">What was measured.</param>
/// <param name="Ours">The figure with its unit.</param>
/// <param name="Peer">Another product's figure; empty where none is installed or comparable.</param>
/// <param name="Limit">What the machine or the line allows; empty where nothing limits.</param>
/// <param name="Ratio">Ours divided by the limit that applies; null where there is none.</param>
/// <param name="Bar">The bar of the design, or empty.</param>
public sealed record BenchRow(string What, string Ours, string Peer, string Limit, double? Ratio, string Bar)
{
    public const string Head = "| what | ours | peer | limit | ratio | bar |\n| --- | --- | --- | --- | --- | --- |\n";

    public static BenchRow NotMeasured(string what, string why, string bar) => new(what, "not measured: " + why, "", "", null, bar);

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"| {What} | {Ours} | {Peer} | {Limit} | {(Ratio is { } r ? r.ToString("0.00", CultureInfo.InvariantCulture) : "")} | {Bar} |\n");
}
