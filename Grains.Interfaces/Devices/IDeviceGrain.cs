using Orleans;
using Regional.Actors;
using Regional.Outcomes;

namespace Regional.Devices;

/// <summary>One registered modality, keyed by <c>dev:</c> site and AE title: its profile and what was last heard of it.</summary>
[Alias("regional.IDeviceGrain")]
public interface IDeviceGrain : IGrainWithStringKey
{
    [Alias("Get")] Task<Outcome<DeviceSnapshot>> Get();

    /// <summary>From configuration, at start; the same profile again changes nothing.</summary>
    [Alias("Configure")] Task<DeviceSnapshot> Configure(DeviceProfile profile);

    /// <summary>The edge heard of the device: last image and count since installation.</summary>
    [Alias("Observe")] Task Observe(DateTimeOffset lastImage, long receivedInstances);

    /// <summary>The edge asked the device by C-ECHO whether it is there.</summary>
    [Alias("Echoed")] Task Echoed(DateTimeOffset at, bool answers);

    [Alias("SetService")] Task<Outcome<DeviceSnapshot>> SetService(Command command, bool inService);
    [Alias("Deliver")] Task Deliver();
}

/// <summary>A registered AE (X4). Its quirks (charset, name form, clock) grow with the imaging issue.</summary>
[GenerateSerializer, Immutable, Alias("regional.DeviceProfile")]
public sealed record DeviceProfile(
    [property: Id(0)] string Site,
    [property: Id(1)] string AeTitle,
    [property: Id(2)] string Name,
    [property: Id(3)] string Modality,
    [property: Id(4)] string? Room);

[GenerateSerializer, Immutable, Alias("regional.DeviceSnapshot")]
public sealed record DeviceSnapshot(
    [property: Id(0)] DeviceProfile Profile,
    [property: Id(1)] long Version,
    [property: Id(2)] bool InService,
    [property: Id(3)] DateTimeOffset? LastImage,
    [property: Id(4)] long ReceivedInstances,
    [property: Id(5)] string? OutReason)
{
    /// <summary>When its edge last asked it by C-ECHO; null where it is not asked.</summary>
    [Id(6)] public DateTimeOffset? LastEcho { get; init; }

    /// <summary>Whether it answered then.</summary>
    [Id(7)] public bool? Answers { get; init; }
}
