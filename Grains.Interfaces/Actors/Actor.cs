using System.Collections.Immutable;
using Orleans;

namespace Regional.Actors;

/// <summary>Who acts: a person signed in at the portal, or the system itself. Identity travels as a parameter (design rule 7).</summary>
/// <param name="UserId">Account name, such as <c>reader</c>; <c>system</c> for timers and the archive.</param>
/// <param name="Name">Name as shown and printed.</param>
/// <param name="Site">Code of the site at which the person works.</param>
/// <param name="Roles">Names from <see cref="Role"/>.</param>
[GenerateSerializer, Immutable, Alias("regional.Actor")]
public sealed record Actor(
    [property: Id(0)] string UserId,
    [property: Id(1)] string Name,
    [property: Id(2)] string Site,
    [property: Id(3)] ImmutableArray<string> Roles)
{
    /// <summary>The network itself: rules, timers, the archive.</summary>
    public static Actor System { get; } = new("system", "系统", "", []);

    public bool Is(string role) => Roles.Contains(role);
}
