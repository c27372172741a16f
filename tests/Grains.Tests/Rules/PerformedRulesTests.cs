using Regional.Grains.Tests.Hosting;
using Regional.Patients;
using Regional.Studies;
using static Regional.Grains.Tests.Rules.Exams;

namespace Regional.Grains.Tests.Rules;

/// <summary>MPPS is evidence, neither the start nor the end (workflow.md 4; R4.3.2-2).</summary>
[Trait("Requirement", "R4.3.2-2")]
public sealed class PerformedRulesTests
{
    [Fact]
    public void A_device_that_is_done_proposes_and_gives_the_count_and_changes_no_phase()
    {
        var started = PerformedRules.Apply(InRoom, Step(1, StepStatus.InProgress, 0), Now);
        (started.Phase, started.ImagesExpected, PerformedRules.ProposesCompletion(started)).ShouldBe((ExamPhase.InRoom, null, false));

        var done = PerformedRules.Apply(started, Step(2, StepStatus.Completed, 10), Now);
        (done.Phase, done.ImagesExpected).ShouldBe((ExamPhase.InRoom, 10));
        PerformedRules.ProposesCompletion(done).ShouldBeFalse("its images are not held yet");
        done.Performed.ShouldHaveSingleItem().Dose!.DlpMilliGrayCm.ShouldBe(512);

        var held = ImageRules.Arrive(done, Batch(10), Doubly, Now);
        PerformedRules.ProposesCompletion(held).ShouldBeTrue();
        held.Phase.ShouldBe(ExamPhase.InRoom, "the technician decides");
        StudyViews.Snapshot(held).CompletionProposed.ShouldBeTrue();
        held.History.Select(step => step.Event).ShouldContain("exam.device-completed");
        PerformedRules.ProposesCompletion(ExamRules.Complete(held, By(People.Technician), null).Ok()).ShouldBeFalse();
    }

    [Fact]
    public void It_is_applied_once_by_source_and_sequence()
    {
        var done = PerformedRules.Apply(InRoom, Step(2, StepStatus.Completed, 10), Now);
        PerformedRules.Apply(done, Step(2, StepStatus.Completed, 10), Now).ShouldBeSameAs(done);
        PerformedRules.Apply(done, Step(1, StepStatus.InProgress, 0), Now).ShouldBeSameAs(done);
        PerformedRules.Apply(done, Step(1, StepStatus.InProgress, 0) with { Source = "mpps:new" }, Now).ShouldBeSameAs(done, "an edge that was installed again does not undo an end");
    }

    [Fact]
    public void The_technicians_count_stands()
    {
        var counted = InRoom with { ImagesExpected = 12 };
        PerformedRules.Apply(counted, Step(2, StepStatus.Completed, 10), Now).ImagesExpected.ShouldBe(12);
        var twice = PerformedRules.Apply(PerformedRules.Apply(InRoom, Step(1, StepStatus.Completed, 10), Now), Step(2, StepStatus.Completed, 4) with { StepUid = "1.9" }, Now);
        twice.ImagesExpected.ShouldBe(14, "two steps of one exam");
    }

    [Fact]
    public void A_discontinued_step_keeps_its_reason_and_proposes_nothing()
    {
        var ended = PerformedRules.Apply(InRoom, Step(3, StepStatus.Discontinued, 0) with { Reason = "Equipment failure" }, Now);
        PerformedRules.ProposesCompletion(ended).ShouldBeFalse();
        (ended.History[^1].Event, ended.History[^1].Reason).ShouldBe(("exam.device-discontinued", "Equipment failure"));
    }

    [Fact]
    public void Another_sites_device_has_nothing_to_say() =>
        PerformedRules.Apply(InRoom, Step(2, StepStatus.Completed, 10) with { Site = "township-b" }, Now).Performed.ShouldBeEmpty();

    private static PerformedStep Step(long sequence, StepStatus status, int images) => new(
        "mpps:1", sequence, People.Township, "1.8", "A_CT1", status, "CT", ["1.2.3"], ["QS1"], new PatientLabel("张三", "F", null), Now, null, images, 1, null, "Head",
        new StepDose(null, null, 1, null, 512, null), []);
}
