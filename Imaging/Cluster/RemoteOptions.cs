namespace Regional.Imaging.Cluster;

/// <summary>An application entity that the edge calls.</summary>
public abstract class RemoteOptions
{
    public string AeTitle { get; set; } = "";

    /// <summary>IP address on which it listens, and from which it calls.</summary>
    public string Address { get; set; } = "";

    public int Port { get; set; }

    /// <summary>Whether it is called over TLS; the edge shows its own certificate where it has one. Default false, which only the demo profile and a waived <c>dicom</c> allow.</summary>
    public bool Tls { get; set; }

    /// <summary>The authority that signs its certificate (PEM). Nothing: those that the machine trusts.</summary>
    public string? Authority { get; set; }
}

/// <summary>A workstation or archive to which the edge may send images (PS3.4 §C.4.2, §B).</summary>
public sealed class DestinationOptions : RemoteOptions
{
    /// <summary>Whether it may itself call the edge to query and retrieve (not to store). Default false.</summary>
    public bool Query { get; set; }
}

/// <summary>An archive that was there before: its history is queried and imported. It may call the edge to store what was asked of it.</summary>
public sealed class PeerOptions : RemoteOptions
{
    /// <summary>Hours of the region's day in which imports run, <c>HH:mm-HH:mm</c>, over midnight too. Nothing: always.</summary>
    public string? ImportHours { get; set; }

    /// <summary>Images a minute that imports take at most, on average over a study. Nothing: as fast as it goes.</summary>
    public int? ImportPerMinute { get; set; }
}
