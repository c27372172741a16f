using Regional.Actors;
using Regional.Grains.Tests.Hosting;
using Regional.Outcomes;
using Regional.Reading;
using Regional.Reports;
using Regional.Studies;
using Regional.TestKit;

namespace Regional.Grains.Tests.Actors;

/// <summary>Claims and the way of a report over real activations.</summary>
public sealed class ReadingTests : IAsyncLifetime
{
    private static readonly ReportText Text = new(null, "所见", "意见", false);
    private static readonly SignatureProof Proof = new("password", "DEMO-RD-0003");
    private World world = null!;

    public async Task InitializeAsync() => world = await World.Start();

    public async Task DisposeAsync() => await world.DisposeAsync();

    [Fact]
    [Trait("Requirement", "R4.3.2-2")]
    public async Task Images_nobody_knows_stand_on_the_list_at_once()
    {
        var study = await Unmatched();

        var entry = (await world.List.Entries()).ShouldHaveSingleItem();
        entry.StudyId.ShouldBe(study);
        world.Projected.Study(study)!.Phase.ShouldBe(ExamPhase.Unmatched);
        (await world.Feed.FirstAsync(item => item.Topic == "reading-list" && item.Detail == "offered")).Sites.ShouldBe([People.Centre]);
    }

    [Fact]
    public async Task Two_readers_claim_at_once_and_exactly_one_wins()
    {
        var study = await Unmatched();

        var writing = new SyncPoint();
        world.Storage.HoldNextWrite(writing);
        var first = world.List.Claim(People.Reader.Does(), study);
        await writing.ReachedAsync();
        var second = world.List.Claim(People.Reader2.Does(), study);
        writing.Continue();
        var claims = await Task.WhenAll(first, second);

        var won = claims.Single(claim => claim.Succeeded).Value!;
        var lost = claims.Single(claim => !claim.Succeeded).Failure!;
        lost.Code.ShouldBe(FailureCode.Taken);
        lost.Holder.ShouldBe(won.ReaderName);
        await world.Feed.FirstAsync(item => item.Key == study && item.Detail == "report.claim");
        (await Get(study)).Report.ReaderId.ShouldBe(won.ReaderId);
    }

    [Fact]
    public async Task A_claim_expires_when_idle_and_its_token_is_stale_at_draft_and_at_preliminary()
    {
        var study = await Unmatched();
        var first = (await world.Grains.ClaimStudy(People.Centre, People.Reader.Does(), study)).Value!;
        (await world.Study(study).SaveDraft(People.Reader.Does(), first.Token, Text)).Succeeded.ShouldBeTrue();
        await Eventually.Holds(() => !world.Notes.Has(study)); // the list knows that the reader was at work

        await world.Pass(TimeSpan.FromMinutes(31));
        await World.Remind(world.List);
        await Eventually.Holds(async () => (await Get(study)).Report.Phase == ReportPhase.Awaiting);
        (await Get(study)).Report.Draft.ShouldBe(Text, "the draft stays");

        var second = (await world.Grains.ClaimStudy(People.Centre, People.Reader2.Does(), study)).Value!;
        second.Token.ShouldBeGreaterThan(first.Token);
        (await world.Study(study).SaveDraft(People.Reader.Does(), first.Token, Text)).Failure!.Code.ShouldBe(FailureCode.Stale);
        (await world.Study(study).SubmitPreliminary(People.Reader.Does(), first.Token, Text)).Failure!.Code.ShouldBe(FailureCode.Stale);
        (await world.Study(study).SubmitPreliminary(People.Reader2.Does(), second.Token, Text)).Succeeded.ShouldBeTrue();
        (await world.List.Renew(People.Reader.Does(), study, first.Token)).Failure!.Code.ShouldBe(FailureCode.Stale);
    }

    [Fact]
    public async Task A_claim_survives_the_end_of_every_activation_and_still_expires()
    {
        var study = await Unmatched();
        (await world.Grains.ClaimStudy(People.Centre, People.Reader.Does(), study)).Succeeded.ShouldBeTrue();
        await world.Crash();

        (await world.List.Claim(People.Reader2.Does(), study)).Failure!.Code.ShouldBe(FailureCode.Taken);
        await world.Pass(TimeSpan.FromMinutes(31));
        await World.Remind(world.List);

        (await world.List.Claim(People.Reader2.Does(), study)).Succeeded.ShouldBeTrue();
    }

