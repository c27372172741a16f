using System.Collections.Frozen;
using System.Collections.Immutable;
using Regional.Outcomes;

namespace Regional.Transitions;

/// <summary>A workflow table: the only place that says which event leads where and by whom. Diagrams and <c>Allowed</c> come from it.</summary>
/// <param name="prefix">Begins the names in history and in rules of failures, such as <c>exam</c>.</param>
internal sealed class TransitionTable<TPhase>(string prefix, params IEnumerable<Transition<TPhase>> rows)
    where TPhase : struct, Enum
{
    private readonly FrozenDictionary<(TPhase?, string), Transition<TPhase>> byEvent = rows.ToFrozenDictionary(row => (row.From, row.Event));

    public ImmutableArray<Transition<TPhase>> Rows { get; } = [.. rows];

    public string Name(string @event) => $"{prefix}.{@event}";

    /// <summary>The row, or why there is none for this turn: no such transition from here, not this person's, or a reason is missing.</summary>
    public Outcome<Transition<TPhase>> Find(TPhase? from, string @event, Turn turn, string site, string centre)
    {
        if (!byEvent.TryGetValue((from, @event), out var row))
            return Failure.Of(FailureCode.WrongState, Name(@event));
        if (!row.By.Any(doer => doer.Permits(turn.By, site, centre)))
            return Failure.Of(FailureCode.Forbidden, Name(@event));
        return row.NeedsReason && !turn.HasReason ? Turn.ReasonMissing(Name(@event)) : row;
    }

    public bool Has(TPhase from, string @event) => byEvent.ContainsKey((from, @event));

    /// <summary>What people may do from here, by full name, in the table's order.</summary>
    public IEnumerable<string> EventsOfPeople(TPhase from) =>
        Rows.Where(row => row.ByPeople && row.From is { } phase && EqualityComparer<TPhase>.Default.Equals(phase, from)).Select(row => Name(row.Event));

    /// <summary>Rows of one event from several phases.</summary>
    public static IEnumerable<Transition<TPhase>> From(
        ReadOnlySpan<TPhase> phases, string @event, TPhase to, ImmutableArray<Doer> by, bool needsReason = false)
    {
        var made = new Transition<TPhase>[phases.Length];
        for (var i = 0; i < phases.Length; i++) made[i] = new Transition<TPhase>(phases[i], @event, to, by, needsReason);
        return made;
    }
}
