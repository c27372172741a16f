using Microsoft.Extensions.Hosting;
using Orleans.Configuration;
using Regional.TestKit;

namespace Regional.Compat.Orleans.Tests.Contracts;

/// <summary>A silo does not start with contracts that would fail, or mean something else, on a cluster (design rules 1 and 2).</summary>
public sealed class ContractTests
{
    [Theory]
    [InlineData("""[Alias("x.I")] public interface I : IGrainWithStringKey { string Name { get; } }""", "I.Name: a contract has no properties")]
    [InlineData("""[Alias("x.I")] public interface I : IGrainWithStringKey { [Alias("M")] Task M(ref int a); }""", "I.M: has ref, in or out parameters")]
    [InlineData("""[Alias("x.I")] public interface I : IGrainWithStringKey { [Alias("M")] Task M(out int a); }""", "I.M: has ref, in or out parameters")]
    [InlineData("""[Alias("x.I")] public interface I : IGrainWithStringKey { [Alias("M")] int M(); }""", "I.M: returns System.Int32, not a Task or ValueTask")]
    [InlineData("""[Alias("x.I")] public interface I : IGrainWithStringKey { [Alias("M")] void M(); }""", "I.M: returns System.Void")]
    [InlineData("""[Alias("x.I")] public interface I : IGrainWithStringKey { [Alias("M")] IAsyncEnumerable<int> M(); }""", "I.M: returns IAsyncEnumerable")]
    [InlineData(
        """[Alias("x.I")] public interface I : IGrainWithStringKey { [Alias("M")] Task M(CancellationToken a, CancellationToken b); }""",
        "I.M: has more than one CancellationToken")]
    [InlineData(
        """[Alias("x.I")] public interface I : IGrainWithStringKey { [Alias("M")] Task M() => Task.CompletedTask; }""",
        "I.M: a method of a contract has no body")]
    [InlineData("""public interface I : IGrainWithStringKey { [Alias("M")] Task M(); }""", "I: has no [Alias]")]
    [InlineData("""[Alias("x.I")] public interface I : IGrainWithStringKey { Task M(); }""", "I.M: has no [Alias]")]
    [InlineData(
        """[Alias("x.I")] public interface I : IGrainWithStringKey { [Alias("M")] Task M(); [Alias("M")] Task N(); }""",
        "I: [Alias(\"M\")] is on M and N")]
    [InlineData("""[Alias("x.I")] public interface I : IGrainWithStringKey { [Alias("M")] Task M(P p); } public class P { }""", "I.M: P has no [GenerateSerializer]")]
    [InlineData("""[Alias("x.I")] public interface I : IGrainWithStringKey { [Alias("M")] Task<List<E>> M(); } public enum E { A }""", "I.M: E has no [GenerateSerializer]")]
    [InlineData("""[Alias("x.I")] public interface I : IGrainWithStringKey { [Alias("M")] Task<Action> M(); }""", "I.M: System.Action has no [GenerateSerializer]")]
    [InlineData("""[GenerateSerializer] public sealed class P { }""", "P: has no [Alias]")]
    [InlineData("""[GenerateSerializer, Alias("x.P")] public sealed class P<T> { }""", "P`1[T]: its [Alias] has to end in `1")]
    [InlineData("""[GenerateSerializer, Alias("x.P`1")] public sealed class P { }""", "P: its [Alias] has to end without an arity")]
    [InlineData("""[GenerateSerializer, Alias("x.P")] public class P { }""", "P: is neither sealed nor abstract")]
    [InlineData("""[GenerateSerializer, Alias("x.P")] public sealed class P { public int A { get; set; } }""", "P.A: has no [Id]")]
    [InlineData("""[GenerateSerializer, Alias("x.P")] public sealed record P(int A);""", "P.A: has no [Id]")]
    [InlineData("""[GenerateSerializer, Alias("x.P")] public sealed class P { private int _hidden; }""", "P._hidden: has no [Id]")]
    [InlineData(
        """[GenerateSerializer, Alias("x.P")] public sealed record P([property: Id(0)] int A, [property: Id(0)] int B);""",
        "P.B: has the same [Id(0)] as A")]
    [InlineData("""[GenerateSerializer, Alias("x.P")] public sealed class P { [Id(0)] public int A => 1; }""", "P.A: has an [Id] but nothing is stored in it")]
    [InlineData(
        """[GenerateSerializer, Alias("x.P")] public sealed class P { [Id(0)] public Q A { get; set; } } public class Q { }""",
        "P.A: Q has no [GenerateSerializer]")]
    [InlineData(
        """[GenerateSerializer, Alias("x.P")] public sealed class P { } [GenerateSerializer, Alias("x.P")] public sealed class Q { }""",
        "[Alias(\"x.P\")] is on P and Q")]
    [InlineData("""public sealed class G : Grain, I { } [Alias("x.I")] public interface I : IGrainWithStringKey { }""", "G: has no [GrainType]")]
    [InlineData("""[GrainType("g")] public sealed class G : Grain { } [GrainType("g")] public sealed class H : Grain { }""", "[GrainType(\"g\")] is on G and H")]
    [InlineData(
        """
        public sealed class S { }
        [GrainType("g")] public sealed class G([PersistentState("same")] IPersistentState<S> s) : Grain { }
        [GrainType("h")] public sealed class H([PersistentState("same")] IPersistentState<S> s) : Grain { }
        """,
        "State \"same\" is of G and H")]
    public async Task A_bad_contract_is_refused(string source, string fault)
    {
        var failure = await Should.ThrowAsync<OrleansConfigurationException>(() => StartWith(source));

        failure.Message.ShouldContain($"- {fault}");
    }

