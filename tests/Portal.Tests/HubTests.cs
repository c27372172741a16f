using System.Text.Json;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans;
using Regional.Actors;
using Regional.Feeds;
using Regional.Portal.Accounts;
using Regional.Portal.Hosting;
using Regional.Portal.Hubs;
using Regional.Portal.Tests.Hosting;
using Regional.Sites;
using Regional.TestKit;

namespace Regional.Portal.Tests;

[Collection("centre")]
public sealed class HubTests(CentreFixture centre)
{
    [Theory]
    [InlineData("queue")]
    [InlineData("critical")]
    [InlineData("consult")]
    public async Task A_hub_tells_its_position_to_whoever_is_signed_in_and_to_nobody_else(string hub)
    {
        await using var stranger = new HubConnectionBuilder().WithUrl(new Uri(centre.Address, "/hubs/" + hub)).Build();
        await Should.ThrowAsync<Exception>(() => stranger.StartAsync());

        await using var page = await Connect(hub, "reader");
        (await page.Positions.FirstAsync()).Text("epoch").ShouldNotBeNullOrEmpty();
    }

    [Fact]
    public async Task A_change_reaches_those_who_may_hear_of_it_in_a_sequence_without_gap()
    {
        await using var reader = await Connect("queue", "reader");
        await using var township = await Connect("queue", "nurse-a");
        await using var stranger = await Connect("queue", "reader-x");
        var list = await (await centre.As("reader")).Get("/api/studies?view=reading");
        var from = await reader.Positions.FirstAsync();
        list.GetProperty("feed").Text("epoch").ShouldBe(from.Text("epoch"));

        using var desk = await centre.As("desk-a");
        var study = (await desk.Command("/api/studies", TestExams.Walking("钱某"))).Text("studyId");

        bool Tells(JsonElement change) => change.GetProperty("items").EnumerateArray().Any(i => i.Text("key") == study);
        await reader.Changes.FirstAsync(Tells);
        await township.Changes.FirstAsync(Tells);
        var sequences = reader.Changes.Items.Select(c => c.GetProperty("sequence").GetInt64()).ToList();
        sequences.ShouldBe(Enumerable.Range(0, sequences.Count).Select(i => sequences[0] + i));
        stranger.Changes.Items.Any(Tells).ShouldBeFalse();
    }

