using Regional.CriticalValues;
using Regional.Grains.Tests.Hosting;
using Regional.Outcomes;
using Regional.Sites;

namespace Regional.Grains.Tests.Actors;

/// <summary>The closed loop over activations, restarts, presence and a cut line.</summary>
[Trait("Requirement", "R7.1.3-1")]
public sealed class CriticalValueTests : IAsyncLifetime
{
    private World world = null!;
    private string study = "";

    public async Task InitializeAsync()
    {
        world = await World.Start();
        await world.NewStudy(out study).ImagesArrived(world.Batch("1.2.3", 10));
    }

    public async Task DisposeAsync() => await world.DisposeAsync();

    [Fact]
    public async Task The_loop_is_closed_and_every_step_is_told()
    {
        await world.TownshipIsThere();
        var alert = await Notifying();
        var id = (await alert.Get()).Value!.CriticalValueId;
        (await world.Feed.FirstAsync(item => item.Key == id && item.Detail == "notifying")).Sites.ShouldBe([People.Township, People.Centre]);

        (await alert.Receive(People.Nurse.Does(), "右侧颅内血肿")).Value!.Phase.ShouldBe(CriticalPhase.Received);
        (await alert.Act(People.Clinician.Does(), "转上级医院")).Value!.Phase.ShouldBe(CriticalPhase.Acted);
        (await alert.Confirm(People.Reader.Does())).Value!.Phase.ShouldBe(CriticalPhase.Closed);

        await world.Feed.FirstAsync(item => item.Key == id && item.Detail == "closed");
        await Eventually.Holds(() => world.Projected.Study(study) is { OpenCriticalValues: 0 } && world.Projected.Critical(id)?.Phase == CriticalPhase.Closed);
    }

    [Fact]
    public async Task Both_clocks_hold_over_a_restart()
    {
        await world.TownshipIsThere();
        var alert = await Notifying();
        await world.Crash();
        await world.PassWithPeople(TimeSpan.FromMinutes(9));
        await World.Remind(alert);
        (await Phase(alert)).ShouldBe(CriticalPhase.Notifying);

        await world.PassWithPeople(TimeSpan.FromMinutes(1));
        await World.Remind(alert);
        var due = (await alert.Get()).Value!;
        due.Phase.ShouldBe(CriticalPhase.PhoneDue);
        due.PhoneTaskReason.ShouldBe("not-received");

        await alert.RecordCall(People.Reader.Does(), new PhoneCall("陈雪", "8101", world.Time.GetUtcNow(), true, "右侧颅内血肿"));
        await world.Crash();
        await world.Pass(TimeSpan.FromMinutes(30));
        await World.Remind(alert);
        (await Phase(alert)).ShouldBe(CriticalPhase.ReplyOverdue);
    }

    [Fact]
    public async Task A_deadline_that_passed_while_the_centre_was_down_is_seen_on_activation()
    {
        await world.TownshipIsThere();
        var alert = await Notifying();
        await world.Crash();
        await world.Pass(TimeSpan.FromHours(1));
        await alert.Get();
        await Eventually.Holds(async () => (await alert.Get()).Value is { Phase: CriticalPhase.NotifyEscalated, EscalationStep: 3 });
    }

    [Fact]
    [Trait("Requirement", "R7.1.3-4")]
    public async Task A_cut_line_or_an_empty_site_is_a_phone_task_at_once()
    {
        (await (await Notifying()).Get()).Value!.PhoneTaskReason.ShouldBe("link-down");
        await world.Site.LinkOpened("link-1", "boot-1", "1.0", TimeSpan.Zero);
        (await (await Notifying()).Get()).Value!.PhoneTaskReason.ShouldBe("nobody-online");
    }

    [Fact]
    public async Task The_last_person_who_leaves_turns_the_alert_into_a_phone_task()
    {
        await world.TownshipIsThere();
        var alert = await Notifying();
        await Watched();
        await Settled();

        await world.Site.Presence("portal-1", []);

        await Eventually.Holds(async () => (await alert.Get()).Value is { Phase: CriticalPhase.PhoneDue, PhoneTaskReason: "nobody-online" });
    }

    [Fact]
    [Trait("Requirement", "R7.1.3-3")]
    public async Task Only_people_who_answer_alerts_count_as_somebody_online()
    {
        await world.Site.LinkOpened("link-1", "boot-1", "1.0", TimeSpan.Zero);
        await world.Site.PeoplePresent("portal-1", ["desk-a", "tech-a"], []);
        (await world.Site.Get()).Value!.Present.ShouldBe(["desk-a", "tech-a"]);
        (await world.Site.Reachable()).ShouldBe(Reachability.NobodyOnline, "a page at the desk answers nothing");
        (await (await Notifying()).Get()).Value!.PhoneTaskReason.ShouldBe("nobody-online");

        await world.Site.PeoplePresent("portal-2", ["duty-a"], ["duty-a"]);
        (await world.Site.Reachable()).ShouldBe(Reachability.Reachable, "by role");
        await world.Site.PeoplePresent("portal-2", [], []);
        await world.Site.PeoplePresent("portal-1", ["desk-a", "nurse-a"], []);
        (await world.Site.Reachable()).ShouldBe(Reachability.Reachable, "on the roster");
    }

