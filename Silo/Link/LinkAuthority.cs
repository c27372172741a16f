using System.Net;
using Grpc.Core;
using Regional.Imaging.Cluster;

namespace Regional.Silo.Link;

/// <summary>
/// Which site a link call comes from. Outside the demo profile the client certificate says it (its subject's common name is the site code,
/// signed by the configured authority); in the demo, or where TLS of the link is waived, the call names itself and is believed from loopback alone.
/// Default deny.
/// </summary>
internal sealed class LinkAuthority(ClusterFile cluster)
{
    private const string SiteHeader = "x-regional-site";

    /// <exception cref="RpcException">Unauthenticated or permission denied.</exception>
    public SiteOptions Authorise(ServerCallContext context)
    {
        var http = context.GetHttpContext();
        var claimed = context.RequestHeaders.GetValue(SiteHeader);
        string? proven;
        if (http.Connection.ClientCertificate is { } certificate)
            proven = TlsIdentity.CommonNameOf(certificate);
        else if (!cluster.Options.EdgesShowCertificates && http.Connection.RemoteIpAddress is { } address && IPAddress.IsLoopback(address))
            proven = claimed;
        else
            throw new RpcException(new Status(StatusCode.Unauthenticated, "link.certificate"));

        if (proven is null || cluster.Site(proven) is not { } site || (claimed is not null && claimed != proven))
            throw new RpcException(new Status(StatusCode.PermissionDenied, "link.site"));
        return site;
    }
}
