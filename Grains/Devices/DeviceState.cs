using Regional.Delivery;
using Regional.Storage;

namespace Regional.Devices;

/// <summary>One registered modality.</summary>
internal sealed record DeviceState : ILedgerState<DeviceState>
{
    public int Schema { get; set; } = 1;

    public long Version { get; set; }

    /// <summary>Null until configured.</summary>
    public DeviceProfile? Profile { get; set; }

    public bool InService { get; set; } = true;

    public DateTimeOffset? LastImage { get; set; }

    public long ReceivedInstances { get; set; }

    public string? OutReason { get; set; }

    public DateTimeOffset? LastEcho { get; set; }

    public bool? Answers { get; set; }

    public CommandMemory Commands { get; set; } = CommandMemory.Empty;

    public Outbox Outbox { get; set; } = Outbox.Empty;

    public DeviceState With(Outbox outbox) => this with { Outbox = outbox };

    public DeviceState With(CommandMemory commands) => this with { Commands = commands };

    public DeviceSnapshot Snapshot() => new(Profile!, Version, InService, LastImage, ReceivedInstances, OutReason)
    {
        LastEcho = LastEcho, Answers = Answers,
    };
}