    [Fact]
    [Trait("Requirement", "R7.1.3-3")]
    public async Task The_last_who_answers_leaves_and_a_clerk_who_stays_does_not_hold_up_the_telephone()
    {
        await world.Site.LinkOpened("link-1", "boot-1", "1.0", TimeSpan.Zero);
        await world.Site.PeoplePresent("portal-1", ["desk-a", "duty-a"], ["duty-a"]);
        var alert = await Notifying();
        await Watched();
        await world.Pass(TimeSpan.FromSeconds(60));
        await world.Site.LinkStatus("link-1", Status());
        await world.Site.PeoplePresent("portal-1", ["desk-a", "duty-a"], ["duty-a"]);
        await world.Pass(TimeSpan.FromSeconds(40));
        await world.Site.LinkStatus("link-1", Status());

        await world.Site.PeoplePresent("portal-1", ["desk-a"], []);

        await Eventually.Holds(async () => (await alert.Get()).Value is { Phase: CriticalPhase.PhoneDue, PhoneTaskReason: "nobody-online" });
    }

    [Fact]
    public async Task A_portal_that_falls_silent_counts_as_nobody_after_ninety_seconds()
    {
        await world.TownshipIsThere();
        var alert = await Notifying();
        await Watched();
        await world.Pass(TimeSpan.FromSeconds(60));
        await world.Site.LinkStatus("link-1", Status());
        (await Phase(alert)).ShouldBe(CriticalPhase.Notifying);
        await world.Pass(TimeSpan.FromSeconds(60));
        await Eventually.Holds(async () => (await alert.Get()).Value is { Phase: CriticalPhase.PhoneDue, PhoneTaskReason: "nobody-online" });
    }

    [Fact]
    public async Task A_link_that_closes_turns_the_alert_into_a_phone_task()
    {
        await world.TownshipIsThere();
        var alert = await Notifying();
        await Watched();
        await world.Site.LinkClosed("link-0");
        (await Phase(alert)).ShouldBe(CriticalPhase.Notifying, "an old link");
        await world.Site.LinkClosed("link-1");
        await Eventually.Holds(async () => (await alert.Get()).Value is { Phase: CriticalPhase.PhoneDue, PhoneTaskReason: "link-down" });
    }

    [Fact]
    public async Task A_restart_of_the_centre_is_not_taken_for_an_empty_hospital()
    {
        await world.TownshipIsThere();
        var alert = await Notifying();
        await world.Crash();
        (await world.Site.Get()).Value!.Online.ShouldBeFalse("nothing has been heard yet");
        await world.Pass(TimeSpan.FromSeconds(30));
        await world.PassWithPeople(TimeSpan.FromSeconds(70));
        (await Phase(alert)).ShouldBe(CriticalPhase.Notifying);
        (await world.Site.Get()).Value!.Online.ShouldBeTrue();
    }

    [Fact]
    public async Task Who_does_not_exist_is_not_found() =>
        (await world.NewCritical(out _).Verify(People.Senior.Does())).Failure!.Code.ShouldBe(FailureCode.NotFound);

    [Fact]
    public async Task S2_5_numbers_hold_over_a_restart()
    {
        var first = await world.Site.NextAccession("c1");
        await world.Crash();
        (await world.Site.NextAccession("c1")).ShouldBe(first);
        (await world.Site.NextAccession("c2")).ShouldNotBe(first);
    }

    [Fact]
    public async Task A_later_start_of_the_edge_replaces_the_link_and_an_earlier_one_does_not()
    {
        await world.Site.LinkOpened("link-2", "boot-2", "1.0", TimeSpan.Zero);
        await world.Site.LinkOpened("link-1", "boot-1", "1.0", TimeSpan.Zero);
        await world.Site.LinkStatus("link-1", Status() with { QueuedInstances = 99 });
        await world.Site.LinkStatus("link-2", Status());
        var site = (await world.Site.Get()).Value!;
        site.Online.ShouldBeTrue();
        site.Status!.QueuedInstances.ShouldBe(0);
    }

    [Fact]
    public async Task A_link_that_was_taken_for_a_late_one_is_believed_once_the_other_has_gone()
    {
        await world.Site.LinkOpened("link-old", "boot-2", "1.0", TimeSpan.Zero);
        await world.Site.LinkOpened("link-new", "boot-1", "1.0", TimeSpan.Zero);
        await world.Site.LinkClosed("link-old");
        (await world.Site.Get()).Value!.Online.ShouldBeFalse();

        await world.Site.LinkStatus("link-new", Status());

        (await world.Site.Get()).Value!.Online.ShouldBeTrue();
        await world.Site.LinkClosed("link-old");
        (await world.Site.Get()).Value!.Online.ShouldBeTrue("it is not the one that closed");
        await world.Site.LinkClosed("link-new");
        (await world.Site.Get()).Value!.Online.ShouldBeFalse();
    }

    private static async Task<CriticalPhase> Phase(ICriticalValueGrain alert) => (await alert.Get()).Value!.Phase;

    private EdgeStatus Status() => new(world.Time.GetUtcNow(), 0, 0, 0, 1, 2, false, null, 0, 0, TimeSpan.Zero, false);

    private async Task<ICriticalValueGrain> Notifying()
    {
        var alert = world.NewCritical(out _);
        (await alert.Suspect(People.Reader.Does(), new Suspicion(
            study, "intracranial-haematoma", "急性颅内血肿", People.Township, People.Centre, "", TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(30), null)))
            .Succeeded.ShouldBeTrue();
        (await alert.Verify(People.Senior.Does())).Succeeded.ShouldBeTrue();
        return alert;
    }

    /// <summary>The site has been asked to tell of presence.</summary>
    private Task Watched() => Eventually.Holds(() => world.Storage.Wrote("site", "Watchers", "crit:"));

    /// <summary>Long enough since the site's activation to believe that who is not there is gone.</summary>
    private Task Settled() => world.PassWithPeople(TimeSpan.FromSeconds(100));
}
