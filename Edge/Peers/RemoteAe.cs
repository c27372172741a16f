namespace Regional.Edge.Peers;

/// <summary>Why the edge calls an application entity.</summary>
internal enum RemoteKind
{
    /// <summary>A modality; it is only asked whether it is there.</summary>
    Device,

    /// <summary>Images may be sent to it.</summary>
    Destination,

    /// <summary>An archive whose history is queried and imported; images may be sent to it too.</summary>
    Peer,
}

/// <summary>An application entity of the site that the edge calls, as cluster.yaml names it.</summary>
internal sealed record RemoteAe(RemoteKind Kind, string AeTitle, string Address, int Port, bool IsSecure);
