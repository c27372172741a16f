using Regional.Actors;
using Regional.Delivery;
using Regional.Grains.Tests.Hosting;
using Regional.Outcomes;
using Regional.Reading;
using Regional.Reports;
using Regional.Sites;
using Regional.Studies;
using static Regional.Grains.Tests.Rules.Exams;

namespace Regional.Grains.Tests.Rules;

/// <summary>Drafts, review, signature, corrections.</summary>
public sealed class ReportRulesTests
{
    [Fact]
    public void Only_the_newest_claim_of_its_reader_writes()
    {
        var claimed = Claimed(ReadyToRead, People.Reader, token: 7);
        ReportRules.SaveDraft(claimed, People.Reader.Does(), By(People.Reader), 7, Text).Ok();
        ReportRules.SaveDraft(claimed, People.Reader.Does(), By(People.Reader), 6, Text).Failure!.Code.ShouldBe(FailureCode.Stale);
        ReportRules.SaveDraft(claimed, People.Reader.Does(), By(People.Reader), 8, Text).Failure!.Code.ShouldBe(FailureCode.Stale);
        ReportRules.SaveDraft(claimed, People.Reader2.Does(), By(People.Reader2), 7, Text).Failure!.Code.ShouldBe(FailureCode.Stale);

        var newer = Claimed(ReportRules.ClaimEnded(claimed, 7, "idle", Now), People.Reader2, token: 8);
        ReportRules.SubmitPreliminary(newer, By(People.Reader), 7, Text).Failure!.Code.ShouldBe(FailureCode.Stale);
        Claimed(newer, People.Reader, token: 7).ShouldBeSameAs(newer, "a late grant of an old token changes nothing");
    }

    [Fact]
    public void An_ended_claim_leaves_the_draft()
    {
        var drafted = ReportRules.SaveDraft(Claimed(ReadyToRead), People.Reader.Does(), By(People.Reader), 7, Text).Ok();
        var ended = ReportRules.ClaimEnded(drafted, 7, "idle", Now);
        ended.Report.Phase.ShouldBe(ReportPhase.Awaiting);
        ended.Report.Draft.ShouldBe(Text);
        ended.Report.ReaderId.ShouldBeNull();
        ended.History[^1].Reason.ShouldBe("idle");
        ReportRules.ClaimEnded(ended, 7, "idle", Now).ShouldBeSameAs(ended);
    }

    [Fact]
    public void A_draft_is_seen_by_nobody_else_and_keeps_the_claim_alive()
    {
        var claimed = Claimed(ReadyToRead);
        var drafted = StudyEffects.Tell(claimed, ReportRules.SaveDraft(claimed, People.Reader.Does(), By(People.Reader), 7, Text).Ok());
        drafted.Outbox.Pending.Skip(claimed.Outbox.Pending.Length).ShouldHaveSingleItem().ShouldBeOfType<RenewAtList>().Token.ShouldBe(7);
        drafted.History.ShouldBe(claimed.History);
    }

    [Fact]
    [Trait("Requirement", "R7.1.1-1")]
    public void A_trainees_draft_waits_for_a_physician_and_is_no_preliminary_report()
    {
        var claimed = Claimed(ReadyToRead, People.Trainee);
        ReportRules.SubmitPreliminary(claimed, By(People.Trainee), 7, Text).Failure!.Code.ShouldBe(FailureCode.Forbidden);
        var draft = ReportRules.SubmitTraineeDraft(claimed, By(People.Trainee), 7, Text).Ok();
        draft.Report.Phase.ShouldBe(ReportPhase.TraineeDraft);
        draft.Outbox.Pending.OfType<FinishAtList>().ShouldHaveSingleItem().Token.ShouldBe(7);
        draft.ListEntry().ShouldNotBeNull();

        var taken = Claimed(draft, People.Reader, token: 8);
        taken.Report.Phase.ShouldBe(ReportPhase.TraineeDraft);
        var preliminary = ReportRules.SubmitPreliminary(taken, By(People.Reader), 8, Text).Ok();
        preliminary.Report.AuthorId.ShouldBe(People.Reader.UserId);
        preliminary.Report.Traces.Select(trace => trace.Event).ShouldBe(["report.trainee-draft", "report.preliminary"]);
    }

