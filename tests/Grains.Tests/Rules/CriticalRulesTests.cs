using Regional.Actors;
using Regional.CriticalValues;
using Regional.Delivery;
using Regional.Grains.Tests.Hosting;
using Regional.Outcomes;
using Regional.Sites;
using Regional.Transitions;
using static Regional.Grains.Tests.Rules.Exams;

namespace Regional.Grains.Tests.Rules;

[Trait("Requirement", "R7.1.3-1")]
public sealed class CriticalRulesTests
{
    private static readonly Suspicion Haemorrhage = new(
        "study:X", "intracranial-haematoma", "急性颅内血肿", People.Township, People.Centre, "右侧", TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(30), "clinician-a");

    private static readonly DateTimeOffset Night = new(2026, 3, 2, 14, 0, 0, TimeSpan.Zero); // 22:00 in the region
    private static readonly DateTimeOffset Noon = new(2026, 3, 2, 4, 0, 0, TimeSpan.Zero);

    private static CriticalValueState Suspected(Actor? by = null) =>
        CriticalRules.Suspect(new CriticalValueState { CriticalValueId = "crit:1", Suspicion = Haemorrhage }, By(by ?? People.Reader), Haemorrhage, Clocks).Ok();

    private static CriticalValueState Notifying => CriticalRules.Verify(Suspected(), By(People.Senior), Reachability.Reachable, Clocks).Ok();

    private static CriticalValueState Received => CriticalRules.Receive(Notifying, By(People.Nurse), "右侧颅内血肿").Ok();

    [Fact]
    public void The_whole_loop_with_every_time_stamp()
    {
        var acted = CriticalRules.Act(Received, By(People.Clinician), "转上级医院").Ok();
        var closed = CriticalRules.Confirm(acted, By(People.Reader)).Ok().Snapshot();

        closed.Phase.ShouldBe(CriticalPhase.Closed);
        (closed.SuspectedAt, closed.VerifiedAt, closed.ReceivedAt, closed.ActedAt, closed.ClosedAt).ShouldBe((Now, Now, Now, Now, Now));
        (closed.ReceivedBy, closed.ReadBack, closed.ActedBy, closed.Action).ShouldBe((People.Nurse.Name, "右侧颅内血肿", People.Clinician.Name, "转上级医院"));
        closed.History.Select(step => step.Event).ShouldBe(["critical.suspect", "critical.verify", "critical.receive", "critical.act", "critical.confirm"]);
    }

    [Theory]
    [InlineData("reader", "senior", true)]
    [InlineData("reader", "reader2", false)]
    [InlineData("tech-a", "reader", true)]
    [InlineData("trainee", "reader2", true)]
    [InlineData("senior", "senior2", true)]
    [Trait("Requirement", "R7.1.3-3")]
    public void A_superior_verifies(string finder, string verifier, bool may)
    {
        Actor[] all = [People.Reader, People.Reader2, People.Senior, People.Senior2, People.Technician, People.Trainee];
        var found = Suspected(all.Single(actor => actor.UserId == finder));
        var outcome = CriticalRules.Verify(found, By(all.Single(actor => actor.UserId == verifier)), Reachability.Reachable, Clocks);
        if (may) outcome.Ok();
        else outcome.Failure!.Rule.ShouldBe("critical.verify.superior");
    }

    [Fact]
    public void The_finder_alone_only_at_night_and_with_a_reason()
    {
        CriticalRules.Verify(Suspected(), new Turn(People.Reader, "夜间独立值班", Night), Reachability.Reachable, Clocks).Ok();
        CriticalRules.Verify(Suspected(), new Turn(People.Reader, null, Night), Reachability.Reachable, Clocks).Failure!.Rule.ShouldBe("critical.verify.self");
        CriticalRules.Verify(Suspected(), new Turn(People.Reader, "忙", Noon), Reachability.Reachable, Clocks).Failure!.Rule.ShouldBe("critical.verify.self");
    }

    [Theory]
    [InlineData(Reachability.NobodyOnline, "nobody-online")]
    [InlineData(Reachability.LinkDown, "link-down")]
    [Trait("Requirement", "R7.1.3-4")]
    public void Nobody_to_reach_is_a_phone_task_at_once(Reachability reachability, string reason)
    {
        var atVerify = CriticalRules.Verify(Suspected(), By(People.Senior), reachability, Clocks).Ok();
        var later = CriticalRules.Reached(Notifying, reachability, Now, Clocks);
        foreach (var state in new[] { atVerify, later })
        {
            state.Phase.ShouldBe(CriticalPhase.PhoneDue);
            state.PhoneTaskReason.ShouldBe(reason);
        }

        CriticalRules.Reached(Received, reachability, Now, Clocks).Phase.ShouldBe(CriticalPhase.Received, "it has been received");
    }

    [Fact]
    public void Not_received_in_time_is_a_phone_task()
    {
        CriticalRules.Deadline(Notifying).ShouldBe(Now.AddMinutes(10));
        CriticalRules.Due(Notifying, Now.AddMinutes(10) - TimeSpan.FromTicks(1), Clocks).Phase.ShouldBe(CriticalPhase.Notifying);
        var due = CriticalRules.Due(Notifying, Now.AddMinutes(10), Clocks);
        due.Phase.ShouldBe(CriticalPhase.PhoneDue);
        due.PhoneTaskReason.ShouldBe("not-received");
    }

