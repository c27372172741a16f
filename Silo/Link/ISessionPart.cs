using System.Threading.Channels;
using Regional.Imaging.Cluster;
using Regional.Link.V1;

namespace Regional.Silo.Link;

/// <summary>A subject of its own on the session with an edge, such as the worklist.</summary>
internal interface ISessionPart
{
    /// <param name="site">Proven by the transport.</param>
    /// <param name="orders">What goes to that edge.</param>
    ISessionTalk Open(SiteOptions site, ChannelWriter<CentreOrder> orders);
}

/// <summary>One session's talk about it.</summary>
internal interface ISessionTalk
{
    /// <summary>Runs as long as the session.</summary>
    Task Run(CancellationToken cancellation);

    /// <summary>Hears what the edge says; events of other parts are not its business.</summary>
    ValueTask Take(EdgeEvent told, CancellationToken cancellation);
}
