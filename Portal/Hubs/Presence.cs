using System.Collections.Immutable;
using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans;
using Regional.Actors;
using Regional.Portal.Hosting;
using Regional.Sites;

namespace Regional.Portal.Hubs;

/// <summary>
/// Who has a page open at this portal process, and who of them answers critical values by role: told to each site's grain on change and
/// every 30 s, since it forgets after 90 s. The same round ends the connections of people who are signed in no more.
/// </summary>
public sealed partial class Presence(IGrainFactory grains, HubSessions sessions, PortalOptions options, TimeProvider time, ILogger<Presence> log) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(30);

    private readonly Lock gate = new();
    private readonly Dictionary<string, Dictionary<string, Actor>> connectionsBySite = [];
    private readonly Channel<string> changed = Channel.CreateUnbounded<string>();

    public void Entered(string connection, Actor actor)
    {
        lock (gate)
        {
            if (!connectionsBySite.TryGetValue(actor.Site, out var connections))
                connectionsBySite[actor.Site] = connections = [];
            connections[connection] = actor;
        }

        changed.Writer.TryWrite(actor.Site);
    }

    public void Left(string connection, Actor actor)
    {
        lock (gate)
            connectionsBySite.GetValueOrDefault(actor.Site)?.Remove(connection);
        changed.Writer.TryWrite(actor.Site);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        var tick = timer.WaitForNextTickAsync(stoppingToken).AsTask();
        var change = changed.Reader.WaitToReadAsync(stoppingToken).AsTask();
        while (!stoppingToken.IsCancellationRequested)
        {
            var woken = await Task.WhenAny(tick, change);
            if (stoppingToken.IsCancellationRequested)
                return;
            HashSet<string> sites = [];
            while (changed.Reader.TryRead(out var site))
                sites.Add(site);
            if (woken == tick)
            {
                sites.UnionWith(OccupiedSites());
                tick = timer.WaitForNextTickAsync(stoppingToken).AsTask();
                await sessions.EndOrphans(stoppingToken);
            }
            else
            {
                change = changed.Reader.WaitToReadAsync(stoppingToken).AsTask();
            }

            foreach (var site in sites)
                await Tell(site);
        }
    }

    private async Task Tell(string site)
    {
        ImmutableArray<string> present;
        ImmutableArray<string> answering;
        lock (gate)
        {
            var people = connectionsBySite.GetValueOrDefault(site, []).Values;
            present = Ids(people);
            answering = Ids(people.Where(person => Role.Answering.Any(person.Is)));
            if (present.IsEmpty)
                connectionsBySite.Remove(site);
        }

        try
        {
            await grains.GetGrain<ISiteGrain>(GrainKeys.Site(site)).PeoplePresent(options.Name, present, answering);
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            // Told again within 30 s; until then the site believes what it heard last.
            NotTold(site, failure);
        }
    }

    private static ImmutableArray<string> Ids(IEnumerable<Actor> people) =>
        [.. people.Select(person => person.UserId).Distinct().Order(StringComparer.Ordinal)];

    private string[] OccupiedSites()
    {
        lock (gate)
            return [.. connectionsBySite.Keys];
    }

    [LoggerMessage(EventId = 2201, Level = LogLevel.Warning, Message = "Presence at {Site} could not be told")]
    private partial void NotTold(string site, Exception failure);
}