    [Fact]
    [Trait("Requirement", "R7.1.2-1")]
    public void A_preliminary_report_has_findings_and_impression()
    {
        var failure = ReportRules.SubmitPreliminary(Claimed(ReadyToRead), By(People.Reader), 7, new ReportText(null, " ", "", null)).Failure!;
        failure.Fields.Select(fault => fault.Field).ShouldBe(["findings", "impression"]);
    }

    [Fact]
    public void Emergency_publishing_is_the_duty_doctors_and_for_emergencies_only()
    {
        var routine = Preliminary(ReadyToRead);
        ReviewRules.PublishProvisional(routine, By(People.Reader)).Failure!.Rule.ShouldBe("report.provisional.emergency");
        var emergency = routine with { Priority = Priority.Emergency };
        ReviewRules.PublishProvisional(emergency, By(People.Reader2)).Failure!.Code.ShouldBe(FailureCode.Forbidden, "not on duty");

        var published = ReviewRules.PublishProvisional(emergency, By(People.SiteDuty)).Ok();
        published.Report.Provisional.ShouldBeTrue();
        published.Report.Traces[^1].ShouldBe(published.Report.Traces[^1] with { Event = "report.provisional", Text = Text });
        ReviewRules.TakeReview(published, By(People.Senior)).Ok().Report.Provisional.ShouldBeTrue("it stays visible under review");
    }

    [Fact]
    public void X3_an_unmatched_study_stops_at_preliminary_or_provisional()
    {
        var preliminary = Preliminary(Unmatched);
        ReviewRules.TakeReview(preliminary, By(People.Senior)).Failure!.Rule.ShouldBe("report.take.unmatched");
        ReviewRules.Sign(preliminary, By(People.Senior), Text, Proof, Singly).Failure!.Rule.ShouldBe("report.sign.unmatched");
        ReviewRules.PublishProvisional(preliminary, By(People.Reader)).Failure!.Code.ShouldBe(FailureCode.PolicyRefused);
        var provisional = ReviewRules.PublishProvisional(preliminary, By(People.Reader, "急诊，昏迷")).Ok();
        ReviewRules.TakeReview(provisional, By(People.Senior)).Failure!.Code.ShouldBe(FailureCode.PolicyRefused);
    }

    [Fact]
    public void Nobody_reviews_their_own_report()
    {
        var own = Preliminary(ReadyToRead, People.Senior);
        ReviewRules.TakeReview(own, By(People.Senior)).Failure!.Rule.ShouldBe("report.review.author");
        ReviewRules.TakeReview(own, By(People.Senior2)).Ok().Report.ReviewerId.ShouldBe(People.Senior2.UserId);
    }

    [Fact]
    public void The_one_who_took_the_review_signs_and_another_sees_who()
    {
        var failure = ReviewRules.Sign(UnderReview, By(People.Senior2), Text, Proof, Doubly).Failure!;
        failure.Code.ShouldBe(FailureCode.Taken);
        failure.Holder.ShouldBe(People.Senior.Name);
        ReviewRules.TakeReview(UnderReview, By(People.Senior2)).Failure!.Holder.ShouldBe(People.Senior.Name);
        ReviewRules.Return(UnderReview, By(People.Senior2, "x"), null).Failure!.Code.ShouldBe(FailureCode.Taken);
    }

    [Fact]
    public void A_review_that_lies_idle_is_taken_over_by_the_next_reviewer()
    {
        var idle = TimeSpan.FromMinutes(30);
        var before = By(People.Senior2) with { Now = Now + idle - TimeSpan.FromSeconds(1) };
        ReviewRules.TakeReview(UnderReview, before, idle).Failure!.Holder.ShouldBe(People.Senior.Name);

        var taken = ReviewRules.TakeReview(UnderReview, before with { Now = Now + idle }, idle).Ok();

        taken.Report.ReviewerId.ShouldBe(People.Senior2.UserId);
        taken.Report.Phase.ShouldBe(ReportPhase.UnderReview);
        ReviewRules.Sign(taken, By(People.Senior), Text, Proof, Doubly).Failure!.Code.ShouldBe(FailureCode.Taken);
    }

