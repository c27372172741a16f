using Regional.Delivery;
using Regional.Grains.Tests.Hosting;
using Regional.Outcomes;
using Regional.Reports;
using Regional.Studies;
using static Regional.Grains.Tests.Rules.Exams;

namespace Regional.Grains.Tests.Rules;

public sealed class ImageRulesTests
{
    [Fact]
    public void X3_images_nobody_knows_begin_an_unmatched_study_that_is_listed_at_once()
    {
        var study = Unmatched;

        study.Phase.ShouldBe(ExamPhase.Unmatched);
        study.Report.Phase.ShouldBe(ReportPhase.Awaiting);
        study.Facts.ShouldBe(study.Facts with { Identity = IdentityFact.Provisional, Request = RequestFact.None, Copy = CopyFact.AtCentre });
        study.ReadBy.ShouldBe(Now + Doubly.RoutineWithin);
        var effects = StudyEffects.Tell(Nothing, study).Outbox.Pending;
        effects[0].ShouldBeOfType<Project>();
        effects.OfType<OfferToList>().ShouldHaveSingleItem().Entry.StudyId.ShouldBe("study:X");
        effects[^1].ShouldBeOfType<Publish>().Item.Sites.ShouldBe([People.Township, People.Centre]);
    }

    [Fact]
    public void A_batch_is_applied_once_by_source_and_sequence()
    {
        var study = Unmatched;
        ImageRules.Arrive(study, Batch(10), Doubly, Now).ShouldBeSameAs(study);
        ImageRules.Arrive(study, Batch(99, sequence: 0), Doubly, Now).ShouldBeSameAs(study);
        ImageRules.Arrive(study, Batch(12, sequence: 2), Doubly, Now).AtCentre.ShouldBe(12);
        ImageRules.Arrive(study, Batch(3, uid: "9.9", sequence: 1), Doubly, Now).AtCentre.ShouldBe(13, "another UID has a count of its own");
    }

    [Fact]
    public void Totals_never_fall() => ImageRules.Arrive(Unmatched, Batch(4, sequence: 2), Doubly, Now).AtCentre.ShouldBe(10);

    [Fact]
    public void Images_of_a_request_set_facts_and_only_the_technician_makes_it_acquired()
    {
        var receiving = ImageRules.Arrive(InRoom, Batch(10), Doubly, Now);
        receiving.Phase.ShouldBe(ExamPhase.InRoom);
        receiving.Facts.Images.ShouldBe(ImagesFact.Receiving);

        var done = ExamRules.Complete(receiving, By(People.Technician), null).Ok();
        done.Phase.ShouldBe(ExamPhase.ReadyToRead);
        done.Facts.Images.ShouldBe(ImagesFact.Stable);
        done.History.Select(step => step.Event).TakeLast(3).ShouldBe(["exam.complete", "exam.ready", "report.offer"]);
    }

    [Fact]
    public void Reading_waits_for_what_the_edge_still_holds_except_in_an_emergency()
    {
        var some = ImageRules.Arrive(InRoom, Batch(5), Doubly, Now);
        some = ImageRules.Progress(some, Told(10, 5), Now);
        some.Facts.Copy.ShouldBe(CopyFact.Uploading);
        var routine = ExamRules.Complete(some, By(People.Technician), null).Ok();
        routine.Phase.ShouldBe(ExamPhase.Acquired);
        ImageRules.Arrive(routine, Batch(10, sequence: 2), Doubly, Now).Phase.ShouldBe(ExamPhase.ReadyToRead);

        ExamRules.Complete(some with { Priority = Priority.Emergency }, By(People.Technician), null).Ok().Phase.ShouldBe(ExamPhase.ReadyToRead);
    }

    [Fact]
    public void An_expected_count_that_never_comes_does_not_block() =>
        ExamRules.Complete(ImageRules.Arrive(InRoom, Batch(9), Doubly, Now), By(People.Technician), 10).Ok().Phase.ShouldBe(ExamPhase.ReadyToRead);

    [Fact]
    public void Images_received_after_completion_are_additional()
    {
        ImageRules.Arrive(ReadyToRead, Batch(11, sequence: 2), Doubly, Now).Facts.Images.ShouldBe(ImagesFact.Stable, "received before, arrived later");
        ImageRules.Arrive(ReadyToRead, Batch(11, sequence: 2, after: TimeSpan.FromMinutes(1)), Doubly, Now).Facts.Images.ShouldBe(ImagesFact.Additional);
    }

