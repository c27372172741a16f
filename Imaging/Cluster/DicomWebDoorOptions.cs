using System.Net;

namespace Regional.Imaging.Cluster;

/// <summary>DICOMweb at the centre, beside what roles and sites say.</summary>
public sealed class CentreDicomWebOptions
{
    /// <summary>Origins of other sites' pages whose scripts may call DICOMweb here (CORS), exactly as a browser writes them. Default none.</summary>
    public List<string> Origins { get; set; } = [];
}

/// <summary>DICOMweb at an edge, for the hospital's own network; works with the line down. Default: nobody outside the demo.</summary>
public sealed class EdgeDicomWebOptions
{
    public List<DicomWebClientOptions> Clients { get; set; } = [];

    /// <summary>As <see cref="CentreDicomWebOptions.Origins"/>.</summary>
    public List<string> Origins { get; set; } = [];
}

/// <summary>A workstation, viewer or device that may call an edge's DICOMweb: from its address, with its token.</summary>
public sealed class DicomWebClientOptions
{
    /// <summary>How logs name it; 1 to 16 of letters, digits, underscore and hyphen. Stands as the sender of what it stores.</summary>
    public string Name { get; set; } = "";

    /// <summary>IP address from which it calls, or a network such as 10.1.2.0/24.</summary>
    public string Address { get; set; } = "";

    /// <summary>Reference (<c>env:NAME</c>, <c>file:PATH</c>) to what it shows as Bearer token: 32 printable characters or more.</summary>
    public string Token { get; set; } = "";

    /// <summary>May search. Default false.</summary>
    public bool Query { get; set; }

    /// <summary>May read metadata and images. Default false.</summary>
    public bool Retrieve { get; set; }

    /// <summary>May bring images. Default false.</summary>
    public bool Store { get; set; }

    /// <summary><see cref="Address"/> as a network; null where it is neither.</summary>
    public IPNetwork? Network => IPNetwork.TryParse(Address, out var network) ? network
        : IPAddress.TryParse(Address, out var one) ? new IPNetwork(one, one.GetAddressBytes().Length * 8)
        : null;
}
