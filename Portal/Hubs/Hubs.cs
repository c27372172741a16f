using Microsoft.AspNetCore.SignalR;
using Regional.Actors;
using Regional.Portal.Accounts;

namespace Regional.Portal.Hubs;

/// <summary>A hub tells that something changed and decides nothing (design §7). Its connections join the group of what they may see.</summary>
public abstract class FeedHub(HubTopic topic, HubFeeds feeds, HubSessions sessions) : Hub<IFeedClient>
{
    public override async Task OnConnectedAsync()
    {
        var actor = Caller.ActorOf(Context.User!);
        await Groups.AddToGroupAsync(Context.ConnectionId, feeds.GroupOf(topic, actor), Context.ConnectionAborted);
        await Clients.Caller.Position(feeds.Position(topic, actor));
        await base.OnConnectedAsync();
        sessions.Entered(Context);
    }

    public override Task OnDisconnectedAsync(Exception? exception)
    {
        sessions.Left(Context);
        return base.OnDisconnectedAsync(exception);
    }
}

/// <summary>/hubs/queue: studies, reading lists, sites, devices.</summary>
public sealed class QueueHub(HubFeeds feeds, HubSessions sessions) : FeedHub(HubTopic.Queue, feeds, sessions);

/// <summary>/hubs/consult: consultations.</summary>
public sealed class ConsultHub(HubFeeds feeds, HubSessions sessions) : FeedHub(HubTopic.Consult, feeds, sessions);

/// <summary>/hubs/critical: critical values. A connection says that its person is present at their site (R7.1.3-3).</summary>
public sealed class CriticalHub(HubFeeds feeds, HubSessions sessions, Presence presence) : FeedHub(HubTopic.Critical, feeds, sessions)
{
    public override async Task OnConnectedAsync()
    {
        await base.OnConnectedAsync();
        presence.Entered(Context.ConnectionId, Actor);
    }

    public override Task OnDisconnectedAsync(Exception? exception)
    {
        presence.Left(Context.ConnectionId, Actor);
        return base.OnDisconnectedAsync(exception);
    }

    private Actor Actor => Caller.ActorOf(Context.User!);
}
