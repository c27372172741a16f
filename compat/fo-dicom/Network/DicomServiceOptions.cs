namespace FellowOakDicom.Network;

/// <summary>Options of one association, on either side.</summary>
public class DicomServiceOptions
{
    internal const uint DefaultMaxPduLength = 262144;

    public bool LogDataPDUs { get; set; }

    /// <summary>Writes whole data sets, with patients' values, to the log.</summary>
    public bool LogDimseDatasets { get; set; }

    public bool UseRemoteAEForLogName { get; set; }

    /// <summary>Bytes of a command gathered before a PDU is written. Default 1 KiB.</summary>
    public uint MaxCommandBuffer { get; set; } = 1024;

    /// <summary>Bytes of a data set gathered before a PDU is written. Default 1 MiB; the peer's maximum applies as well.</summary>
    public uint MaxDataBuffer { get; set; } = 1024 * 1024;

    public bool TcpNoDelay { get; set; } = true;

    public int? TcpReceiveBufferSize { get; set; }

    public int? TcpSendBufferSize { get; set; }

    /// <summary>PDVs in one PDU; 0 means any number. This implementation writes one.</summary>
    public int MaxPDVsPerPDU { get; set; }

    public bool IgnoreUnsupportedTransferSyntaxChange { get; set; }

    /// <summary>Silence after which a request is given up; null means never.</summary>
    public TimeSpan? RequestTimeout { get; set; }

    /// <summary>Longest PDU announced to the peer, and the longest taken from it. Default 256 KiB.</summary>
    public uint MaxPDULength { get; set; } = DefaultMaxPduLength;

    public DicomServiceOptions Clone() => (DicomServiceOptions)MemberwiseClone();
}

public class DicomServerOptions
{
    /// <summary>Connections served at once; further ones wait unaccepted. 0 means no limit.</summary>
    public int MaxClientsAllowed { get; set; }

    public DicomServerOptions Clone() => (DicomServerOptions)MemberwiseClone();
}
