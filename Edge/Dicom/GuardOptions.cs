namespace Regional.Edge.Dicom;

/// <summary>Bounds on what a caller may do before any parser sees a byte (design §5.1). Sizes are bytes.</summary>
internal sealed record GuardOptions
{
    /// <summary>Longest P-DATA-TF PDU taken. Default 256 KiB, which is also what is offered in negotiation.</summary>
    public uint MaxDataPdu { get; init; } = 256 << 10;

    /// <summary>Longest A-ASSOCIATE-RQ taken. Default 64 KiB.</summary>
    public uint MaxAssociatePdu { get; init; } = 64 << 10;

    /// <summary>Longest command set of a message. Default 64 KiB.</summary>
    public long MaxCommand { get; init; } = 64 << 10;

    /// <summary>Longest data set of a message other than C-STORE, such as a query or a commitment request. Default 4 MiB.</summary>
    public long MaxMessage { get; init; } = 4 << 20;

    /// <summary>From the connection to the end of the A-ASSOCIATE-RQ, a TLS handshake included. Default 10 s (ARTIM, PS3.8 §9.1.5).</summary>
    public TimeSpan AssociateWithin { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Longest silence in an association. Default 60 s.</summary>
    public TimeSpan Idle { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Longest data set taken; a longer one ends its association. Default 4 GiB.</summary>
    public long MaxDataSet { get; init; } = 4L << 30;

    /// <summary>Connections at once; further ones are closed at once. Default 512.</summary>
    public int MaxConnections { get; init; } = 512;
}
