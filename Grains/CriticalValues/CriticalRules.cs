using Regional.Actors;
using Regional.Outcomes;
using Regional.Sites;
using Regional.Transitions;

namespace Regional.CriticalValues;

/// <summary>The closed loop of a critical value (R7.1.3-1). Pure: clocks and reachability are told.</summary>
internal static class CriticalRules
{
    /// <summary>Rungs of the escalation: head of department, 总值班, patient or family.</summary>
    public const int LastRung = 3;

    private static TransitionTable<CriticalPhase> Table => CriticalTransitions.Table;

    public static Outcome<CriticalValueState> Move(CriticalValueState state, string name, Turn turn) =>
        Table.Find(state.Phase, name, turn, state.Site, state.ReadingCentre).Then<Transition<CriticalPhase>, CriticalValueState>(
            row => (state with { Phase = row.To }).Stepped(turn, Table.Name(name)));

    public static Outcome<CriticalValueState> Suspect(CriticalValueState state, Turn turn, Suspicion suspicion, WorkflowClocks clocks)
    {
        if (suspicion.StudyId.Length == 0 || suspicion.EntryId.Length == 0 || suspicion.NotifyWithin <= TimeSpan.Zero || suspicion.AnswerWithin <= TimeSpan.Zero)
            return Failure.InvalidFields("critical.suspect", new FieldFault("entryId", "known"));
        return Move(
            state with
            {
                Suspicion = suspicion,
                FinderId = turn.By.UserId,
                FinderRank = Rank(turn.By),
                SuspectedAt = turn.Now,
                VerifyDue = turn.Now + clocks.VerifyWithin,
            },
            CriticalTransitions.Suspect,
            turn);
    }

    /// <summary>A superior of the finder; at night the finder alone, with a reason (R7.1.3-3). Nobody to reach: a phone task at once.</summary>
    public static Outcome<CriticalValueState> Verify(CriticalValueState state, Turn turn, Reachability reachability, WorkflowClocks clocks)
    {
        var self = turn.By.UserId == state.FinderId;
        return Move(state, CriticalTransitions.Verify, turn)
            .Then<CriticalValueState, CriticalValueState>(next => (self ? turn.HasReason && IsNight(turn.Now, clocks) : IsSuperior(turn.By, state))
                ? next
                : Failure.Of(FailureCode.PolicyRefused, self ? "critical.verify.self" : "critical.verify.superior"))
            .Then(next => next with
            {
                VerifyDue = null,
                VerifiedAt = turn.Now,
                NotifyDue = turn.Now + state.Suspicion!.NotifyWithin,
                EscalationStep = 0,
            })
            .Then(next => Reached(next, reachability, turn.Now, clocks));
    }

    /// <summary>接收 with 复述.</summary>
    public static Outcome<CriticalValueState> Receive(CriticalValueState state, Turn turn, string readBack) =>
        string.IsNullOrWhiteSpace(readBack)
            ? Failure.InvalidFields("critical.receive", new FieldFault("readBack", "required"))
            : Move(state, CriticalTransitions.Receive, turn).Then(next => Received(next, turn.By.Name, readBack, turn.Now));

    /// <summary>A call may be entered afterwards: its own time counts, never one still to come (R7.1.3-4).</summary>
    public static Outcome<CriticalValueState> RecordCall(CriticalValueState state, Turn turn, PhoneCall call, WorkflowClocks clocks)
    {
        var fault = Missing("whom", call.Whom) ?? Missing("number", call.Number) ?? (call.Reached ? Missing("readBack", call.ReadBack) : null);
        if (call.At > turn.Now || call.At < state.VerifiedAt) fault ??= new FieldFault("at", "afterVerification");
        if (fault is not null) return Failure.InvalidFields("critical.call", fault);
        return Move(state, call.Reached ? CriticalTransitions.Call : CriticalTransitions.NoAnswer, turn)
            .Then(next => next with { Calls = next.Calls.Add(call) })
            .Then(next => call.Reached ? Received(next, call.Whom, call.ReadBack!, call.At) : NextRung(next, turn.Now, clocks));
    }

    /// <summary>处置.</summary>
    public static Outcome<CriticalValueState> Act(CriticalValueState state, Turn turn, string action) =>
        string.IsNullOrWhiteSpace(action)
            ? Failure.InvalidFields("critical.act", new FieldFault("action", "required"))
            : Move(state, CriticalTransitions.Act, turn).Then(next => next with
            {
                ActedAt = turn.Now,
                ActedBy = turn.By.Name,
                Action = action,
                AnswerDue = state.AnswerDue,
            });

