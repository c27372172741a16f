using System.Collections.Immutable;
using Orleans;
using Orleans.Runtime;
using Regional.Actors;
using Regional.Delivery;
using Regional.Feeds;
using Regional.Outcomes;
using Regional.Projections;
using Regional.Storage;
using Regional.Transitions;

namespace Regional.Devices;

/// <summary>One registered modality: its profile, whether it is in service, what was last heard of it.</summary>
[GrainType("device")]
internal sealed class DeviceGrain : Grain, IDeviceGrain
{
    private static readonly ImmutableArray<Doer> Keepers =
        [.. Doer.AtSite(Role.Technician, Role.Sonographer, Role.Desk), .. Doer.Anywhere(Role.Administrator), Doer.System];

    private readonly Ledger<DeviceState> ledger;

    public DeviceGrain([PersistentState("device", RegionalStorage.Name)] IPersistentState<DeviceState> state, LedgerServices services)
    {
        ledger = new Ledger<DeviceState>(
            this, state, services,
            (written, projections) => written.Profile is null ? Task.CompletedTask : projections.Apply(new DeviceRow(written.Snapshot())));
    }

    public override Task OnActivateAsync(CancellationToken cancellationToken) => ledger.Activated();

    public Task<Outcome<DeviceSnapshot>> Get() => Task.FromResult<Outcome<DeviceSnapshot>>(
        ledger.State.Profile is null ? NotFound() : ledger.State.Snapshot());

    public async Task<DeviceSnapshot> Configure(DeviceProfile profile)
    {
        if (ledger.State.Profile != profile) await ledger.Commit(Tell(ledger.State with { Profile = profile }, "configured"));
        return ledger.State.Snapshot();
    }

    /// <summary>Counts only grow; what is known already writes nothing.</summary>
    public async Task Observe(DateTimeOffset lastImage, long receivedInstances)
    {
        var state = ledger.State;
        if (state.Profile is null || (receivedInstances <= state.ReceivedInstances && lastImage <= state.LastImage)) return;
        await ledger.Commit(Tell(
            state with
            {
                LastImage = state.LastImage > lastImage ? state.LastImage : lastImage,
                ReceivedInstances = Math.Max(state.ReceivedInstances, receivedInstances),
            },
            "observed"));
    }

    /// <summary>An older answer than the one known writes nothing.</summary>
    public async Task Echoed(DateTimeOffset at, bool answers)
    {
        var state = ledger.State;
        if (state.Profile is null || at <= state.LastEcho) return;
        await ledger.Commit(Tell(state with { LastEcho = at, Answers = answers }, "echoed"));
    }

    public async Task<Outcome<DeviceSnapshot>> SetService(Command command, bool inService)
    {
        var state = ledger.State;
        if (state.Profile is null) return NotFound();
        if (ledger.Knows(command.Id)) return state.Snapshot();
        if (!Keepers.Any(keeper => keeper.Permits(command.By, state.Profile.Site, state.Profile.Site)))
            return Failure.Of(FailureCode.Forbidden, "device.service");
        if (!inService && string.IsNullOrWhiteSpace(command.Reason)) return Turn.ReasonMissing("device.service");
        var next = state with { InService = inService, OutReason = inService ? null : command.Reason };
        await ledger.Commit(Tell(next, inService ? "inService" : "outOfService"), command);
        return ledger.State.Snapshot();
    }

    public Task Deliver()
    {
        ledger.Deliver();
        return Task.CompletedTask;
    }

    private DeviceState Tell(DeviceState next, string detail)
    {
        next = next with { Version = next.Version + 1 };
        var item = new FeedItem("device", this.GetPrimaryKeyString(), next.Version, [next.Profile!.Site], detail);
        return next.With(next.Outbox.Add(new Project()).Add(new Publish(item)));
    }

    private static Failure NotFound() => Failure.Of(FailureCode.NotFound, "device");
}
