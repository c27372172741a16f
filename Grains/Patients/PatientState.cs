using System.Collections.Immutable;
using Regional.Delivery;
using Regional.Storage;
using Regional.Studies;
using Regional.Transitions;

namespace Regional.Patients;

/// <summary>One resident.</summary>
internal sealed record PatientState : ILedgerState<PatientState>
{
    public int Schema { get; set; } = 1;

    public long Version { get; set; }

    public string PatientId { get; set; } = "";

    /// <summary>Null until registered.</summary>
    public Demographics? Demographics { get; set; }

    public ImmutableArray<LocalId> LocalIds { get; set; } = [];

    public ImmutableArray<Step> History { get; set; } = [];

    public CommandMemory Commands { get; set; } = CommandMemory.Empty;

    public Outbox Outbox { get; set; } = Outbox.Empty;

    public PatientState With(Outbox outbox) => this with { Outbox = outbox };

    public PatientState With(CommandMemory commands) => this with { Commands = commands };

    public PatientState Stepped(Turn turn, string name) =>
        this with { Version = Version + 1, History = History.Add(turn.Step(Version + 1, name)) };

    public PatientSnapshot Snapshot() => new(PatientId, Version, Demographics!, LocalIds, History);
}
