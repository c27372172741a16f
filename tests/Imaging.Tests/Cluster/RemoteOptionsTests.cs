using Regional.Imaging.Cluster;

namespace Regional.Imaging.Tests.Cluster;

/// <summary>Whom an edge may call, and when (R4.3.2-1).</summary>
public sealed class RemoteOptionsTests
{
    [Theory]
    [InlineData("20:00-06:00", "19:00", 60)]
    [InlineData("20:00-06:00", "20:00", 0)]
    [InlineData("20:00-06:00", "05:59", 0)]
    [InlineData("20:00-06:00", "06:00", 840)]
    [InlineData("12:00-13:00", "23:00", 780)]
    public void Hours_open_and_close_over_midnight_too(string hours, string at, int minutes) =>
        DailyHours.Parse(hours).ShouldNotBeNull().Until(TimeOnly.ParseExact(at, "HH:mm")).ShouldBe(TimeSpan.FromMinutes(minutes));

    [Theory]
    [InlineData("20:00")]
    [InlineData("8pm-6am")]
    [InlineData("20:00-20:00")]
    public void Other_hours_are_none(string hours) => DailyHours.Parse(hours).ShouldBeNull();

    [Fact]
    public void A_peer_in_plain_text_or_with_wrong_limits_is_told_at_start()
    {
        var yaml = File.ReadAllText(RepositoryFiles.Find("cluster.yaml")).Replace("profile: demo", "profile: production", StringComparison.Ordinal).Replace(
            "    roster:\n      - { user: nurse-a",
            "    destinations: [{ ae-title: STATION, address: 10.0.0.1, port: 104 }]\n    peers: [{ ae-title: STATION, address: there, port: 0, tls: true, import-hours: night, import-per-minute: 0 }]\n    roster:\n      - { user: nurse-a",
            StringComparison.Ordinal);
        var faults = Should.Throw<ClusterFileException>(() => ClusterFile.Parse(yaml, RepositoryFiles.Find("."), ClusterPart.Edge("township-a"))).Faults
            .Where(fault => fault.Name.Contains("peers", StringComparison.Ordinal) || fault.Name.Contains("destinations", StringComparison.Ordinal)).Select(fault => fault.Name);
        faults.ShouldBe(
            new[] { "destinations.tls", "peers.ae-title", "peers.address", "peers.port", "peers.import-hours", "peers.import-per-minute" }.Select(name => $"sites[township-a].{name}"),
            ignoreOrder: true);
    }
}