    [Fact]
    public void Additional_images_after_release_force_a_decision()
    {
        var more = ImageRules.Arrive(Released, Batch(11, sequence: 2), Doubly, Now);
        more.Facts.Images.ShouldBe(ImagesFact.Additional);
        more.History[^1].Event.ShouldBe("exam.additional-images");
        StudyAllowed.Of(more).ShouldContain("exam.judge-additional");

        var relevant = ImageRules.JudgeAdditional(more, By(People.Reader, "新增病灶"), relevant: true).Ok();
        relevant.Phase.ShouldBe(ExamPhase.ReadyToRead);
        relevant.Report.Phase.ShouldBe(ReportPhase.CorrectionRequested);

        var beside = ImageRules.JudgeAdditional(more, By(People.Reader), relevant: false).Ok();
        beside.Phase.ShouldBe(ExamPhase.Reported);
        beside.Facts.Images.ShouldBe(ImagesFact.Stable);
        ImageRules.JudgeAdditional(beside, By(People.Reader), true).Failure!.Code.ShouldBe(FailureCode.WrongState);
        ImageRules.JudgeAdditional(more, By(People.Technician), true).Failure!.Code.ShouldBe(FailureCode.Forbidden);
    }

    [Fact]
    public void A_refused_correction_after_additional_images_leaves_the_exam_reported()
    {
        var asked = ImageRules.JudgeAdditional(ImageRules.Arrive(Released, Batch(11, sequence: 2), Doubly, Now), By(People.Reader), true).Ok();
        var refused = ReviewRules.RefuseCorrection(asked, By(People.Senior, "无影响")).Ok();
        refused.Report.Phase.ShouldBe(ReportPhase.Released);
        refused.Phase.ShouldBe(ExamPhase.Reported);
    }

    [Fact]
    public void Progress_of_unknown_images_is_ignored() => ImageRules.Progress(InRoom, Told(3, 0), Now).Images.ShouldBeEmpty();

    [Fact]
    [Trait("Requirement", "R4.2.3-3")]
    public void Reading_does_not_wait_for_images_that_will_never_come()
    {
        var some = ImageRules.Progress(ImageRules.Arrive(InRoom, Batch(8), Doubly, Now), Told(10, 8), Now);
        var routine = ExamRules.Complete(some, By(People.Technician), null).Ok();
        routine.Phase.ShouldBe(ExamPhase.Acquired);

        ImageRules.Progress(routine, Told(10, 8, notComing: 1), Now).Phase.ShouldBe(ExamPhase.Acquired, "one is still on its way");
        var ready = ImageRules.Progress(routine, Told(10, 8, notComing: 2), Now);
        ready.Phase.ShouldBe(ExamPhase.ReadyToRead);
        ready.Facts.Copy.ShouldBe(CopyFact.AtCentre);
        ready.Images.ShouldHaveSingleItem().NotComing.ShouldBe(2);
        ready.History.Select(step => step.Event).ShouldContain("exam.images-not-coming");
        StudyEffects.Tell(routine, ready).Outbox.Pending.OfType<OfferToList>().ShouldHaveSingleItem();
    }

    [Fact]
    public void Somebody_with_a_reason_ends_the_waiting_for_images()
    {
        var some = ImageRules.Progress(ImageRules.Arrive(InRoom, Batch(8), Doubly, Now), Told(10, 8), Now);
        var waiting = ExamRules.Complete(some, By(People.Technician), null).Ok();
        StudyAllowed.Of(waiting).ShouldContain("exam.read-anyway");

        ImageRules.ReadAnyway(waiting, By(People.Technician)).Failure!.Fields.ShouldHaveSingleItem().Field.ShouldBe("reason");
        ImageRules.ReadAnyway(waiting, By(People.Nurse, "设备故障")).Failure!.Code.ShouldBe(FailureCode.Forbidden);
        foreach (var who in new[] { People.Technician, People.Reader })
        {
            var ready = ImageRules.ReadAnyway(waiting, By(who, "余下两幅已损坏")).Ok();
            ready.Phase.ShouldBe(ExamPhase.ReadyToRead);
            ready.Report.Phase.ShouldBe(ReportPhase.Awaiting);
            ready.ReadBy.ShouldBe(Now + Doubly.RoutineWithin);
            ready.History.ShouldContain(step => step.Event == "exam.read-anyway" && step.Reason == "余下两幅已损坏");
        }

        var none = ExamRules.Complete(InRoom, By(People.Technician), null).Ok();
        ImageRules.ReadAnyway(none, By(People.Technician, "无影像")).Failure!.Rule.ShouldBe("exam.read-anyway.images");
        StudyAllowed.Of(none).ShouldNotContain("exam.read-anyway");
    }

    [Fact]
    [Trait("Requirement", "R6.3-6b")]
    public void What_another_site_says_of_a_study_is_ignored()
    {
        var study = ImageRules.Arrive(InRoom, Batch(5), Doubly, Now);
        ImageRules.Arrive(study, Batch(6, sequence: 2) with { Site = "township-b" }, Doubly, Now).ShouldBeSameAs(study);
        ImageRules.Progress(study, Told(1_000_000, 0) with { Site = "township-b" }, Now).ShouldBeSameAs(study);
        ImageRules.Progress(study, Told(7, 0), Now).ShouldNotBeSameAs(study);
    }

    private static EdgeProgress Told(int received, int uploaded, int notComing = 0) =>
        new("1.2.3", received, uploaded, Now) { Site = People.Township, NotComing = notComing };
}
