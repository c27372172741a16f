using System.Collections.Immutable;
using Regional.Delivery;
using Regional.Storage;
using Regional.Studies;
using Regional.Transitions;

namespace Regional.CriticalValues;

/// <summary>One alert. Both clocks and the escalation are instants here; timers and reminders only look at them.</summary>
internal sealed record CriticalValueState : ILedgerState<CriticalValueState>
{
    public int Schema { get; set; } = 1;

    public long Version { get; set; }

    public string CriticalValueId { get; set; } = "";

    /// <summary>Null until it exists.</summary>
    public CriticalPhase? Phase { get; set; }

    public Suspicion? Suspicion { get; set; }

    public string FinderId { get; set; } = "";

    /// <summary>0: technician, trainee, AI; 1: reader, duty doctor; 2: senior. A superior stands higher.</summary>
    public int FinderRank { get; set; }

    public DateTimeOffset SuspectedAt { get; set; }

    public DateTimeOffset? VerifyDue { get; set; }

    public DateTimeOffset? VerifiedAt { get; set; }

    public DateTimeOffset? NotifyDue { get; set; }

    public DateTimeOffset? EscalateDue { get; set; }

    public DateTimeOffset? ReceivedAt { get; set; }

    public DateTimeOffset? AnswerDue { get; set; }

    public DateTimeOffset? ActedAt { get; set; }

    public DateTimeOffset? ClosedAt { get; set; }

    public string? ReceivedBy { get; set; }

    public string? ReadBack { get; set; }

    public string? ActedBy { get; set; }

    public string? Action { get; set; }

    public ImmutableArray<PhoneCall> Calls { get; set; } = [];

    public string? PhoneTaskReason { get; set; }

    public int EscalationStep { get; set; }

    public ImmutableArray<Step> History { get; set; } = [];

    public CommandMemory Commands { get; set; } = CommandMemory.Empty;

    public Outbox Outbox { get; set; } = Outbox.Empty;

    public string Site => Suspicion?.Site ?? "";

    public string ReadingCentre => Suspicion?.ReadingCentre ?? "";

    public CriticalValueState With(Outbox outbox) => this with { Outbox = outbox };

    public CriticalValueState With(CommandMemory commands) => this with { Commands = commands };

    public CriticalValueState Stepped(Turn turn, string name) =>
        this with { Version = Version + 1, History = History.Add(turn.Step(Version + 1, name)) };

    public CriticalValueSnapshot Snapshot() => new(
        CriticalValueId, Version, Phase ?? default, Suspicion!, SuspectedAt, VerifiedAt, NotifyDue, ReceivedAt, AnswerDue, ActedAt, ClosedAt,
        ReceivedBy, ReadBack, ActedBy, Action, Calls, PhoneTaskReason, EscalationStep, History,
        Phase is { } phase ? [.. CriticalTransitions.Table.EventsOfPeople(phase).Distinct()] : []);
}