    [Theory]
    [InlineData(SigningPolicy.Double, "senior", "report.sign.double")]
    [InlineData(SigningPolicy.Single, "senior2", "report.sign.double")]
    [InlineData(SigningPolicy.Single, "senior", null)]
    public void Single_policy_is_only_for_named_signers(SigningPolicy policy, string signer, string? refused)
    {
        var own = Preliminary(ReadyToRead, People.Senior);
        var outcome = ReviewRules.Sign(own, By(People.At(People.Centre, signer, Role.Senior)), Text, Proof, Doubly with { Signing = policy });
        if (refused is null) outcome.Ok().Report.Phase.ShouldBe(ReportPhase.Released);
        else outcome.Failure!.Rule.ShouldBe(refused);
    }

    [Fact]
    public void R8_3_0_only_who_holds_a_licence_signs() =>
        ReviewRules.Sign(UnderReview, By(People.Senior), Text, Proof with { Licence = " " }, Doubly).Failure!.Rule.ShouldBe("report.sign.licence");

    [Fact]
    public void A_final_release_needs_the_identity_confirmed()
    {
        var emergency = ExamRules.Move(Emergency, ExamTransitions.Start, By(People.Technician)).Ok();
        emergency = ExamRules.Complete(ImageRules.Arrive(emergency, Batch(10), Doubly, Now), By(People.Technician), null).Ok();
        var reviewed = ReviewRules.TakeReview(Preliminary(emergency), By(People.Senior)).Ok();
        ReviewRules.Sign(reviewed, By(People.Senior), Text, Proof, Doubly).Failure!.Rule.ShouldBe("report.identity");
        var known = ExamRules.ConfirmIdentity(reviewed, By(People.Desk), "pat:9", new Patients.PatientLabel("李四", "F", null)).Ok();
        ReviewRules.Sign(known, By(People.Senior), Text, Proof, Doubly).Ok().Phase.ShouldBe(ExamPhase.Reported);
    }

    [Fact]
    [Trait("Requirement", "R4.2.6-4")]
    public void A_returned_report_is_its_authors_again_with_the_marks_kept()
    {
        var marked = Text with { Impression = "改" };
        var returned = ReviewRules.Return(UnderReview, By(People.Senior, "请补充"), marked).Ok();
        returned.Report.Phase.ShouldBe(ReportPhase.Claimed);
        returned.Report.ReaderId.ShouldBe(People.Reader.UserId);
        returned.Report.Draft.ShouldBe(marked);
        returned.Report.Traces.Select(trace => trace.Event).ShouldBe(["report.preliminary", "report.return"]);
        returned.Outbox.Pending.OfType<ReserveAtList>().ShouldHaveSingleItem().ReaderId.ShouldBe(People.Reader.UserId);
        Claimed(returned, People.Reader, token: 9).Report.ClaimToken.ShouldBe(9);
    }

    [Fact]
    [Trait("Requirement", "R7.1.1-4")]
    public void A_disputed_report_comes_back_with_an_opinion()
    {
        var disputed = ReviewRules.Dispute(UnderReview, By(People.Senior, "性质待定")).Ok();
        disputed.Report.Phase.ShouldBe(ReportPhase.InConsult);
        var back = ReviewRules.ReceiveOpinion(disputed, By(People.Senior2), "同意").Ok();
        back.Report.Phase.ShouldBe(ReportPhase.UnderReview);
        back.Report.Traces[^1].Text.Impression.ShouldBe("同意");
        ReviewRules.Sign(back, By(People.Senior), Text, Proof, Doubly).Ok();
    }

