using System.Collections.Immutable;
using Microsoft.Extensions.Options;
using Orleans;
using Orleans.Runtime;
using Regional.Delivery;
using Regional.Feeds;
using Regional.Outcomes;
using Regional.Projections;
using Regional.Storage;

namespace Regional.Sites;

/// <summary>One hospital: its link, its people, its numbers. Calls no other grain within a turn, so everybody may ask it.</summary>
[GrainType("site")]
internal sealed class SiteGrain : Grain, ISiteGrain
{
    /// <summary>How often leases are looked at.</summary>
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(15);

    private readonly Ledger<SiteState> ledger;
    private readonly Presence presence;
    private readonly TimeProvider time;
    private readonly WorkflowClocks clocks;
    private ImmutableArray<string> shownUsers = [];
    private bool shownOnline;

    public SiteGrain(
        [PersistentState("site", RegionalStorage.Name)] IPersistentState<SiteState> state, LedgerServices services, IOptions<WorkflowClocks> clocks)
    {
        time = services.Time;
        this.clocks = clocks.Value;
        presence = new Presence(time);
        ledger = new Ledger<SiteState>(
            this, state, services,
            (written, projections) => written.Profile is null ? Task.CompletedTask : projections.Apply(new SiteRow(Snapshot(written))));
    }

    private bool Online => ledger.State.LinkId is not null && presence.LinkHeard;

    private Reachability Now => At(ledger.State);

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        await ledger.Activated();
        this.RegisterGrainTimer(Look, new GrainTimerCreationOptions(LookEvery, LookEvery));
    }

    public Task<Outcome<SiteSnapshot>> Get() => Task.FromResult<Outcome<SiteSnapshot>>(
        ledger.State.Profile is null ? Failure.Of(FailureCode.NotFound, "site") : Snapshot(ledger.State));

    public async Task<SiteSnapshot> Configure(SiteProfile profile)
    {
        if (!SameProfile(ledger.State.Profile, profile)) await Show(ledger.State with { Profile = profile }, "configured");
        return Snapshot(ledger.State);
    }

    /// <summary>While a link is alive, one of an earlier start of the edge is a late message; after that the edge's clock may have been set back.</summary>
    public async Task LinkOpened(string linkId, string boot, string software, TimeSpan clockSkew)
    {
        var state = ledger.State;
        if (Online && state.Boot is { } known && string.CompareOrdinal(boot, known) < 0) return;
        presence.HearLink();
        var status = state.Status is { } last ? last with { ClockSkew = clockSkew } : null;
        await Show(state with { LinkId = linkId, Boot = boot, Software = software, LinkSince = time.GetUtcNow(), Status = status }, "online");
    }

    /// <summary>A link that was taken for a late one speaks on when the other has gone: then it is the one there is.</summary>
    public async Task LinkStatus(string linkId, EdgeStatus status)
    {
        if (linkId != ledger.State.LinkId)
        {
            if (Online) return;
            presence.HearLink();
            await Show(ledger.State with { LinkId = linkId, LinkSince = time.GetUtcNow(), Status = status }, "online");
            return;
        }

        var back = !presence.LinkHeard;
        presence.HearLink();
        await Show(ledger.State with { Status = status }, back ? "online" : "status");
    }

    public async Task LinkClosed(string linkId)
    {
        if (linkId != ledger.State.LinkId) return;
        presence.LoseLink();
        await Show(ledger.State with { LinkId = null }, "offline");
    }

    public Task Presence(string portal, ImmutableArray<string> userIds) => PeoplePresent(portal, userIds, []);

    public Task PeoplePresent(string portal, ImmutableArray<string> userIds, ImmutableArray<string> answering)
    {
        presence.Tell(portal, userIds, answering);
        return Look();
    }

    public Task<Reachability> Reachable() => Task.FromResult(Now);

    public async Task WatchPresence(string criticalValueId, bool watch)
    {
        var state = ledger.State;
        if (state.Watchers.Contains(criticalValueId) == watch) return;
        var next = state with
        {
            Version = state.Version + 1,
            Watchers = watch ? state.Watchers.Add(criticalValueId) : state.Watchers.Remove(criticalValueId),
        };

        // Whoever left between the question and the watch is told of now.
        var gone = watch && Now != Reachability.Reachable && presence.IsSettled;
        if (gone) next = next.Send(new TellReachability(criticalValueId, Now));
        if (watch && state.Watchers.IsEmpty) next = next with { Told = gone ? Now : Reachability.Reachable };
        await ledger.Commit(next);
    }

    public async Task<string> NextAccession(string commandId)
    {
        var (next, number) = AccessionRules.Next(ledger.State, commandId, time.GetUtcNow(), clocks.LocalOffset);
        if (!ReferenceEquals(next, ledger.State)) await ledger.Commit(next);
        return number;
    }

    public Task<Agreement> Agreement() => Task.FromResult(
        ledger.State.Profile?.Agreement ?? throw new InvalidOperationException("The site is not configured."));

    public Task Deliver()
    {
        ledger.Deliver();
        return Task.CompletedTask;
    }

    /// <summary>What leases have changed since it was last shown.</summary>
    private Task Look()
    {
        var state = ledger.State;
        if (state.Profile is null) return Task.CompletedTask;
        if (Online != shownOnline) return Show(state, Online ? "online" : "offline");
        if (!presence.Users.SequenceEqual(shownUsers)) return Show(state, "presence");
        return MustTell(state) ? Show(state, "presence") : Task.CompletedTask;
    }

    private bool MustTell(SiteState state) =>
        !state.Watchers.IsEmpty && Now != state.Told && (Now == Reachability.Reachable || presence.IsSettled);

    /// <summary>Writes what changed, with the row, the feed item and the news for the alerts that wait here.</summary>
    private async Task Show(SiteState next, string detail)
    {
        if (next.Profile is not { } profile) return;
        next = next with { Version = ledger.State.Version + 1 };
        next = next.Send(new Project()).Send(new Publish(new FeedItem("site", this.GetPrimaryKeyString(), next.Version, [profile.Code], detail)));
        var reachability = At(next);
        var goneForSure = presence.IsSettled || next.LinkId is null;
        if (!next.Watchers.IsEmpty && reachability != next.Told && (reachability == Reachability.Reachable || goneForSure))
        {
            next = next.Watchers.Aggregate(next, (told, id) => told.Send(new TellReachability(id, reachability))) with { Told = reachability };
        }

        await ledger.Commit(next);
        shownOnline = Online;
        shownUsers = presence.Users;
    }

    private Reachability At(SiteState state) => state.LinkId is null
        ? Reachability.LinkDown
        : presence.Reachable(state.Profile is { Roster.IsDefault: false } profile ? profile.Roster.Select(entry => entry.UserId) : []);

    private SiteSnapshot Snapshot(SiteState state) => new(
        state.Profile!, state.Version, state.LinkId is not null && presence.LinkHeard, state.LinkSince, state.Software, state.Status, presence.Users);

    /// <summary>By content: records compare their arrays by reference.</summary>
    private static bool SameProfile(SiteProfile? a, SiteProfile b) =>
        a is not null
        && a.Roster.SequenceEqual(b.Roster)
        && a.Agreement.SingleSigners.SequenceEqual(b.Agreement.SingleSigners)
        && a with { Roster = b.Roster, Agreement = a.Agreement with { SingleSigners = b.Agreement.SingleSigners } } == b;
}
