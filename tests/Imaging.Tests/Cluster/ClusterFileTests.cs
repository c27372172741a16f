using Regional.Imaging.Cluster;

namespace Regional.Imaging.Tests.Cluster;

/// <summary>cluster.yaml is the only source of configuration, and every fault of it is told at once (design.md §6).</summary>
public sealed class ClusterFileTests
{
    private static readonly string Shipped = File.ReadAllText(RepositoryFiles.Find("cluster.yaml"));
    private static readonly string Folder = Path.GetDirectoryName(RepositoryFiles.Find("cluster.yaml"))!;

    [Fact]
    public void The_file_that_ships_is_valid_and_states_the_defaults_of_the_clocks()
    {
        var clocks = ClusterFile.Parse(Shipped, Folder, ClusterPart.Centre).Options.Clocks;
        var defaults = new ClockOptions();
        foreach (var property in typeof(ClockOptions).GetProperties())
            property.GetValue(clocks).ShouldBe(property.GetValue(defaults), property.Name);
    }

    [Fact]
    public void Clocks_are_read_as_they_are_written()
    {
        var clocks = ClusterFile.Parse(
            Shipped.Replace("night-from: \"18:00\"", "night-from: \"21:30\"", StringComparison.Ordinal).Replace("match-days: 7", "match-days: 3", StringComparison.Ordinal),
            Folder, ClusterPart.Centre).Options.Clocks;

        clocks.NightFrom.ShouldBe(new TimeOnly(21, 30));
        clocks.MatchDays.ShouldBe(3);
    }

    [Fact]
    public void Nobody_queries_by_default_and_a_destination_is_checked()
    {
        var device = "- { ae-title: A_US1, name: 彩超, modality: US, room: 超声室, address: 127.0.0.1, worklist: { scope: device } }";
        Shipped.ShouldContain(device);
        var shipped = ClusterFile.Parse(Shipped, Folder, ClusterPart.Centre).Options;
        shipped.Sites.SelectMany(site => site.Devices).ShouldAllBe(d => !d.Query);

        string With(string destinations) => Shipped.Replace(device, device + "\n    destinations:\n" + destinations, StringComparison.Ordinal);
        var right = ClusterFile.Parse(With("      - { ae-title: STATION, address: 127.0.0.1, port: 104, query: true }"), Folder, ClusterPart.Centre);
        var station = right.Options.Sites[0].Destinations.Single();
        (station.AeTitle, station.Port, station.Query).ShouldBe(("STATION", 104, true));

        var wrong = With("      - { ae-title: MUCH-TOO-LONG-A-TITLE, address: nowhere, port: 0 }\n      - { ae-title: STATION, address: 192.0.2.1, port: 104 }");
        var faults = Should.Throw<ClusterFileException>(() => ClusterFile.Parse(wrong, Folder, ClusterPart.Centre)).Faults;
        faults.Select(fault => fault.Name).ShouldBe(
            new[] { "ae-title", "address", "port", "address" }.Select(name => "sites[township-a].destinations." + name), ignoreOrder: true);
    }

    [Fact]
    public void A_capture_folder_is_checked()
    {
        var folder = "- { path: data/capture/township-b, device: B_US1, modality: US, match: \"(?<accession>LH[0-9]{8,14})\" }";
        Shipped.ShouldContain(folder);
        string With(string folders) => Shipped.Replace(folder, folders, StringComparison.Ordinal);
        var wrong = With("[{ path: '', device: '', modality: '?', match: '([a-z]', settle: 0s }, { path: a, device: A, modality: US, match: '(a)' }, { path: a, device: A, modality: US }]");
        var faults = Should.Throw<ClusterFileException>(() => ClusterFile.Parse(wrong, Folder, ClusterPart.Centre)).Faults;
        faults.Select(fault => fault.Name["sites[township-b].edge.capture.folders.".Length..]).ShouldBe(
            ["path", "device", "modality", "settle", "match", "match", "device", "path"]);
    }

    [Fact]
    public void Every_fault_is_told_at_once_with_name_value_and_rule()
    {
        var wrong = Shipped
            .Replace("match-days: 7", "match-days: 0", StringComparison.Ordinal)
            .Replace("claim-idle: 30m", "claim-idle: 0m", StringComparison.Ordinal)
            .Replace("ae-title: TOWNSHIPA", "ae-title: TOWNSHIP-A-IS-MUCH-TOO-LONG", StringComparison.Ordinal)
            .Replace("http: http://127.0.0.1:8080", "http: http://192.0.2.1:8080", StringComparison.Ordinal);

        var faults = Should.Throw<ClusterFileException>(() => ClusterFile.Parse(wrong, Folder, ClusterPart.Centre)).Faults;

        faults.Select(fault => fault.Name).ShouldBe(["centre.http", "clocks.claim-idle", "clocks.match-days", "sites[township-a].edge.ae-title"], ignoreOrder: true);
        faults.ShouldAllBe(fault => fault.Rule.Length > 0);
    }

    [Theory]
    [InlineData("night-from: \"18:00\"", "night-from: \"25:00\"", "HH:mm")]
    [InlineData("claim-idle: 30m", "claim-idle: soon", "a duration")]
    [InlineData("claim-idle: 30m", "claim-idel: 30m", "claim-idel")]
    public void What_cannot_be_read_names_its_line(string right, string wrong, string said)
    {
        var fault = Should.Throw<ClusterFileException>(() => ClusterFile.Parse(Shipped.Replace(right, wrong, StringComparison.Ordinal), Folder, ClusterPart.Centre)).Faults.Single();
        fault.Value.ShouldStartWith("line ");
        fault.Rule.ShouldContain(said);
    }

    [Fact]
    public void Outside_the_demo_profile_every_channel_needs_tls_or_a_waiver_by_name()
    {
        var faults = Should.Throw<ClusterFileException>(() => ClusterFile.Parse(
            Shipped.Replace("profile: demo", "profile: production", StringComparison.Ordinal), Folder, ClusterPart.Centre)).Faults;

        foreach (var name in (string[])["centre.http", "centre.link", "sites[township-a].edge.dicom", "sites[township-a].edge.mllp", "sites[township-a].edge.http"])
            faults.ShouldContain(fault => fault.Name == name);
    }
}
