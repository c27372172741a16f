namespace Regional.Architecture.Tests;

/// <summary>The arrows between the rooms (design §3): who may know whom.</summary>
public sealed class ArrowTests
{
    /// <summary>Every reference that a room has, no more; a new arrow is a decision, made here.</summary>
    private static readonly Dictionary<string, string[]> Arrows = new()
    {
        ["Grains.Interfaces"] = [],
        ["Grains"] = ["Grains.Interfaces"],
        // Not its types: the decoder is a process that Imaging starts, and must lie beside it.
        ["Imaging"] = ["Decoder"],
        ["Decoder"] = [],
        ["Portal"] = ["Grains.Interfaces", "Imaging"],
        ["Silo"] = ["Grains.Interfaces", "Grains", "Imaging", "Portal"],
        ["Edge"] = ["Imaging"],
        ["load"] = ["TestKit"],
    };

    /// <summary>Which switched libraries a room may use.</summary>
    private static readonly Dictionary<string, string[]> Libraries = new()
    {
        ["Grains.Interfaces"] = ["Microsoft.Orleans.Sdk"],
        ["Grains"] = ["Microsoft.Orleans.Sdk", "Microsoft.Orleans.Reminders"],
        ["Imaging"] = ["fo-dicom"],
        ["Decoder"] = [],
        ["Portal"] = [],
        ["Silo"] =
        [
            "Microsoft.Orleans.Server", "Microsoft.Orleans.Persistence.AdoNet", "Microsoft.Orleans.Reminders", "Microsoft.Orleans.Reminders.AdoNet",
            "Microsoft.Orleans.Clustering.AdoNet", "Grpc.AspNetCore",
        ],
        ["Edge"] = ["fo-dicom", "Grpc.Net.Client"],
        ["load"] = ["NBomber", "fo-dicom", "Microsoft.AspNetCore.SignalR.Client"],
    };

    public static TheoryData<string> Rooms => [.. Arrows.Keys];

    [Theory]
    [MemberData(nameof(Rooms))]
    public void Room_refers_only_where_its_arrows_lead(string room)
    {
        var (projects, libraries, _) = Repository.References($"{room}/{room}.csproj");
        projects.Except(Arrows[room]).ShouldBeEmpty($"{room} may not refer to these projects");
        libraries.Except(Libraries[room]).ShouldBeEmpty($"{room} may not use these libraries");
    }

    [Theory]
    [MemberData(nameof(Rooms))]
    public void Room_names_no_switched_library_as_a_package(string room)
    {
        var (_, _, packages) = Repository.References($"{room}/{room}.csproj");
        packages.Intersect(Libraries.Values.SelectMany(l => l)).ShouldBeEmpty("the stack switch chooses these");
    }

    [Fact]
    public void Assemblies_agree_with_the_arrows()
    {
        References(typeof(Actors.Actor)).ShouldNotContain(n => n.StartsWith("Regional.", StringComparison.Ordinal), "the contracts know nobody");
        References(typeof(Imaging.Cluster.ClusterFile)).ShouldNotContain(n => n.StartsWith("Regional.", StringComparison.Ordinal) || n.StartsWith("Orleans", StringComparison.Ordinal));

        var edge = System.Reflection.Assembly.Load("Regional.Edge").GetReferencedAssemblies().Select(a => a.Name!).ToArray();
        edge.ShouldNotContain(n => n.Contains("Orleans", StringComparison.Ordinal) || n.StartsWith("Regional.Grains", StringComparison.Ordinal));
        var portal = System.Reflection.Assembly.Load("Regional.Portal").GetReferencedAssemblies().Select(a => a.Name!).ToArray();
        portal.ShouldNotContain("Regional.Grains");
        portal.ShouldNotContain("Regional.Silo");
    }

    [Fact]
    public void Stand_ins_never_refer_to_the_product()
    {
        var product = Arrows.Keys.Append("TestKit").ToArray();
        foreach (var project in Repository.Files("compat", ".csproj"))
            Repository.References(project).Projects.Intersect(product).ShouldBeEmpty(project);
    }

    [Fact]
    public void Product_never_refers_to_tests_or_load()
    {
        foreach (var room in Arrows.Keys.Where(r => r != "load"))
            Repository.References($"{room}/{room}.csproj").Projects.ShouldNotContain(p => p == "load" || p == "TestKit" || p.EndsWith("Tests", StringComparison.Ordinal));
    }

    private static string[] References(Type type) => [.. type.Assembly.GetReferencedAssemblies().Select(a => a.Name!)];
}
