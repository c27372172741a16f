using Regional.Actors;
using Regional.Delivery;
using Regional.Grains.Tests.Hosting;
using Regional.Outcomes;
using Regional.Reports;
using Regional.Studies;
using static Regional.Grains.Tests.Rules.Exams;

namespace Regional.Grains.Tests.Rules;

public sealed class AttachRulesTests
{
    private static readonly Command Command = People.Technician.Does();

    private static StudyState Given(StudyState unmatched) =>
        AttachRules.HandOver(unmatched with { StudyId = "study:U" }, Command, By(People.Technician), "study:X").Ok();

    [Fact]
    public void X3_the_exam_gains_the_images_and_the_unmatched_study_ends()
    {
        var given = Given(Unmatched);
        given.Phase.ShouldBe(ExamPhase.Cancelled);
        given.Images.ShouldBeEmpty();
        given.ListEntry().ShouldBeNull();
        given.Outbox.Pending.OfType<CompleteAttach>().ShouldHaveSingleItem().Command.ShouldBe(Command);

        var exam = AttachRules.Attach(Accepted, By(People.Technician), given.Given[0].Images).Ok();
        exam.Phase.ShouldBe(ExamPhase.ReadyToRead);
        exam.History.Select(step => step.Event).ShouldContain("exam.attach");
        exam.Images.Single().StudyInstanceUid.ShouldBe("1.2.3", "received UIDs are never rewritten");
        exam.Facts.Identity.ShouldBe(IdentityFact.Confirmed);
        exam.Report.Phase.ShouldBe(ReportPhase.Awaiting);
        exam.PatientId.ShouldBe("pat:1");
    }

    [Fact]
    public void Images_are_given_once_to_one_exam_and_to_that_exam_again_the_same()
    {
        var given = Given(Unmatched);
        AttachRules.HandOver(given, Command, By(People.Technician), "study:X").Ok().ShouldBeSameAs(given);
        AttachRules.HandOver(given, Command, By(People.Technician), "study:Y").Failure!.Code.ShouldBe(FailureCode.Conflict);
        AttachRules.HandOver(Accepted, Command, By(People.Technician), "study:Y").Failure!.Code.ShouldBe(FailureCode.WrongState);
        AttachRules.HandOver(Unmatched, Command, By(People.Stranger), "study:Y").Failure!.Code.ShouldBe(FailureCode.Forbidden);
    }

    [Fact]
    public void A_preliminary_report_on_an_unmatched_study_goes_on_with_the_exam()
    {
        var given = Given(Preliminary(Unmatched));
        var exam = AttachRules.Attach(Arrived, By(People.Technician), given.Given[0].Images).Ok();
        exam.Phase.ShouldBe(ExamPhase.ReadyToRead);
        exam.Report.Phase.ShouldBe(ReportPhase.Preliminary);
        exam.Report.AuthorId.ShouldBe(People.Reader.UserId);
        ReviewRules.Sign(ReviewRules.TakeReview(exam, By(People.Senior)).Ok(), By(People.Senior), Text, Proof, Doubly).Ok().Phase.ShouldBe(ExamPhase.Reported);
    }

    [Fact]
    public void A_draft_on_an_unmatched_study_is_kept_for_the_next_reader()
    {
        var drafted = ReportRules.SaveDraft(Claimed(Unmatched), People.Reader.Does(), By(People.Reader), 7, Text).Ok();
        var exam = AttachRules.Attach(Arrived, By(People.Technician), Given(drafted).Given[0].Images).Ok();
        exam.Report.Phase.ShouldBe(ReportPhase.Awaiting);
        exam.Report.Draft.ShouldBe(Text);
    }

    [Fact]
    public void An_emergency_stays_without_identity_until_the_desk_confirms_it() =>
        AttachRules.Attach(Emergency, By(People.Technician), Given(Unmatched).Given[0].Images).Ok().Facts.Identity.ShouldBe(IdentityFact.Provisional);

    [Fact]
    public void Attached_to_a_released_exam_the_images_are_additional()
    {
        var second = ImageRules.Arrive(Nothing, Batch(3, uid: "9.9"), Doubly, Now);
        var exam = AttachRules.Attach(Released, By(People.Technician), Given(second).Given[0].Images).Ok();
        exam.Phase.ShouldBe(ExamPhase.Reported);
        exam.Facts.Images.ShouldBe(ImagesFact.Additional);
    }

