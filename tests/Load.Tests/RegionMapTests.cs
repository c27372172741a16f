using Regional.Load.Region;
using Regional.TestKit;

namespace Regional.Load.Tests;

public sealed class RegionMapTests
{
    [Fact]
    public void The_defaults_are_those_of_the_demo_s_cluster_yaml()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "cluster.yaml"))) folder = folder.Parent;
        var read = RegionMap.Load(new FileInfo(Path.Combine(folder.FullName, "cluster.yaml")));
        read.Portal.ShouldBe(RegionMap.Demo.Portal);
        read.Edges.ShouldBe(RegionMap.Demo.Edges);
    }

    [Fact]
    public void What_is_wrong_is_said_in_words()
    {
        using var folder = new TempFolder();
        Should.Throw<UsageException>(() => RegionMap.Load(new FileInfo(folder.File("none.yaml")))).Message.ShouldContain("does not exist");
        File.WriteAllText(folder.File("bad.yaml"), "centre: [1, 2]\n");
        Should.Throw<UsageException>(() => RegionMap.Load(new FileInfo(folder.File("bad.yaml")))).Message.ShouldContain("could not be understood");
        Should.Throw<UsageException>(() => RegionMap.Demo.Edge("nowhere")).Message.ShouldContain("township-a");
        Should.Throw<UsageException>(() => RegionMap.Parse("127.0.0.1"));
        RegionMap.Parse("127.0.0.1:11112").ShouldBe(("127.0.0.1", 11112));
    }
}
