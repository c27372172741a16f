using Regional.Imaging.Cluster;
using Regional.Silo.Hosting;

namespace Regional.Silo.Tests.Hosting;

public sealed class CentreCommandTests
{
    [Theory]
    [InlineData("", "run", "cluster.yaml", null)]
    [InlineData("--cluster x.yaml", "run", "x.yaml", null)]
    [InlineData("run --cluster x.yaml", "run", "x.yaml", null)]
    [InlineData("backup --to DIR", "backup", "cluster.yaml", "DIR")]
    [InlineData("restore --cluster x.yaml --from DIR", "restore", "x.yaml", "DIR")]
    [InlineData("verify", "verify", "cluster.yaml", null)]
    public void Words_that_make_a_command(string words, string verb, string cluster, string? folder) =>
        CentreCommand.Parse(Split(words)).ShouldBe(new CentreCommand(verb, cluster, folder));

    [Theory]
    [InlineData("backup")]
    [InlineData("backup --from DIR")]
    [InlineData("run --to DIR")]
    [InlineData("dance")]
    [InlineData("run --cluster")]
    public void Words_that_make_none(string words) => CentreCommand.Parse(Split(words)).ShouldBeNull();

    [Fact]
    public async Task A_reference_file_that_is_wrong_tells_every_fault_before_anything_starts()
    {
        using var region = new SmallRegion();
        File.WriteAllText(Path.Combine(region.Folder, "wrong.yaml"), """
            schema: 1
            demo-password: x
            accounts:
              - { user: Somebody, name: 某, site: nowhere, roles: [wizard] }
            """);
        var file = Path.Combine(region.Folder, "cluster.yaml");
        await File.AppendAllTextAsync(file, "\nreference: [wrong.yaml]\n");

        var faults = (await Should.ThrowAsync<ClusterFileException>(() => CentreHost.Build(region.Cluster, TimeProvider.System, _ => { }))).Faults;

        faults.Select(f => f.Value).ShouldBe(["nowhere", "wizard", "Somebody"], ignoreOrder: true);
    }

    private static string[] Split(string words) => words.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
