using System.Collections.Immutable;

namespace Regional.Transitions;

/// <summary>A row of a workflow table.</summary>
/// <param name="From">Null: there was nothing before.</param>
/// <param name="Event">Machine name, as in REST paths and in the history after the table's prefix.</param>
/// <param name="To">The phase that follows.</param>
/// <param name="By">Who may cause it; any one of them.</param>
/// <param name="NeedsReason">The table asks for a reason in the person's words.</param>
internal sealed record Transition<TPhase>(TPhase? From, string Event, TPhase To, ImmutableArray<Doer> By, bool NeedsReason = false)
    where TPhase : struct, Enum
{
    /// <summary>False for what only the network does.</summary>
    public bool ByPeople => By.Any(doer => doer.Place != Place.System);
}