    [Fact]
    public async Task Writing_keeps_the_claim_alive()
    {
        var study = await Unmatched();
        var ticket = (await world.Grains.ClaimStudy(People.Centre, People.Reader.Does(), study)).Value!;

        for (var i = 0; i < 3; i++)
        {
            world.Time.Advance(TimeSpan.FromMinutes(20));
            (await world.Study(study).SaveDraft(People.Reader.Does(), ticket.Token, Text)).Succeeded.ShouldBeTrue();
            var expected = world.Time.GetUtcNow() + TimeSpan.FromMinutes(30);
            await Eventually.Holds(async () => (await world.List.Entries())[0].Claim?.ExpiresAt == expected);
        }
    }

    [Fact]
    [Trait("Requirement", "R7.1.1-2")]
    [Trait("Requirement", "R7.1.1-3")]
    [Trait("Requirement", "R7.3.2-2")]
    public async Task A_request_is_captured_read_reviewed_returned_and_signed()
    {
        var study = await Ready();
        var ticket = (await world.Grains.ClaimStudy(People.Centre, People.Reader.Does(), study)).Value!;
        (await world.Study(study).SubmitPreliminary(People.Reader.Does(), ticket.Token, Text)).Succeeded.ShouldBeTrue();
        await Eventually.Holds(async () => (await world.List.Entries()).IsEmpty);

        (await world.Study(study).TakeReview(People.Senior.Does())).Succeeded.ShouldBeTrue();
        (await world.Study(study).ReturnReport(People.Senior.Does("请补充"), Text with { Impression = "改" })).Succeeded.ShouldBeTrue();
        await Eventually.Holds(async () => (await Get(study)).Report is { Phase: ReportPhase.Claimed } report && report.ClaimToken > ticket.Token);

        var again = (await Get(study)).Report;
        again.ReaderId.ShouldBe(People.Reader.UserId, "it is the author's again");
        (await world.Study(study).SubmitPreliminary(People.Reader.Does(), ticket.Token, Text)).Failure!.Code.ShouldBe(FailureCode.Stale);
        (await world.Study(study).SubmitPreliminary(People.Reader.Does(), again.ClaimToken, Text)).Succeeded.ShouldBeTrue();
        (await world.Study(study).TakeReview(People.Senior.Does())).Succeeded.ShouldBeTrue();
        var signed = await world.Study(study).Sign(People.Senior.Does(), Text, Proof);

        signed.Value!.Phase.ShouldBe(ExamPhase.Reported);
        signed.Value.Report.Versions.ShouldHaveSingleItem().SignerId.ShouldBe(People.Senior.UserId);
        (await world.Feed.FirstAsync(item => item.Key == study && item.Detail == "exam.release")).Sites.ShouldContain(People.Township);
        world.Projected.Study(study)!.ReportPhase.ShouldBe(ReportPhase.Released);
    }

    [Fact]
    public async Task A_named_reviewer_signs_alone_where_the_agreement_says_single()
    {
        await using var single = await World.Start(Sites.SigningPolicy.Single);
        var study = await new ReadingTests { world = single }.Ready();
        var ticket = (await single.Grains.ClaimStudy(People.Centre, People.Senior.Does(), study)).Value!;
        await single.Study(study).SubmitPreliminary(People.Senior.Does(), ticket.Token, Text);

        (await single.Study(study).Sign(People.Reader.Does(), Text, Proof)).Failure!.Rule.ShouldBe("report.sign.double");
        (await single.Study(study).Sign(People.Senior.Does(), Text, Proof)).Value!.Report.Phase.ShouldBe(ReportPhase.Released);
    }

    private async Task<string> Unmatched()
    {
        var grain = world.NewStudy(out var study);
        await grain.ImagesArrived(world.Batch("1.2.3", 10));
        await world.Feed.FirstAsync(item => item.Topic == "reading-list" && item.Detail == "offered");
        await Eventually.Holds(() => !world.Notes.Has(study) && !world.Notes.Has(GrainKeys.ReadingList(People.Centre)));
        return study;
    }

    private async Task<string> Ready()
    {
        var grain = world.NewStudy(out var study);
        (await grain.Submit(People.Clinician.Does(), People.Request())).Succeeded.ShouldBeTrue();
        (await grain.Accept(Actor.System.Does())).Succeeded.ShouldBeTrue();
        (await grain.Arrive(People.Desk.Does())).Succeeded.ShouldBeTrue();
        (await grain.Start(People.Technician.Does())).Succeeded.ShouldBeTrue();
        await grain.ImagesArrived(world.Batch("1.2.3.4", 10));
        (await grain.Complete(People.Technician.Does(), null)).Value!.Phase.ShouldBe(ExamPhase.ReadyToRead);
        await Eventually.Holds(async () => (await world.List.Entries()).Any(entry => entry.StudyId == study));
        return study;
    }

    private async Task<StudySnapshot> Get(string study) => (await world.Study(study).Get()).Value!;
}
