using Regional.Actors;
using Regional.Delivery;
using Regional.Grains.Tests.Hosting;
using Regional.Outcomes;
using Regional.Reading;
using Regional.Studies;
using static Regional.Grains.Tests.Rules.Exams;

namespace Regional.Grains.Tests.Rules;

public sealed class ClaimRulesTests
{
    private static readonly TimeSpan Idle = Clocks.ClaimIdle;

    private static ReadingListState Empty => new() { Centre = People.Centre };

    private static ReadingEntry Entry(string id, long version = 1, Priority priority = Priority.Routine, int since = 0, int? deadline = null) => new(
        id, version, People.Township, priority, Now.AddMinutes(since), deadline is { } minutes ? Now.AddMinutes(minutes) : null, null);

    private static ReadingListState Offered => ClaimRules.Offer(Empty, Entry("study:A"));

    private static ReadingListState Claimed => ClaimRules.Claim(Offered, People.Reader, "study:A", Now, Idle).Ok();

    private static ClaimPhase PhaseOf(ReadingListState state, string id = "study:A") =>
        state.Find(id) is not { } listed ? ClaimPhase.Gone : listed.Entry.Claim is null ? ClaimPhase.Waiting : ClaimPhase.Held;

    [Fact]
    public void Every_row_of_the_table_is_what_the_rules_do()
    {
        var late = Now + Idle;
        var done = ClaimTransitions.Table.Rows.ToDictionary(row => (row.From, row.Event), row => row.From switch
        {
            null => Offered,
            ClaimPhase.Waiting => row.Event switch
            {
                "claim" => Claimed,
                "reserve" => ClaimRules.Reserve(Offered, Entry("study:A", 2), "reader", "R", Now, Idle),
                _ => ClaimRules.Withdraw(Offered, "study:A", 2),
            },
            _ => row.Event switch
            {
                "renew" => ClaimRules.Renew(Claimed, People.Reader, "study:A", 1, Now.AddMinutes(10), Idle).Ok(),
                "release" => ClaimRules.Release(Claimed, People.Reader, "study:A", 1, Now).Ok(),
                "expire" => ClaimRules.Expire(Claimed, late),
                "finish" => ClaimRules.Finish(Claimed, "study:A", 1),
                _ => ClaimRules.Withdraw(Claimed, "study:A", 2),
            },
        });
        foreach (var row in ClaimTransitions.Table.Rows) PhaseOf(done[(row.From, row.Event)]).ShouldBe(row.To, row.ToString());
    }

    [Fact]
    public void The_second_reader_sees_who_holds_it()
    {
        var failure = ClaimRules.Claim(Claimed, People.Reader2, "study:A", Now, Idle).Failure!;
        failure.Code.ShouldBe(FailureCode.Taken);
        failure.Holder.ShouldBe(People.Reader.Name);
        var again = ClaimRules.Claim(Claimed, People.Reader, "study:A", Now, Idle).Ok();
        (again.Version, again.LastToken).ShouldBe((Claimed.Version, Claimed.LastToken), "the holder gets the same ticket again");
    }

    [Fact]
    public void Only_people_who_report_at_this_centre_claim()
    {
        ClaimRules.Claim(Offered, People.Technician, "study:A", Now, Idle).Failure!.Code.ShouldBe(FailureCode.Forbidden);
        ClaimRules.Claim(Offered, People.SiteDuty, "study:A", Now, Idle).Failure!.Code.ShouldBe(FailureCode.Forbidden);
        ClaimRules.Claim(Offered, People.Reader, "study:B", Now, Idle).Failure!.Code.ShouldBe(FailureCode.NotFound);
    }

    [Fact]
    public void Every_grant_has_a_larger_token()
    {
        var state = Claimed;
        for (var token = 2; token < 5; token++)
        {
            state = ClaimRules.Release(state, People.Reader, "study:A", state.LastToken, Now).Ok();
            state = ClaimRules.Claim(state, People.Reader, "study:A", Now, Idle).Ok();
            state.LastToken.ShouldBe(token);
        }
    }

