using Regional.Actors;
using Regional.Delivery;
using Regional.Grains.Tests.Hosting;
using Regional.Outcomes;
using Regional.Patients;
using Regional.Reports;
using Regional.Studies;
using static Regional.Grains.Tests.Rules.Exams;

namespace Regional.Grains.Tests.Rules;

public sealed class ExamRulesTests
{
    [Fact]
    public void Every_transition_stores_who_site_time_reason_and_version()
    {
        var returned = ExamRules.Move(Requested(), ExamTransitions.Return, By(People.Desk, "部位不清")).Ok();

        var step = returned.History[^1];
        step.ShouldBe(new Step(2, "exam.return", Now, "desk-a", "DESK-A", People.Township, "部位不清"));
        returned.Version.ShouldBe(2);
    }

    [Theory]
    [InlineData("", "pat:1", "item")]
    [InlineData("头颅CT平扫", "", "patientId")]
    public void A_request_without_its_parts_is_invalid(string item, string patient, string field)
    {
        var request = People.Request() with { Item = item, PatientId = patient };
        var failure = ExamRules.Submit(Nothing, By(People.Clinician), request, Doubly, "A").Failure!;
        failure.Code.ShouldBe(FailureCode.Invalid);
        failure.Fields.Single().Field.ShouldBe(field);
    }

    [Fact]
    public void An_accession_number_has_at_most_sixteen_characters() =>
        ExamRules.Submit(Nothing, By(People.Clinician), People.Request(accession: new string('9', 17)), Doubly, "A")
            .Failure!.Fields.Single().Field.ShouldBe("accessionNumber");

    [Fact]
    public void X2_an_emergency_owes_request_identity_and_fee_with_owner_and_deadline()
    {
        var exam = Emergency;

        exam.Phase.ShouldBe(ExamPhase.Arrived);
        exam.Priority.ShouldBe(Priority.Emergency);
        exam.Facts.Identity.ShouldBe(IdentityFact.Provisional);
        exam.Facts.Request.ShouldBe(RequestFact.Owed);
        exam.Owed.ShouldBe(
        [
            new OwedItem("request", Role.Clinician, Now.AddHours(24)),
            new OwedItem("identity", Role.Desk, Now.AddHours(24)),
            new OwedItem("fee", Role.Desk, Now.AddHours(24)),
        ]);
    }

    [Fact]
    public void X2_what_an_emergency_owes_is_brought_afterwards()
    {
        var exam = ExamRules.SupplyOwed(Emergency, By(People.Clinician), People.Request()).Ok();
        exam.Facts.Request.ShouldBe(RequestFact.Present);
        exam.Request!.AccessionNumber.ShouldBe(exam.AccessionNumber, "the number of the emergency stays");
        ExamRules.SupplyOwed(exam, By(People.Clinician), People.Request()).Failure!.Code.ShouldBe(FailureCode.WrongState);

        exam = ExamRules.ConfirmIdentity(exam, By(People.Desk), "pat:9", new PatientLabel("李四", "F", null)).Ok();
        exam.PatientId.ShouldBe("pat:9");
        exam = ExamRules.SettleFee(exam, By(People.Desk), FeeFact.Paid).Ok();
        exam.Owed.ShouldBeEmpty();
        ExamRules.ConfirmIdentity(exam, By(People.Desk), "pat:9", new PatientLabel("李思", "F", null)).Ok().Patient.Name.ShouldBe("李思", "the same person, corrected");
        ExamRules.ConfirmIdentity(exam, By(People.Desk), "pat:8", new PatientLabel("王五", "F", null)).Failure!.Code.ShouldBe(FailureCode.WrongState);
    }

    [Fact]
    public void Check_in_confirms_identity() => Arrived.Facts.Identity.ShouldBe(IdentityFact.Confirmed);