    [Fact]
    public void An_addendum_leaves_the_version_before_it_valid()
    {
        var added = ReviewRules.Addendum(Released, By(People.Senior), "补充说明", Proof).Ok();
        added.Report.Phase.ShouldBe(ReportPhase.Released);
        added.Report.Versions.Select(version => (version.Number, version.Kind, version.State)).ShouldBe(
        [
            (1, VersionKind.Original, VersionState.Current),
            (2, VersionKind.Addendum, VersionState.Current),
        ]);
        added.Report.Versions[1].Text.ShouldBe(Text);
        ReviewRules.Addendum(Released, By(People.Senior), "x", Proof with { Licence = "" }).Failure!.Code.ShouldBe(FailureCode.PolicyRefused);
    }

    [Fact]
    [Trait("Requirement", "R7.1.4-1")]
    [Trait("Requirement", "R7.1.4-2")]
    public void A_correction_supersedes_and_until_then_the_version_stays_valid()
    {
        var asked = ReviewRules.RequestCorrection(Released, By(People.Clinician, "左右有误")).Ok();
        asked.Report.CorrectionReason.ShouldBe("左右有误");
        var amending = ReviewRules.AcceptCorrection(asked, By(People.Senior), reread: false).Ok();
        amending.Report.Versions.Single().State.ShouldBe(VersionState.Current);
        amending.ListEntry().ShouldBeNull();

        var corrected = ReviewRules.Sign(amending, By(People.Senior), Text with { Impression = "左侧" }, Proof, Doubly).Ok();
        corrected.Report.Versions.Select(version => (version.Kind, version.State)).ShouldBe(
            [(VersionKind.Original, VersionState.Superseded), (VersionKind.Correction, VersionState.Current)]);
        ReviewRules.RefuseCorrection(asked, By(People.Senior, "无误")).Ok().Report.Phase.ShouldBe(ReportPhase.Released);
    }

    [Fact]
    [Trait("Requirement", "R7.1.4-3")]
    public void Re_reading_goes_to_the_list_and_is_signed_by_another()
    {
        var asked = ReviewRules.RequestCorrection(Released, By(People.Reader2, "漏诊")).Ok();
        var amending = ReviewRules.AcceptCorrection(asked, By(People.Senior), reread: true).Ok();
        amending.ListEntry().ShouldNotBeNull();
        ReviewRules.Sign(amending, By(People.Senior), Text, Proof, Doubly).Failure!.Rule.ShouldBe("report.sign.reread");

        var claimed = Claimed(amending, People.Reader2, token: 20);
        claimed.Report.Phase.ShouldBe(ReportPhase.Amending);
        var reread = ReportRules.SubmitPreliminary(claimed, By(People.Reader2), 20, Text).Ok();
        reread.Report.Phase.ShouldBe(ReportPhase.Amending);
        reread.ListEntry().ShouldBeNull();
        ReviewRules.Sign(reread, By(People.Senior), Text, Proof, Doubly).Ok().Report.Versions[^1].AuthorId.ShouldBe(People.Reader2.UserId);
    }

    [Fact]
    public void Signed_versions_are_a_chain_that_breaks_when_one_is_changed()
    {
        var versions = ReviewRules.Addendum(Released, By(People.Senior), "补充", Proof).Ok().Report.Versions;
        ReportHash.Holds(versions).ShouldBeTrue();
        ReportHash.Holds(versions.SetItem(0, versions[0] with { State = VersionState.Superseded })).ShouldBeTrue("validity is not part of what was signed");
        ReportHash.Holds(versions.SetItem(0, versions[0] with { Text = Text with { Findings = "改" } })).ShouldBeFalse();
        ReportHash.Holds([versions[1]]).ShouldBeFalse("the first is missing");
        versions[0].Sha256.Length.ShouldBe(64);
    }

    [Fact]
    public void A_claim_granted_to_a_study_that_no_longer_waits_changes_nothing()
    {
        var preliminary = Preliminary(ReadyToRead);
        ReportRules.ClaimGranted(preliminary, new ClaimTicket("study:X", 99, "reader2", "R", Now, Now), Now).ShouldBeSameAs(preliminary);
    }
}
