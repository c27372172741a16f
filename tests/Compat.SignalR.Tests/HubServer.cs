using System.Net;
using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.AspNetCore.Hosting.Server;
using Regional.TestKit;

namespace Regional.Compat.SignalR.Tests;

/// <summary>Kestrel on a free loopback port with the two hubs and a bearer check.</summary>
public sealed class HubServer : IAsyncDisposable
{
    private WebApplication? app;

    public Signals Seen { get; } = new();

    public string Address { get; private set; } = "";

    public string Hub => Address + "/echo";

    public string Guarded => Address + "/guarded";

    public static async Task<HubServer> StartAsync(int port = 0)
    {
        var server = new HubServer();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port));
        builder.Services.AddSingleton(server.Seen);
        builder.Services.AddSignalR(options =>
        {
            options.MaximumParallelInvocationsPerClient = 4;
            options.KeepAliveInterval = TimeSpan.FromMinutes(5);
        });
        builder.Services.AddAuthentication("bearer").AddScheme<AuthenticationSchemeOptions, KnownTokens>("bearer", null);
        builder.Services.AddAuthorization();
        var app = builder.Build();
        app.Use(async (context, next) =>
        {
            server.Seen.Requests.Add((context.Request.Path, context.Request.Headers.Authorization.ToString(), context.Request.Headers["X-Site"].ToString()));
            await next();
        });
        app.UseAuthentication();
        app.UseAuthorization();
        app.MapHub<EchoHub>("/echo");
        app.MapHub<GuardedHub>("/guarded");
        app.MapPost("/moved/negotiate", () => Results.Json(new { url = server.Guarded, accessToken = "token-of-zhou" }));
        await app.StartAsync();
        server.app = app;
        server.Address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        if (app is null) return;
        await app.StopAsync();
        await app.DisposeAsync();
    }

    public sealed class Signals
    {
        public EventCollector<string> Noted { get; } = new();

        public EventCollector<string> Hanging { get; } = new();

        public EventCollector<bool> StreamsEnded { get; } = new();

        public EventCollector<(string ConnectionId, Exception? Reason)> Left { get; } = new();

        public EventCollector<(string Path, string Authorization, string Site)> Requests { get; } = new();
    }

    private sealed class KnownTokens(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder)
        : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
    {
        protected override Task<AuthenticateResult> HandleAuthenticateAsync()
        {
            var given = Request.Headers.Authorization.ToString();
            if (!given.StartsWith("Bearer token-of-", StringComparison.Ordinal)) return Task.FromResult(AuthenticateResult.NoResult());
            var identity = new ClaimsIdentity([new Claim(ClaimTypes.Name, given["Bearer token-of-".Length..])], "bearer");
            return Task.FromResult(AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), "bearer")));
        }
    }
}