    [Fact]
    public async Task A_critical_value_goes_through_its_loop_and_reaches_the_sites_people()
    {
        await using var nursePage = await Connect("critical", "nurse-a");
        using var desk = await centre.As("desk-a");
        using var reader = await centre.As("reader");
        using var senior = await centre.As("senior");
        using var nurse = await centre.As("nurse-a");
        using var clinician = await centre.As("clinician-a");
        var study = (await desk.Command("/api/studies", TestExams.Walking("吴某"))).Text("studyId");

        var suspected = await reader.Command("/api/critical-values", new { studyId = study, entryId = "intracranial-haematoma", note = "左侧基底节区" });
        var id = Uri.EscapeDataString(suspected.Text("criticalValueId"));
        var verified = await senior.Command($"/api/critical-values/{id}/verify");
        verified.GetProperty("notifyDue").ValueKind.ShouldNotBe(JsonValueKind.Null);
        await nursePage.Changes.FirstAsync(c => c.GetProperty("items").EnumerateArray().Any(i => i.Text("key") == suspected.Text("criticalValueId")));

        // No edge is connected in this test, so a phone task stands beside the push at once; receiving works from there too.
        await nurse.Until($"/api/critical-values/{id}", v => v.Text("phase") is "notifying" or "phoneDue");
        (await nurse.Command($"/api/critical-values/{id}/receive", new { readBack = "左侧基底节区血肿，已知" })).Text("phase").ShouldBe("received");
        (await clinician.Command($"/api/critical-values/{id}/act", new { action = "转上级医院" })).Text("phase").ShouldBe("acted");
        (await reader.Command($"/api/critical-values/{id}/confirm")).Text("phase").ShouldBe("closed");
        await nurse.Until("/api/critical-values?open=true", l => l.GetProperty("items").EnumerateArray().All(v => v.GetProperty("value").Text("criticalValueId") != suspected.Text("criticalValueId")));

        using var stranger = await centre.As("reader-x");
        (await stranger.GetAsync($"/api/critical-values/{id}")).StatusCode.ShouldBe(System.Net.HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_page_on_the_critical_hub_makes_its_person_present_at_the_site()
    {
        using var admin = await centre.As("admin");
        await using (await Connect("critical", "duty-b"))
            await admin.Until("/api/sites/township-b", s => s.GetProperty("site").GetProperty("present").EnumerateArray().Any(p => p.GetString() == "duty-b"));
        await admin.Until("/api/sites/township-b", s => s.GetProperty("site").GetProperty("present").GetArrayLength() == 0);
    }

    [Fact]
    [Trait("Requirement", "R7.1.3-3")]
    public async Task Only_pages_of_people_who_answer_alerts_make_a_site_reachable()
    {
        using var admin = await centre.As("admin");
        var site = centre.Services.GetRequiredService<IGrainFactory>().GetGrain<ISiteGrain>(GrainKeys.Site("township-b"));
        await site.LinkOpened("link-of-test", "boot-of-test", "1.0", TimeSpan.Zero);
        Task Present(int count) => admin.Until("/api/sites/township-b", s => s.GetProperty("site").GetProperty("present").GetArrayLength() == count);

        await using (await Connect("critical", "tech-b"))
        {
            await Present(1);
            (await site.Reachable()).ShouldBe(Reachability.NobodyOnline);
            await using (await Connect("critical", "duty-b"))
            {
                await Present(2);
                (await site.Reachable()).ShouldBe(Reachability.Reachable);
            }

            await Present(1);
            (await site.Reachable()).ShouldBe(Reachability.NobodyOnline);
        }

        await Present(0);
        await site.LinkClosed("link-of-test");
    }

    [Theory]
    [InlineData("queue")]
    [InlineData("critical")]
    [InlineData("consult")]
    [Trait("Requirement", "R10.2.3-2b")]
    public async Task A_connection_ends_within_a_round_of_its_session_and_others_of_the_same_person_stay(string hub)
    {
        var closed = (await centre.SignIn("nurse-a")).Token;
        await using var page = await ConnectWith(hub, closed);
        await using var other = await ConnectWith(hub, (await centre.SignIn("nurse-a")).Token);
        await page.Positions.FirstAsync();
        await other.Positions.FirstAsync();
        var time = new ManualTimeProvider();
        using var round = new Presence(
            centre.Services.GetRequiredService<IGrainFactory>(), centre.Services.GetRequiredService<HubSessions>(),
            centre.Services.GetRequiredService<PortalOptions>(), time, NullLogger<Presence>.Instance);
        await round.StartAsync(default);
        await time.WhenTimerArmedAsync(TimeSpan.FromSeconds(30));

        // As a disabled account, a new password and a sign-out do.
        await centre.Services.GetRequiredService<ISessionStore>().Close(SignIn.HashOf(closed), default);
        page.Connection.State.ShouldBe(HubConnectionState.Connected);
        time.Advance(TimeSpan.FromSeconds(30));

        await page.Ended.FirstAsync();
        other.Connection.State.ShouldBe(HubConnectionState.Connected);
        await round.StopAsync(default);
    }

    [Fact]
    public async Task A_batch_that_cannot_be_told_ends_no_feed_the_next_one_begins_anew()
    {
        await using var reader = await Connect("queue", "reader");
        var before = (await reader.Positions.FirstAsync()).Text("epoch");
        var relay = centre.Services.GetServices<IHostedService>().OfType<FeedRelay>().Single();

        // Items that say nothing of the sites that may hear of them: telling them fails.
        await relay.Changed(new FeedBatch("torn", 1, [new FeedItem("study", "study:torn", 1, default, "")]));
        using var desk = await centre.As("desk-a");
        var study = (await desk.Command("/api/studies", TestExams.Walking("郑某"))).Text("studyId");

        var told = await reader.Changes.FirstAsync(change => change.GetProperty("items").EnumerateArray().Any(i => i.Text("key") == study));
        told.Text("epoch").ShouldNotBe(before);
        relay.ExecuteTask!.IsCompleted.ShouldBeFalse();
    }

    private async Task<Page> Connect(string hub, string user)
    {
        using var client = await centre.As(user);
        return await ConnectWith(hub, client.DefaultRequestHeaders.Authorization!.Parameter!);
    }

    private async Task<Page> ConnectWith(string hub, string token)
    {
        var page = new Page(new HubConnectionBuilder()
            .WithUrl(new Uri(centre.Address, "/hubs/" + hub), options => options.AccessTokenProvider = () => Task.FromResult<string?>(token)).Build());
        await page.Connection.StartAsync();
        return page;
    }

    private sealed class Page : IAsyncDisposable
    {
        public Page(HubConnection connection)
        {
            Connection = connection;
            connection.On<JsonElement>("Changed", Changes.Add);
            connection.On<JsonElement>("Position", Positions.Add);
            connection.Closed += _ =>
            {
                Ended.Add(connection.State);
                return Task.CompletedTask;
            };
        }

        public HubConnection Connection { get; }

        public EventCollector<JsonElement> Changes { get; } = new();

        public EventCollector<JsonElement> Positions { get; } = new();

        public EventCollector<HubConnectionState> Ended { get; } = new();

        public ValueTask DisposeAsync() => Connection.DisposeAsync();
    }
}
