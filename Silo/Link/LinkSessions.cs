using System.Collections.Concurrent;
using System.Threading.Channels;
using Regional.Link.V1;

namespace Regional.Silo.Link;

/// <summary>The sessions that are open at this process, to send orders down to an edge.</summary>
internal sealed class LinkSessions
{
    private readonly ConcurrentDictionary<string, Channel<CentreOrder>> _orders = new(StringComparer.Ordinal);

    /// <summary>A site has one session; a newer one replaces an older one whose end has not been noticed yet.</summary>
    public Channel<CentreOrder> Open(string site)
    {
        var channel = Channel.CreateBounded<CentreOrder>(new BoundedChannelOptions(1024) { FullMode = BoundedChannelFullMode.DropOldest });
        _orders.AddOrUpdate(site, channel, (_, older) =>
        {
            older.Writer.TryComplete();
            return channel;
        });
        return channel;
    }

    public void Close(string site, Channel<CentreOrder> channel)
    {
        channel.Writer.TryComplete();
        _orders.TryRemove(new KeyValuePair<string, Channel<CentreOrder>>(site, channel));
    }

    public bool IsOpen(string site) => _orders.ContainsKey(site);

    /// <summary>False: the site has no session here; its edge learns it when the study's images come anyway.</summary>
    public bool Order(string site, CentreOrder order) => _orders.TryGetValue(site, out var channel) && channel.Writer.TryWrite(order);
}
