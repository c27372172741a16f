using System.Collections.Immutable;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;
using Regional.Compat.Orleans.Tests.Hosting;

namespace Regional.Compat.Orleans.Tests.Calls;

/// <summary>What travels is a copy, unless it never changes.</summary>
public sealed class CopyTests(ClusterFixture fixture) : IClassFixture<ClusterFixture>
{
    private DeepCopier Copier => fixture.Cluster.GetSiloServiceProvider().GetRequiredService<DeepCopier>();

    [Fact]
    public async Task Caller_and_grain_never_share_what_may_change()
    {
        var grain = fixture.Grains.GetGrain<ICallGrain>(ClusterFixture.NewKey());
        var sent = new Mutable { Text = "sent", Parts = [[1, 2]], Next = new Mutable { Text = "next" } };

        var returned = await grain.Keep(sent);
        sent.Parts[0][0] = 9;
        sent.Next.Text = "changed by the caller";
        returned.Text = "changed in the answer";

        var kept = await grain.Kept();
        kept.Text.ShouldBe("sent");
        kept.Parts[0].ShouldBe([1, 2]);
        kept.Next!.Text.ShouldBe("next");
    }

    [Fact]
    public async Task Messages_of_every_kind_arrive_as_they_were_sent()
    {
        var grain = fixture.Grains.GetGrain<ICallGrain>(ClusterFixture.NewKey());
        var sent = new Envelope<Shape>(
            new Circle("round", 1.5),
            [new Circle("a", 1), new Circle("b", 2)],
            new DateTimeOffset(2026, 3, 2, 8, 0, 0, TimeSpan.FromHours(8)),
            TimeSpan.FromMinutes(5),
            Guid.NewGuid(),
            Colour.Blue,
            new Dictionary<string, List<int>> { ["one"] = [1, 2, 3] },
            (7, ["x", "y"]));

        var arrived = await grain.Echo(sent);

        arrived.Content.ShouldBe(sent.Content);
        arrived.Others.ShouldBe(sent.Others);
        arrived.At.ShouldBe(sent.At);
        arrived.At.Offset.ShouldBe(TimeSpan.FromHours(8));
        arrived.Length.ShouldBe(sent.Length);
        arrived.Id.ShouldBe(sent.Id);
        arrived.Colour.ShouldBe(Colour.Blue);
        arrived.Lists["one"].ShouldBe([1, 2, 3]);
        arrived.Pair.Right.ShouldBe(["x", "y"]);
        arrived.Lists.ShouldNotBeSameAs(sent.Lists);
        arrived.Pair.Right.ShouldNotBeSameAs(sent.Pair.Right);
    }

    [Fact]
    public void What_never_changes_is_handed_over()
    {
        var circle = new Circle("round", 2);
        var shapes = ImmutableArray.Create(circle);

        Copier.Copy<Shape>(circle).ShouldBeSameAs(circle);
        Copier.Copy(shapes)[0].ShouldBeSameAs(circle);
    }

    [Fact]
    public void Shared_and_circular_parts_stay_so()
    {
        var part = new byte[] { 1 };
        var circular = new Mutable { Parts = [part, part] };
        circular.Next = circular;

        var copy = Copier.Copy(circular)!;

        copy.ShouldNotBeSameAs(circular);
        copy.Next.ShouldBeSameAs(copy);
        copy.Parts[0].ShouldBeSameAs(copy.Parts[1]);
        copy.Parts[0].ShouldNotBeSameAs(part);
    }

    [Fact]
    public void What_was_not_made_to_travel_is_refused()
    {
        Should.Throw<CodecNotFoundException>(() => Copier.Copy<object>(new Uncarried()));
    }

    private sealed class Uncarried;
}