    [Fact]
    public void Escalation_climbs_head_general_duty_family_and_makes_up_for_rungs_missed_while_down()
    {
        CriticalRules.Due(Notifying, Now.AddMinutes(15), Clocks).ShouldSatisfyAllConditions(
            state => state.Phase.ShouldBe(CriticalPhase.NotifyEscalated), state => state.EscalationStep.ShouldBe(1));
        var afterADay = CriticalRules.Due(Notifying, Now.AddDays(1), Clocks);
        afterADay.Phase.ShouldBe(CriticalPhase.NotifyEscalated);
        afterADay.EscalationStep.ShouldBe(CriticalRules.LastRung);
        CriticalRules.Deadline(afterADay).ShouldBeNull();
    }

    [Fact]
    [Trait("Requirement", "R7.1.3-4")]
    public void A_call_is_recorded_with_whom_when_and_read_back_and_may_be_entered_afterwards()
    {
        var due = CriticalRules.Reached(Notifying, Reachability.LinkDown, Now, Clocks);
        var later = new Turn(People.Reader, null, Now.AddMinutes(20));
        var call = new PhoneCall("陈雪", "8101", Now.AddMinutes(3), Reached: true, "右侧颅内血肿");

        var received = CriticalRules.RecordCall(due, later, call, Clocks).Ok();
        received.ReceivedAt.ShouldBe(Now.AddMinutes(3));
        received.AnswerDue.ShouldBe(Now.AddMinutes(33));
        received.Calls.ShouldBe([call]);

        CriticalRules.RecordCall(due, later, call with { ReadBack = "" }, Clocks).Failure!.Fields.Single().Field.ShouldBe("readBack");
        CriticalRules.RecordCall(due, later, call with { At = Now.AddHours(1) }, Clocks).Failure!.Fields.Single().Field.ShouldBe("at");
        CriticalRules.RecordCall(due, later, call with { Whom = "" }, Clocks).Failure!.Fields.Single().Field.ShouldBe("whom");
        var unanswered = CriticalRules.RecordCall(due, later, call with { Reached = false, ReadBack = null }, Clocks).Ok();
        unanswered.Phase.ShouldBe(CriticalPhase.NotifyEscalated);
        unanswered.EscalationStep.ShouldBe(1);
        CriticalRules.RecordCall(unanswered, later, call, Clocks).Ok().Phase.ShouldBe(CriticalPhase.Received);
    }

    [Fact]
    public void An_answer_that_does_not_come_rings_and_may_still_come()
    {
        CriticalRules.Deadline(Received).ShouldBe(Now.AddMinutes(30));
        var overdue = CriticalRules.Due(Received, Now.AddMinutes(30), Clocks);
        overdue.Phase.ShouldBe(CriticalPhase.ReplyOverdue);
        CriticalRules.Act(overdue, By(People.Clinician), "手术").Ok().Phase.ShouldBe(CriticalPhase.Acted);
    }

    [Fact]
    public void An_unverified_suspicion_stays_and_rings_the_next_superior_again_and_again()
    {
        var rung = CriticalRules.Due(Suspected(), Now.AddMinutes(5), Clocks);
        rung.Phase.ShouldBe(CriticalPhase.Suspected);
        rung.EscalationStep.ShouldBe(1);
        CriticalRules.Deadline(rung).ShouldBe(Now.AddMinutes(10));
        CriticalEffects.Tell(Suspected(), rung).Outbox.Pending.OfType<Publish>().Last().Item.Detail.ShouldBe("verifyOverdue");
    }

    [Fact]
    public void Read_back_and_action_are_words()
    {
        CriticalRules.Receive(Notifying, By(People.Nurse), " ").Failure!.Code.ShouldBe(FailureCode.Invalid);
        CriticalRules.Act(Received, By(People.Clinician), "").Failure!.Code.ShouldBe(FailureCode.Invalid);
        CriticalRules.Act(Received, By(People.Nurse), "x").Failure!.Code.ShouldBe(FailureCode.Forbidden);
        CriticalRules.Receive(Notifying, By(People.Stranger), "x").Failure!.Code.ShouldBe(FailureCode.Forbidden);
    }

    [Fact]
    public void Presence_is_watched_while_somebody_is_to_be_notified()
    {
        Watches(Suspected(), Notifying).ShouldBe([true]);
        Watches(Notifying, Received).ShouldBe([false]);
        Watches(Received, CriticalRules.Act(Received, By(People.Clinician), "x").Ok()).ShouldBeEmpty();

        static bool[] Watches(CriticalValueState before, CriticalValueState after) =>
            [.. CriticalEffects.Tell(before, after).Outbox.Pending.OfType<WatchPresence>().Select(watch => watch.Watch)];
    }

    [Fact]
    public void The_study_knows_of_it_while_it_is_open()
    {
        CriticalEffects.Tell(new CriticalValueState(), Suspected()).Outbox.Pending.OfType<LinkCriticalValue>().Single().Open.ShouldBeTrue();
        var withdrawn = CriticalRules.End(Received, CriticalTransitions.Withdraw, By(People.Senior, "复核否定")).Ok();
        CriticalEffects.Tell(Received, withdrawn).Outbox.Pending.OfType<LinkCriticalValue>().Single().Open.ShouldBeFalse();
    }
}
