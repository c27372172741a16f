using Grpc.Core;
using Regional.Link.V1;

namespace Regional.Edge.Link;

/// <summary>Something that is done over the link by calls of its own, for as long as it holds, beside session and uploads.</summary>
internal interface ILinkDuty
{
    /// <summary>Ends with the link. An exception breaks the link for everything else too.</summary>
    Task Run(EdgeLink.EdgeLinkClient client, Metadata headers, CancellationToken cancellation);
}