    [Fact]
    public async Task All_faults_are_told_at_once()
    {
        var failure = await Should.ThrowAsync<OrleansConfigurationException>(() => StartWith(
            """
            public interface I : IGrainWithStringKey { int M(ref int a); }
            [GenerateSerializer] public class P { public int A; }
            public sealed class G : Grain { }
            """));

        foreach (var fault in (string[])["I: has no", "I.M: has no", "I.M: has ref", "I.M: returns", "P: has no", "P: is neither", "P.A: has no", "G: has no"])
            failure.Message.ShouldContain($"- {fault}");
        failure.Message.ShouldStartWith("8 faults");
    }

    [Fact]
    public async Task A_good_contract_starts()
    {
        await StartWith(
            """
            [Alias("good.I")] public interface I : IGrainWithStringKey
            {
                [Alias("M")] ValueTask<P<int>> M(IReadOnlyList<P<string>> all, Dictionary<Guid, (int, E?)> some, I next, CancellationToken token);
            }
            [Alias("good.O")] public interface O : IGrainObserver { [OneWay, Alias("M")] void M(byte[] bytes); }
            [GenerateSerializer, Alias("good.P`1")] public sealed record P<T>([property: Id(0)] T Value, [property: Id(1)] P<T> Next);
            [GenerateSerializer, Alias("good.E")] public enum E { A }
            """);
    }

    private static async Task StartWith(string source)
    {
        var ports = LoopbackPort.Free(2);
        var types = BadContracts.Compile(source).GetTypes();
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.UseOrleans(silo => silo
            .UseLocalhostClustering(ports[0], ports[1])
            .AddMemoryGrainStorageAsDefault()
            .Configure<GrainTypeOptions>(options =>
            {
                // Any type brings the messages of its assembly along.
                options.Classes.UnionWith(types.Where(t => t.IsClass && t.IsAssignableTo(typeof(IGrainBase))));
                options.Interfaces.UnionWith(types.Where(t => t.IsInterface).DefaultIfEmpty(types[0]));
            }));
        using var host = builder.Build();
        await host.StartAsync();
        await host.StopAsync();
    }
}