    [Fact]
    public void A_booked_patient_who_does_not_come_is_a_no_show_at_the_deadline_and_not_before()
    {
        var due = ExamRules.Deadline(Scheduled, Clocks)!.Value;
        due.ShouldBe(Now.AddHours(3));
        ExamRules.Due(Scheduled, due - TimeSpan.FromTicks(1), Clocks).Phase.ShouldBe(ExamPhase.Scheduled);
        ExamRules.Due(Scheduled, due, Clocks).Phase.ShouldBe(ExamPhase.NoShow);
    }

    [Fact]
    public void A_booking_may_be_entered_afterwards_but_not_of_days_ago()
    {
        ExamRules.Schedule(Accepted, By(People.Desk), Now.AddHours(-3)).Ok();
        ExamRules.Schedule(Accepted, By(People.Desk), Now.AddDays(-2)).Failure!.Fields.Single().Field.ShouldBe("at");
    }

    [Fact]
    public void A_released_exam_closes_when_nothing_is_owed_and_every_critical_value_is_closed()
    {
        var later = Now + Clocks.CloseAfter;
        ExamRules.Due(Released, later, Clocks).Phase.ShouldBe(ExamPhase.Closed);
        ExamRules.Due(Released with { CriticalValues = [new CriticalLink("crit:1", true)] }, later, Clocks).Phase.ShouldBe(ExamPhase.Reported);
        ExamRules.Due(Released with { Owed = [new OwedItem("fee", Role.Desk, Now)] }, later, Clocks).Phase.ShouldBe(ExamPhase.Reported);
        ExamRules.Due(ImageRules.Arrive(Released, Batch(11, sequence: 2), Doubly, Now), later, Clocks).Phase.ShouldBe(ExamPhase.Reported);
    }

    [Fact]
    public void Grade_d_proposes_a_retake_and_blocks_nothing()
    {
        var graded = ExamRules.Grade(ReadyToRead, By(People.Technician), ImageGrade.D).Ok();

        graded.Phase.ShouldBe(ExamPhase.ReadyToRead);
        StudyAllowed.Of(graded).ShouldContain("exam.retake");
        StudyAllowed.Of(graded).ShouldContain("report.claim");
        ReviewRules.TakeReview(Preliminary(graded), By(People.Senior)).Ok();
        ExamRules.Grade(graded, By(People.Reader), ImageGrade.B).Ok().Facts.Grade.ShouldBe(ImageGrade.B, "the reader may regrade");
        ExamRules.Grade(graded, By(People.Clinician), ImageGrade.B).Failure!.Code.ShouldBe(FailureCode.Forbidden);
        ExamRules.Grade(InRoom, By(People.Technician), ImageGrade.B).Failure!.Code.ShouldBe(FailureCode.WrongState);
    }

    [Fact]
    public void A_retake_takes_the_study_off_the_list_until_a_text_was_handed_in()
    {
        var retaken = ExamRules.Retake(Claimed(ReadyToRead), By(People.Technician, "移动伪影")).Ok();
        retaken.Phase.ShouldBe(ExamPhase.InRoom);
        retaken.Report.Phase.ShouldBe(ReportPhase.None);
        retaken.ListEntry().ShouldBeNull();
        StudyEffects.Tell(Claimed(ReadyToRead), retaken).Outbox.Pending.OfType<WithdrawFromList>().ShouldHaveSingleItem();
        ExamRules.Retake(Preliminary(ReadyToRead), By(People.Technician, "移动伪影")).Failure!.Rule.ShouldBe("exam.retake.report");
    }

    [Fact]
    public void Allowed_comes_from_the_tables()
    {
        StudyAllowed.Of(Requested()).ShouldBe(["exam.accept", "exam.return", "exam.cancel", "exam.confirm-identity"]);
        StudyAllowed.Of(Unmatched).ShouldBe(["exam.hand-over", "report.claim", "exam.grade"]);
        StudyAllowed.Of(UnderReview).ShouldContain("report.sign");
        StudyAllowed.Of(Preliminary(Unmatched)).ShouldNotContain("report.take");
    }
}
