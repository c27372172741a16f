using Orleans.Runtime;
using Regional.Actors;
using Regional.Feeds;
using Regional.Grains.Tests.Hosting;
using Regional.Outcomes;
using Regional.Projections;
using Regional.Studies;

namespace Regional.Grains.Tests.Actors;

/// <summary>What holds when writes fail, answers are lost, calls repeat and the centre dies (design rules 4, 7, 8).</summary>
public sealed class DurabilityTests : IAsyncLifetime
{
    private World world = null!;

    public async Task InitializeAsync() => world = await World.Start();

    public async Task DisposeAsync() => await world.DisposeAsync();

    [Fact]
    public async Task A_repeated_command_changes_nothing_and_answers_the_same()
    {
        var grain = world.NewStudy(out _);
        var command = People.Clinician.Does();

        var first = (await grain.Submit(command, People.Request())).Value!;
        var second = (await grain.Submit(command, People.Request())).Value!;

        second.Version.ShouldBe(first.Version);
        second.AccessionNumber.ShouldBe(first.AccessionNumber);
        (await grain.Submit(People.Clinician.Does(), People.Request())).Failure!.Code.ShouldBe(FailureCode.WrongState);
    }

    [Fact]
    public async Task A_command_on_an_older_version_is_stale()
    {
        var grain = world.NewStudy(out _);
        var seen = (await grain.Submit(People.Clinician.Does(), People.Request())).Value!.Version;
        (await grain.Accept(People.Desk.Does(seen: seen))).Succeeded.ShouldBeTrue();
        (await grain.Cancel(People.Desk.Does("重复", seen))).Failure!.Code.ShouldBe(FailureCode.Stale);
    }

    [Fact]
    public async Task A_failed_write_leaves_the_state_as_it_was()
    {
        var grain = world.NewStudy(out var study);
        await grain.Submit(People.Clinician.Does(), People.Request());
        await Delivered(study);

        world.Storage.FailNextWrite();
        world.Errors.Expect(line => line.Failure is IOException);
        await Should.ThrowAsync<OrleansException>(() => grain.Accept(People.Desk.Does()));

        (await grain.Get()).Value!.Phase.ShouldBe(ExamPhase.Requested);
        (await grain.Accept(People.Desk.Does())).Value!.Phase.ShouldBe(ExamPhase.Accepted);
        await Delivered(study);
    }

    [Fact]
    public async Task A_write_whose_answer_was_lost_is_found_again_by_the_same_command()
    {
        var grain = world.NewStudy(out var study);
        await grain.Submit(People.Clinician.Does(), People.Request());
        await Delivered(study);

        var command = People.Desk.Does();
        world.Storage.LoseNextAnswer();
        world.Errors.Expect(line => line.Failure is TimeoutException);
        await Should.ThrowAsync<OrleansException>(() => grain.Accept(command));
        var again = (await grain.Accept(command)).Value!;

        again.Phase.ShouldBe(ExamPhase.Accepted);
        again.History.Count(step => step.Event == "exam.accept").ShouldBe(1);
    }

    [Fact]
    public async Task Two_writers_never_overwrite_each_other()
    {
        var grain = world.NewStudy(out var study);
        await grain.Submit(People.Clinician.Does(), People.Request());
        await Delivered(study);

        world.Storage.WriteBehind();
        world.Errors.Expect(line => line.Failure is Orleans.Storage.InconsistentStateException);
        await Should.ThrowAsync<Exception>(() => grain.Accept(People.Desk.Does()));
        (await grain.Accept(People.Desk.Does())).Value!.Phase.ShouldBe(ExamPhase.Accepted, "the next activation read what is true");
    }