    [Fact]
    public void Stragglers_of_given_images_are_forwarded()
    {
        var later = ImageRules.Arrive(Given(Unmatched), Batch(12, sequence: 2), Doubly, Now);
        later.Images.ShouldBeEmpty();
        later.Outbox.Pending.OfType<ForwardImages>().ShouldHaveSingleItem().StudyId.ShouldBe("study:X");
    }

    [Fact]
    public void Open_critical_values_follow_the_images()
    {
        var linked = Unmatched with { CriticalValues = [new CriticalLink("crit:1", true), new CriticalLink("crit:2", false)] };
        var exam = AttachRules.Attach(Accepted, By(People.Technician), Given(linked).Given[0].Images).Ok();
        exam.CriticalValues.ShouldBe([new CriticalLink("crit:1", true)]);
        exam.Outbox.Pending.OfType<RelinkCriticalValue>().ShouldHaveSingleItem().StudyId.ShouldBe("study:X");
    }

    [Fact]
    public void Wrong_patient_needs_a_steward_and_a_second_person()
    {
        StudyState Try(Actor by, string second) => AttachRules.Detach(Released, Command, By(by, "错人"), second, "study:N").Ok();

        AttachRules.Detach(Released, Command, By(People.Quality, "错人"), People.Quality.UserId, "study:N").Failure!.Code.ShouldBe(FailureCode.PolicyRefused);
        AttachRules.Detach(Released, Command, By(People.Quality, "错人"), "", "study:N").Failure!.Code.ShouldBe(FailureCode.PolicyRefused);
        AttachRules.Detach(Released, Command, By(People.Technician, "错人"), "senior", "study:N").Failure!.Code.ShouldBe(FailureCode.Forbidden);
        Try(People.Quality, "senior").History.Select(step => step.Event).ShouldContain("exam.detach.second-person");
    }

    [Fact]
    public void Wrong_patient_recalls_the_report_and_the_images_are_unmatched_again()
    {
        var exam = AttachRules.Detach(Released, Command, By(People.Quality, "错人"), "senior", "study:N").Ok();
        exam.Report.Phase.ShouldBe(ReportPhase.Recalled);
        exam.Report.Versions.Single().State.ShouldBe(VersionState.Recalled);
        exam.Phase.ShouldBe(ExamPhase.Accepted, "the exam is to be made again");
        exam.Images.ShouldBeEmpty();

        var adopted = exam.Outbox.Pending.OfType<AdoptImages>().Single();
        adopted.StudyId.ShouldBe("study:N");
        var unmatched = AttachRules.Adopt(new StudyState { StudyId = "study:N" }, By(Actor.System), adopted.Images, Doubly).Ok();
        unmatched.Phase.ShouldBe(ExamPhase.Unmatched);
        unmatched.AtCentre.ShouldBe(10);
        unmatched.Patient.Name.ShouldBe("ZHANG SAN", "evidence of the images, not the wrong patient");
        unmatched.Report.Phase.ShouldBe(ReportPhase.Awaiting);
    }

    [Fact]
    public void A_detached_exam_is_read_again_when_it_has_been_made_again()
    {
        var exam = AttachRules.Detach(Released, Command, By(People.Quality, "错人"), "senior", "study:N").Ok();
        var again = ExamRules.Move(ExamRules.Arrive(exam, By(People.Desk)).Ok(), ExamTransitions.Start, By(People.Technician)).Ok();
        again = ExamRules.Complete(ImageRules.Arrive(again, Batch(8, uid: "5.5"), Doubly, Now), By(People.Technician), null).Ok();
        again.Phase.ShouldBe(ExamPhase.ReadyToRead);
        again.Report.Phase.ShouldBe(ReportPhase.Awaiting);
        ReviewRules.Sign(ReviewRules.TakeReview(Preliminary(again), By(People.Senior)).Ok(), By(People.Senior), Text, Proof, Doubly).Ok()
            .Report.Versions.Select(version => (version.Number, version.State)).ShouldBe([(1, VersionState.Recalled), (2, VersionState.Current)]);
    }

    [Fact]
    public void Images_that_come_back_to_their_exam_are_its_own_again()
    {
        var exam = AttachRules.Detach(Released, Command, By(People.Quality, "错人"), "senior", "study:N").Ok();
        var back = AttachRules.Attach(exam, By(People.Technician), exam.Given[0].Images with { Report = null }).Ok();
        back.Given.ShouldBeEmpty();
        ImageRules.Arrive(back, Batch(12, sequence: 5), Doubly, Now).AtCentre.ShouldBe(12, "no straggler goes in circles");
    }
}