    public static Outcome<CriticalValueState> Confirm(CriticalValueState state, Turn turn) =>
        Move(state, CriticalTransitions.Confirm, turn).Then(next => next with { ClosedAt = turn.Now });

    /// <summary>Refuted or withdrawn: over, with a reason.</summary>
    public static Outcome<CriticalValueState> End(CriticalValueState state, string name, Turn turn) =>
        Move(state, name, turn).Then(next => next with { ClosedAt = turn.Now, VerifyDue = null, EscalateDue = null });

    /// <summary>Presence or link changed while somebody is to be notified: nobody there means the telephone, at once.</summary>
    public static CriticalValueState Reached(CriticalValueState state, Reachability reachability, DateTimeOffset now, WorkflowClocks clocks) =>
        state.Phase != CriticalPhase.Notifying || reachability == Reachability.Reachable
            ? state
            : Phone(state, reachability == Reachability.LinkDown ? "link-down" : "nobody-online", now, clocks);

    public static DateTimeOffset? Deadline(CriticalValueState state) => state.Phase switch
    {
        CriticalPhase.Suspected => state.VerifyDue,
        CriticalPhase.Notifying => state.NotifyDue,
        CriticalPhase.PhoneDue => state.EscalateDue,
        CriticalPhase.NotifyEscalated when state.EscalationStep < LastRung => state.EscalateDue,
        CriticalPhase.Received => state.AnswerDue,
        _ => null,
    };

    /// <summary>What time alone does. Called late, it makes up for every rung that was missed.</summary>
    public static CriticalValueState Due(CriticalValueState state, DateTimeOffset now, WorkflowClocks clocks)
    {
        while (Deadline(state) is { } at && at <= now)
        {
            state = state.Phase switch
            {
                CriticalPhase.Suspected => (state with { VerifyDue = now + clocks.VerifyWithin, EscalationStep = state.EscalationStep + 1 })
                    .Stepped(Turn.OfSystem(now), "critical.verify-overdue"),
                CriticalPhase.Notifying => Phone(state, "not-received", at, clocks),
                CriticalPhase.PhoneDue or CriticalPhase.NotifyEscalated =>
                    NextRung(Follow(state, CriticalTransitions.NoAnswer, now, "no-call"), at, clocks),
                _ => Follow(state, CriticalTransitions.Overdue, now, null),
            };
        }

        return state;
    }

    private static CriticalValueState Phone(CriticalValueState state, string reason, DateTimeOffset from, WorkflowClocks clocks) =>
        Follow(state, CriticalTransitions.PhoneInstead, from, reason) with { PhoneTaskReason = reason, EscalateDue = from + clocks.EscalateEvery };

    private static CriticalValueState NextRung(CriticalValueState state, DateTimeOffset from, WorkflowClocks clocks) =>
        state with { EscalationStep = Math.Min(state.EscalationStep + 1, LastRung), EscalateDue = from + clocks.EscalateEvery };

    private static CriticalValueState Received(CriticalValueState state, string by, string readBack, DateTimeOffset at) => state with
    {
        ReceivedAt = at,
        ReceivedBy = by,
        ReadBack = readBack,
        AnswerDue = at + state.Suspicion!.AnswerWithin,
        EscalateDue = null,
    };

    private static CriticalValueState Follow(CriticalValueState state, string name, DateTimeOffset now, string? reason) =>
        Move(state, name, Turn.OfSystem(now, reason)).Value ?? throw new InvalidOperationException($"The table has no {name} from {state.Phase}.");

    private static bool IsSuperior(Actor by, CriticalValueState state) => Rank(by) > state.FinderRank || Rank(by) == 2;

    private static int Rank(Actor by) => by.Is(Role.Senior) ? 2 : by.Is(Role.Reader) || by.Is(Role.DutyDoctor) ? 1 : 0;

    private static bool IsNight(DateTimeOffset now, WorkflowClocks clocks) =>
        TimeOnly.FromDateTime(now.ToOffset(clocks.LocalOffset).DateTime).IsBetween(clocks.NightFrom, clocks.NightTo);

    private static FieldFault? Missing(string field, string? value) => string.IsNullOrWhiteSpace(value) ? new FieldFault(field, "required") : null;
}