    [Fact]
    public async Task What_was_written_but_not_delivered_goes_out_after_a_crash()
    {
        world.Projected.Broken = true;
        var grain = world.NewStudy(out var study);
        (await grain.Submit(People.Clinician.Does(), People.Request())).Succeeded.ShouldBeTrue("the person need not wait for the lists");
        await world.Projected.Refused.FirstAsync();
        world.Notes.Has(study).ShouldBeTrue();

        await world.Crash();
        world.Projected.Broken = false;
        world.Time.Advance(TimeSpan.FromSeconds(1));
        foreach (var key in await world.Notes.Due(world.Time.GetUtcNow(), 100, default)) await world.Grains.Wake(key);

        await Eventually.Holds(() => world.Projected.Study(study)?.Phase == ExamPhase.Requested);
        await world.Feed.FirstAsync(item => item.Key == study && item.Detail == "exam.submit");
        await Eventually.Holds(() => !world.Notes.Has(study));
    }

    [Fact]
    public async Task A_delivery_that_fails_is_tried_again_with_a_pause()
    {
        world.Projected.Broken = true;
        var grain = world.NewStudy(out var study);
        await grain.Submit(People.Clinician.Does(), People.Request());
        await world.Projected.Refused.FirstAsync();
        world.Projected.Broken = false;
        await Eventually.Holds(() =>
        {
            world.Time.Advance(TimeSpan.FromSeconds(1));
            return world.Projected.Study(study) is not null;
        });
        await Delivered(study);
    }

    [Fact]
    public async Task A_receiver_that_fails_holds_up_no_other_and_hears_all_in_order_when_it_is_back()
    {
        var broken = await Listed("1.2.1");
        var sound = await Listed("1.2.2");
        await world.Crash();
        world.Storage.Unreadable = broken;
        world.Errors.Expect(line => line.Failure is IOException || line.Failure?.InnerException is IOException);

        (await world.List.Claim(People.Reader.Does(), broken)).Succeeded.ShouldBeTrue();
        (await world.List.Release(People.Reader.Does(), broken, 1)).Succeeded.ShouldBeTrue();
        (await world.List.Claim(People.Reader.Does(), broken)).Succeeded.ShouldBeTrue();
        (await world.List.Claim(People.Reader2.Does(), sound)).Succeeded.ShouldBeTrue();

        await Eventually.Holds(async () => (await world.Study(sound).Get()).Value!.Report.ReaderId == People.Reader2.UserId);
        world.Notes.Has(GrainKeys.ReadingList(People.Centre)).ShouldBeTrue("one is still to hear");

        // What arrived has left the outbox with a later write, what did not has stayed: also when the list dies now.
        (await world.List.Release(People.Reader2.Does(), sound, 3)).Succeeded.ShouldBeTrue();
        await Eventually.Holds(async () => (await world.Study(sound).Get()).Value!.Report.ReaderId is null);
        await world.Crash();
        world.Storage.Unreadable = null;
        world.Time.Advance(TimeSpan.FromSeconds(1));
        await world.List.Deliver();

        await Eventually.Holds(async () => (await world.Study(broken).Get()).Value!.Report is { ClaimToken: 2, ReaderId: "reader" });
        await Delivered(GrainKeys.ReadingList(People.Centre));
        (await world.Study(sound).Get()).Value!.History.Count(step => step.Event == "report.claim").ShouldBe(1);
    }

    [Fact]
    public async Task A_receiver_that_failed_is_tried_again_while_its_grain_lives()
    {
        var broken = await Listed("1.2.1");
        await world.Crash();
        world.Storage.Unreadable = broken;
        world.Errors.Expect(line => line.Failure is IOException || line.Failure?.InnerException is IOException);
        (await world.List.Claim(People.Reader.Does(), broken)).Succeeded.ShouldBeTrue();
        await Eventually.Holds(async () =>
        {
            await LittleByLittle();
            return world.Errors.Lines.Any(line => line.Event.Id == 3001);
        });
        world.Storage.Unreadable = null;

        await Eventually.Holds(async () =>
        {
            await LittleByLittle();
            return (await world.Study(broken).Get()).Value!.Report.ReaderId == People.Reader.UserId;
        });
        await Delivered(GrainKeys.ReadingList(People.Centre));
    }

