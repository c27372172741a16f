using System.Diagnostics;
using Regional.Silo.Tests.Hosting;
using Regional.TestKit.Tls;

namespace Regional.Silo.Tests.Link;

public sealed class LinkStopTests
{
    /// <summary>A link never ends by itself: a centre that waited for it would be stopped by its host's patience, half a minute later.</summary>
    [Fact]
    public async Task A_centre_that_stops_ends_the_links_of_its_edges_at_once()
    {
        using var authority = new TestAuthority();
        using var certificate = authority.Issue("township-a");
        using var region = new SmallRegion(authority: authority);
        var centre = await region.Start();
        using var caller = new LinkCaller(new Uri(centre.App.Urls.Last()), authority, certificate);
        var opened = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var stay = caller.StayAsync("township-a", opened.SetResult);
        await await Task.WhenAny(opened.Task, stay).WaitAsync(TimeSpan.FromSeconds(30));

        var began = Stopwatch.GetTimestamp();
        await SmallRegion.Stop(centre);

        Stopwatch.GetElapsedTime(began).ShouldBeLessThan(TimeSpan.FromSeconds(15));
        await stay.WaitAsync(TimeSpan.FromSeconds(30));
    }
}
