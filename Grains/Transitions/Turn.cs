using Regional.Actors;
using Regional.Outcomes;
using Regional.Studies;

namespace Regional.Transitions;

/// <summary>Who acts, why and when: what every rule is told besides the state.</summary>
internal readonly record struct Turn(Actor By, string? Reason, DateTimeOffset Now)
{
    public static Turn Of(Command command, DateTimeOffset now) => new(command.By, command.Reason, now);

    public static Turn OfSystem(DateTimeOffset now, string? reason = null) => new(Actor.System, reason, now);

    /// <summary>The history line of a transition that made <paramref name="version"/>.</summary>
    public Step Step(long version, string name) => new(version, name, Now, By.UserId, By.Name, By.Site, Reason);

    public bool HasReason => !string.IsNullOrWhiteSpace(Reason);

    /// <summary>The failure of a command that needs a reason and has none.</summary>
    public static Failure ReasonMissing(string rule) => Failure.InvalidFields(rule, new FieldFault("reason", "required"));
}