    [Fact]
    public void An_idle_claim_ends_at_its_deadline_and_the_study_is_told_before_the_next_grant()
    {
        ClaimRules.Deadline(Claimed).ShouldBe(Now + Idle);
        ClaimRules.Expire(Claimed, Now + Idle - TimeSpan.FromTicks(1)).Version.ShouldBe(Claimed.Version);
        var next = ClaimRules.Claim(Claimed, People.Reader2, "study:A", Now + Idle, Idle).Ok();
        next.Find("study:A")!.Entry.Claim!.ReaderId.ShouldBe(People.Reader2.UserId);
        var told = next.Outbox.Pending.Where(happening => happening is EndClaim or GrantClaim).Skip(1).ToArray();
        told[0].ShouldBeOfType<EndClaim>().Why.ShouldBe("idle");
        told[1].ShouldBeOfType<GrantClaim>().Ticket.Token.ShouldBe(2);
    }

    [Fact]
    public void Renewing_needs_the_claim_and_tells_the_study_only_what_matters()
    {
        ClaimRules.Renew(Claimed, People.Reader, "study:A", 2, Now, Idle).Failure!.Code.ShouldBe(FailureCode.Stale);
        ClaimRules.Renew(Claimed, People.Reader2, "study:A", 1, Now, Idle).Failure!.Code.ShouldBe(FailureCode.Stale);
        ClaimRules.Renew(Claimed, People.Reader, "study:A", 1, Now.AddSeconds(10), Idle).Ok().Version.ShouldBe(Claimed.Version, "not worth a write");
        var soon = ClaimRules.Renew(Claimed, People.Reader, "study:A", 1, Now.AddMinutes(1), Idle).Ok();
        soon.Outbox.Pending.Length.ShouldBe(Claimed.Outbox.Pending.Length);
        ClaimRules.Renew(soon, People.Reader, "study:A", 1, Now.AddMinutes(6), Idle).Ok().Outbox.Pending[^1].ShouldBeOfType<GrantClaim>();
    }

    [Fact]
    public void Offers_and_withdrawals_apply_by_version()
    {
        var newer = ClaimRules.Offer(Claimed, Entry("study:A", 5, Priority.Emergency));
        newer.Find("study:A")!.Entry.Priority.ShouldBe(Priority.Emergency);
        newer.Find("study:A")!.Entry.Claim.ShouldNotBeNull("an update does not cost the reader the claim");
        ClaimRules.Offer(newer, Entry("study:A", 4)).ShouldBeSameAs(newer);
        ClaimRules.Withdraw(newer, "study:A", 4).ShouldBeSameAs(newer);
        var gone = ClaimRules.Withdraw(newer, "study:A", 6);
        ClaimRules.Offer(gone, Entry("study:A", 5)).ShouldBeSameAs(gone, "a late offer does not bring it back");
        PhaseOf(ClaimRules.Offer(gone, Entry("study:A", 7))).ShouldBe(ClaimPhase.Waiting);
    }

    [Fact]
    public void A_reservation_is_made_once()
    {
        var reserved = ClaimRules.Reserve(Empty, Entry("study:A", 3), "reader", "R", Now, Idle);
        reserved.Find("study:A")!.Entry.Claim!.ReaderId.ShouldBe("reader");
        var released = ClaimRules.Release(reserved, People.Reader, "study:A", 1, Now).Ok();
        PhaseOf(ClaimRules.Reserve(released, Entry("study:A", 3), "reader", "R", Now, Idle)).ShouldBe(ClaimPhase.Waiting);
    }

    [Fact]
    public void Emergencies_first_then_deadline_then_waiting_time()
    {
        var state = new[]
        {
            Entry("study:late", deadline: 60, since: 0), Entry("study:soon", deadline: 30, since: 9), Entry("study:emergency", priority: Priority.Emergency, deadline: 90),
            Entry("study:waits", deadline: 30, since: 5),
        }.Aggregate(Empty, ClaimRules.Offer);
        ClaimRules.Ordered(state).Select(entry => entry.StudyId).ShouldBe(["study:emergency", "study:waits", "study:soon", "study:late"]);
    }
}
