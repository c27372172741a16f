using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Regional.Load.Portal;
using Regional.Load.Scenarios;
using Regional.TestKit;

namespace Regional.Load.Tests;

/// <summary>The client against a server that answers as the portal's contract says.</summary>
public sealed class PortalClientTests : IAsyncLifetime
{
    private readonly EventCollector<(string Method, string Path, string? Key, string Authorization)> requests = new();
    private readonly List<object> lines = [];
    private WebApplication app = null!;
    private Uri address = null!;

    public async Task InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Services.AddSignalR();
        app = builder.Build();
        app.Use(async (context, next) =>
        {
            requests.Add((context.Request.Method, context.Request.Path + context.Request.QueryString, context.Request.Headers["Idempotency-Key"], context.Request.Headers.Authorization.ToString()));
            await next();
        });
        app.MapPost("/api/auth/login", (Credentials who) => who.Password == "right"
            ? Results.Json(new { token = "t-1", user = new { userId = who.Username, name = "孙佳", site = "expert" } })
            : Results.Problem(statusCode: 401, extensions: new Dictionary<string, object?> { ["rule"] = "auth.password" }));
        app.MapGet("/api/studies", (string view, string? after) =>
        {
            var from = after is null ? 0 : int.Parse(after, System.Globalization.CultureInfo.InvariantCulture);
            lock (lines) return Results.Json(new { items = lines.Skip(from).Take(2), next = from + 2 < lines.Count ? $"{from + 2}" : null });
        });
        app.MapPost("/api/studies/{id}/report/claim", (string id) => Results.Problem(statusCode: 409, extensions: new Dictionary<string, object?> { ["rule"] = "report.claim" }));
        app.MapHub<QueueHub>("/hubs/queue");
        await app.StartAsync();
        address = new Uri(app.Urls.First());
    }

    public async Task DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
    }

    [Fact]
    public async Task Sign_in_carries_the_token_and_refusals_carry_their_rule()
    {
        var refused = await Should.ThrowAsync<PortalRefusedException>(() => PortalClient.SignInAsync(address, "reader", "wrong"));
        (refused.Status, refused.Rule).ShouldBe((HttpStatusCode.Unauthorized, "auth.password"));

        using var reader = await PortalClient.SignInAsync(address, "reader", "right");
        reader.User.Name.ShouldBe("孙佳");
        var taken = await Should.ThrowAsync<PortalRefusedException>(() => reader.PostAsync<ClaimAnswer>(PortalClient.Study("study:1") + "/report/claim"));
        (taken.Status, taken.Rule).ShouldBe((HttpStatusCode.Conflict, "report.claim"));
        var last = requests.Items[^1];
        last.Authorization.ShouldBe("Bearer t-1");
        last.Key.ShouldNotBeNull().Length.ShouldBe(26);
        taken.Message.ShouldNotContain("?");
    }

    [Fact]
    public async Task Lists_are_read_page_after_page()
    {
        for (var i = 0; i < 5; i++) Add($"1.2.{i}");
        using var reader = await PortalClient.SignInAsync(address, "reader", "right");
        (await reader.StudiesAsync("reading")).SelectMany(l => l.StudyInstanceUids).ShouldBe(["1.2.0", "1.2.1", "1.2.2", "1.2.3", "1.2.4"]);
        (await reader.StudiesAsync("reading", mostPages: 1)).Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_watcher_tells_when_a_study_is_on_the_list()
    {
        using var reader = await PortalClient.SignInAsync(address, "reader", "right");
        await using var watcher = await ListWatcher.StartAsync(address, reader);
        var mine = watcher.WhenListedAsync("1.2.42", 1);
        var other = watcher.WhenListedAsync("1.2.43", 1);
        var halfThere = watcher.WhenListedAsync("1.2.44", 2);
        Add("1.2.44");
        Add("1.2.42");
        await app.Services.GetRequiredService<IHubContext<QueueHub>>().Clients.All.SendAsync("Changed", new { epoch = "e", sequence = 1 });
        await mine.WaitAsync(TimeSpan.FromSeconds(30));
        other.IsCompleted.ShouldBeFalse();
        halfThere.IsCompleted.ShouldBeFalse();
    }

    private void Add(string uid)
    {
        lock (lines)
        {
            lines.Add(new
            {
                studyId = "study:" + uid,
                site = "township-a",
                phase = "unmatched",
                reportPhase = "awaiting",
                facts = new { identity = "provisional", request = "none", images = "stable", copy = "atCentre", grade = "ungraded" },
                priority = "routine",
                studyInstanceUids = new[] { uid },
                imagesAtCentre = 1,
            });
        }
    }

    private sealed record Credentials(string Username, string Password);

    public sealed class QueueHub : Hub;
}
