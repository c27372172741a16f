using System.Collections.Immutable;
using Regional.Actors;

namespace Regional.Transitions;

/// <summary>Where a person has to work for a right to count.</summary>
internal enum Place
{
    /// <summary>The hospital that makes the exam.</summary>
    CapturingSite,

    /// <summary>The centre that reads it.</summary>
    ReadingCentre,

    /// <summary>Any site: stewards of the region.</summary>
    Region,

    /// <summary>Nowhere: the network itself (rules, timers, the archive).</summary>
    System,
}

/// <summary>Who may cause a transition: a role at a place. Role alone is never enough.</summary>
internal sealed record Doer(string Role, Place Place)
{
    public static readonly Doer System = new("system", Place.System);

    public bool Permits(Actor actor, string site, string centre) => Place switch
    {
        Place.System => actor.UserId == Actor.System.UserId,
        Place.CapturingSite => actor.Site == site && actor.Is(Role),
        Place.ReadingCentre => actor.Site == centre && actor.Is(Role),
        _ => actor.Is(Role),
    };

    public static ImmutableArray<Doer> AtSite(params ReadOnlySpan<string> roles) => At(Place.CapturingSite, roles);

    public static ImmutableArray<Doer> AtCentre(params ReadOnlySpan<string> roles) => At(Place.ReadingCentre, roles);

    public static ImmutableArray<Doer> Anywhere(params ReadOnlySpan<string> roles) => At(Place.Region, roles);

    private static ImmutableArray<Doer> At(Place place, ReadOnlySpan<string> roles)
    {
        var doers = ImmutableArray.CreateBuilder<Doer>(roles.Length);
        foreach (var role in roles) doers.Add(new Doer(role, place));
        return doers.MoveToImmutable();
    }
}
