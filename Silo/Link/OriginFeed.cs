using System.Threading.Channels;
using Regional.Imaging.Cluster;
using Regional.Link.V1;

namespace Regional.Silo.Link;

/// <summary>What a session tells of images that are still at its edge, for <see cref="OriginEdges"/>.</summary>
internal sealed class OriginFeed(OriginEdges origins, TimeProvider time) : ISessionPart
{
    public ISessionTalk Open(SiteOptions site, ChannelWriter<CentreOrder> orders) => new Talk(site.Code, origins, time);

    private sealed class Talk(string site, OriginEdges origins, TimeProvider time) : ISessionTalk
    {
        public Task Run(CancellationToken cancellation) => Task.Delay(Timeout.InfiniteTimeSpan, time, cancellation);

        public ValueTask Take(EdgeEvent told, CancellationToken cancellation)
        {
            if (told.Study is { } study)
                origins.Take(site, study);
            else if (told.Lacking is { } lacking)
                origins.Take(site, lacking);
            return ValueTask.CompletedTask;
        }
    }
}
