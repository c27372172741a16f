using Orleans;
using Regional.Actors;
using Regional.Outcomes;
using Regional.Sites;

namespace Regional.CriticalValues;

/// <summary>
/// One critical value and its closed loop, keyed by <c>crit:</c> ULID (workflow.md, Critical value; R7.1.3-1 to R7.1.3-4). Both clocks are
/// instants in state: notified within 10 minutes* of verification, answered within the entry's own deadline*.
/// </summary>
[Alias("regional.ICriticalValueGrain")]
public interface ICriticalValueGrain : IGrainWithStringKey
{
    [Alias("Get")] Task<Outcome<CriticalValueSnapshot>> Get();
    [Alias("Suspect")] Task<Outcome<CriticalValueSnapshot>> Suspect(Command command, Suspicion suspicion);
    [Alias("Verify")] Task<Outcome<CriticalValueSnapshot>> Verify(Command command);
    [Alias("Refute")] Task<Outcome<CriticalValueSnapshot>> Refute(Command command);

    /// <summary>接收: a nurse or duty doctor read it back.</summary>
    [Alias("Receive")] Task<Outcome<CriticalValueSnapshot>> Receive(Command command, string readBack);

    /// <summary>A phone call was made: reached with read-back, or not.</summary>
    [Alias("RecordCall")] Task<Outcome<CriticalValueSnapshot>> RecordCall(Command command, PhoneCall call);

    /// <summary>处置: the physician's action.</summary>
    [Alias("Act")] Task<Outcome<CriticalValueSnapshot>> Act(Command command, string action);
    [Alias("Confirm")] Task<Outcome<CriticalValueSnapshot>> Confirm(Command command);
    [Alias("Withdraw")] Task<Outcome<CriticalValueSnapshot>> Withdraw(Command command);

    /// <summary>Who is present at the site changed, or its link did.</summary>
    [Alias("PresenceChanged")] Task PresenceChanged(Reachability reachability);

    /// <summary>The images that this alert is about now belong to another exam.</summary>
    [Alias("Relink")] Task Relink(string studyId);

    [Alias("Deliver")] Task Deliver();
}

[GenerateSerializer, Alias("regional.CriticalPhase")]
public enum CriticalPhase { Suspected = 1, Refuted, Notifying, PhoneDue, NotifyEscalated, Received, ReplyOverdue, Acted, Closed, Withdrawn }

/// <summary>What was suspected, by an entry of the dictionary (R7.1.3-2).</summary>
[GenerateSerializer, Immutable, Alias("regional.Suspicion")]
public sealed record Suspicion(
    [property: Id(0)] string StudyId,
    [property: Id(1)] string EntryId,
    [property: Id(2)] string EntryName,
    [property: Id(3)] string Site,
    [property: Id(4)] string ReadingCentre,
    [property: Id(5)] string Note,
    [property: Id(6)] TimeSpan NotifyWithin,
    [property: Id(7)] TimeSpan AnswerWithin,
    [property: Id(8)] string? RequestedBy);

/// <summary>A phone call about a critical value (R7.1.3-4).</summary>
[GenerateSerializer, Immutable, Alias("regional.PhoneCall")]
public sealed record PhoneCall(
    [property: Id(0)] string Whom,
    [property: Id(1)] string Number,
    [property: Id(2)] DateTimeOffset At,
    [property: Id(3)] bool Reached,
    [property: Id(4)] string? ReadBack);

[GenerateSerializer, Immutable, Alias("regional.CriticalValueSnapshot")]
public sealed record CriticalValueSnapshot(
    [property: Id(0)] string CriticalValueId,
    [property: Id(1)] long Version,
    [property: Id(2)] CriticalPhase Phase,
    [property: Id(3)] Suspicion Suspicion,
    [property: Id(4)] DateTimeOffset SuspectedAt,
    [property: Id(5)] DateTimeOffset? VerifiedAt,
    [property: Id(6)] DateTimeOffset? NotifyDue,
    [property: Id(7)] DateTimeOffset? ReceivedAt,
    [property: Id(8)] DateTimeOffset? AnswerDue,
    [property: Id(9)] DateTimeOffset? ActedAt,
    [property: Id(10)] DateTimeOffset? ClosedAt,
    [property: Id(11)] string? ReceivedBy,
    [property: Id(12)] string? ReadBack,
    [property: Id(13)] string? ActedBy,
    [property: Id(14)] string? Action,
    [property: Id(15)] System.Collections.Immutable.ImmutableArray<PhoneCall> Calls,
    [property: Id(16)] string? PhoneTaskReason,
    [property: Id(17)] int EscalationStep,
    [property: Id(18)] System.Collections.Immutable.ImmutableArray<Studies.Step> History,
    [property: Id(19)] System.Collections.Immutable.ImmutableArray<string> Allowed);