    [Fact]
    public async Task A_projection_is_repaired_when_its_grain_activates()
    {
        var grain = world.NewStudy(out var study);
        await grain.Submit(People.Clinician.Does(), People.Request());
        await Delivered(study);
        await world.Crash();
        world.Projected.Forget();

        await grain.Get();

        await Eventually.Holds(() => world.Projected.Study(study)?.Phase == ExamPhase.Requested);
    }

    [Fact]
    public async Task Delivered_events_leave_with_the_next_write_and_are_not_sent_again()
    {
        var grain = world.NewStudy(out var study);
        await grain.Submit(People.Clinician.Does(), People.Request());
        await Delivered(study);
        await grain.Accept(People.Desk.Does());
        await world.Feed.FirstAsync(item => item.Key == study && item.Detail == "exam.accept");
        await Delivered(study);
        world.Feed.Items.Count(item => item.Key == study && item.Detail == "exam.submit").ShouldBe(1);
    }

    [Fact]
    public async Task Images_of_the_archive_are_applied_once()
    {
        var grain = world.NewStudy(out var study);
        var batch = world.Batch("1.2.3", 10);
        await grain.ImagesArrived(batch);
        var version = (await grain.Get()).Value!.Version;
        await grain.ImagesArrived(batch);
        (await grain.Get()).Value!.Version.ShouldBe(version);
        await Delivered(study);
    }

    [Fact]
    public async Task A_subscriber_sees_positions_without_gaps_and_a_new_epoch_after_a_restart()
    {
        var feed = world.Grains.GetGrain<IFeedGrain>(GrainKeys.RegionFeed);
        var listener = new Portal();
        var reference = world.Grains.CreateObjectReference<IFeedObserver>(listener);
        var start = await feed.Subscribe("portal-2", reference);
        await feed.Publish([new FeedItem("study", "study:1", 1, [], "a"), new FeedItem("study", "study:2", 1, [], "b")]);
        await feed.Publish([new FeedItem("study", "study:3", 1, [], "c")]);

        await listener.Batches.FirstAsync(batch => batch.Items.Any(item => item.Key == "study:3"));
        await listener.Batches.FirstAsync(batch => batch.Items.Any(item => item.Key == "study:1"));
        var expected = start.Sequence;
        foreach (var batch in listener.Batches.Items.OrderBy(batch => batch.FirstSequence))
        {
            (batch.Epoch, batch.FirstSequence).ShouldBe((start.Epoch, expected + 1));
            expected += batch.Items.Length;
        }
        await world.Crash();
        (await feed.Subscribe("portal-2", reference)).Epoch.ShouldNotBe(start.Epoch);
    }

    [Fact]
    public async Task A_subscriber_that_does_not_renew_hears_no_more()
    {
        var feed = world.Grains.GetGrain<IFeedGrain>(GrainKeys.RegionFeed);
        var listener = new Portal();
        await feed.Subscribe("portal-2", world.Grains.CreateObjectReference<IFeedObserver>(listener));
        await world.Pass(TimeSpan.FromSeconds(91));
        await feed.Publish([new FeedItem("study", "study:last", 1, [], "a")]);
        await world.Feed.FirstAsync(item => item.Key == "study:last");
        listener.Batches.Items.SelectMany(batch => batch.Items).ShouldNotContain(item => item.Key == "study:last");
    }

    /// <summary>Time for pauses of the engine and of deliveries, not for a claim to expire.</summary>
    private async Task LittleByLittle()
    {
        world.Time.Advance(TimeSpan.FromMilliseconds(50));
        await world.Site.Get();
    }

    private async Task<string> Listed(string uid)
    {
        await world.NewStudy(out var study).ImagesArrived(world.Batch(uid, 10));
        await Delivered(study);
        await Eventually.Holds(async () => (await world.List.Entries()).Any(entry => entry.StudyId == study));
        return study;
    }

    private async Task Delivered(string key) => await Eventually.Holds(() => !world.Notes.Has(key));

    private sealed class Portal : IFeedObserver
    {
        public TestKit.EventCollector<FeedBatch> Batches { get; } = new();

        public Task Changed(FeedBatch batch)
        {
            Batches.Add(batch);
            return Task.CompletedTask;
        }
    }
}
