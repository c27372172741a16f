using System.Security.Claims;
using System.Text.Encodings.Web;
using Grpc.AspNetCore.Server;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Regional.Compat.Grpc.Tests.Server;
using Regional.Probe.V1;

namespace Regional.Compat.Grpc.Tests;

public sealed class HostingTests
{
    private static readonly ProbeScript Echo = new() { Ask = (request, _) => Task.FromResult(request) };

    [Fact]
    public async Task Authorization_guards_a_service()
    {
        await using var server = await ProbeServer.StartAsync(
            Echo,
            services: services =>
            {
                services.AddAuthentication("test").AddScheme<AuthenticationSchemeOptions, HeaderAuthentication>("test", null);
                services.AddAuthorizationBuilder().AddPolicy("edge", policy => policy.RequireRole("edge"));
            },
            app: app =>
            {
                app.UseAuthentication();
                app.UseAuthorization();
                app.MapGrpcService<ProbeService>().RequireAuthorization("edge");
            });
        var client = server.Connect();

        var anonymous = await Should.ThrowAsync<RpcException>(async () => await client.AskAsync(new Note()));
        var wrongRole = await Should.ThrowAsync<RpcException>(async () => await client.AskAsync(new Note(), new Metadata { { "role", "reader" } }));
        var allowed = await client.AskAsync(new Note { Number = 1 }, new Metadata { { "role", "edge" } });

        anonymous.StatusCode.ShouldBe(StatusCode.Unauthenticated);
        wrongRole.StatusCode.ShouldBe(StatusCode.PermissionDenied);
        allowed.Number.ShouldBe(1);
    }

    [Fact]
    public async Task Unknown_methods_and_services_are_unimplemented_and_pages_stay_reachable()
    {
        await using var server = await ProbeServer.StartAsync(Echo, app: app =>
        {
            app.MapGrpcService<ProbeService>();
            app.MapGet("/a/b", () => "page");
        });
        using var http = new HttpClient { DefaultRequestVersion = new Version(2, 0), DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact };

        var scripted = await Should.ThrowAsync<RpcException>(async () => await server.Connect().Upload().ResponseAsync);
        var method = await RawCall.SendAsync(RawCall.Request(server, "Nothing", new Note()));
        using var elsewhere = RawCall.Request(server, "Ask", new Note());
        elsewhere.RequestUri = new Uri($"{server.Address}/some.Other/Ask");

        scripted.StatusCode.ShouldBe(StatusCode.Unimplemented);
        method.ShouldBe(("12", "Method is unimplemented."));
        (await RawCall.SendAsync(elsewhere)).ShouldBe(("12", "Service is unimplemented."));
        (await http.GetStringAsync(new Uri($"{server.Address}/a/b"))).ShouldBe("page");
    }

    [Fact]
    public async Task Endpoints_carry_the_method_they_serve()
    {
        await using var server = await ProbeServer.StartAsync(new ProbeScript
        {
            Ask = (_, context) => Task.FromResult(new Note
            {
                Text = context.GetHttpContext().GetEndpoint()!.Metadata.GetMetadata<GrpcMethodMetadata>()!.Method.FullName,
            }),
        });

        (await server.Connect().AskAsync(new Note())).Text.ShouldBe("/regional.probe.v1.Probe/Ask");
    }

    [Fact]
    public async Task A_service_may_have_its_own_options()
    {
        await using var server = await ProbeServer.StartAsync(
            Echo,
            grpc: options => options.MaxReceiveMessageSize = 100,
            services: services => services.AddGrpc().AddServiceOptions<ProbeService>(options => options.MaxReceiveMessageSize = 200));
        var client = server.Connect();

        await client.AskAsync(new Note { Text = new string('x', 150) });
        var failure = await Should.ThrowAsync<RpcException>(async () => await client.AskAsync(new Note { Text = new string('x', 250) }));

        failure.StatusCode.ShouldBe(StatusCode.ResourceExhausted);
    }

    [Fact]
    public async Task A_service_is_made_for_each_call_and_disposed_unless_registered()
    {
        var counter = new Counter();
        await using var server = await ProbeServer.StartAsync(
            new ProbeScript(),
            services: services => services.AddSingleton(counter),
            app: app => app.MapGrpcService<Counting>());
        var client = server.Connect();

        await client.AskAsync(new Note());
        await client.AskAsync(new Note());

        (counter.Made, counter.Disposed).ShouldBe((2, 2));
    }

    [Fact]
    public async Task Mapping_without_AddGrpc_says_what_is_missing()
    {
        await using var app = WebApplication.CreateSlimBuilder().Build();

        Should.Throw<InvalidOperationException>(() => app.MapGrpcService<ProbeService>()).Message.ShouldContain("AddGrpc");
    }

    internal sealed class Counter
    {
        public int Made { get; set; }

        public int Disposed { get; set; }
    }

    internal sealed class Counting : Regional.Probe.V1.Probe.ProbeBase, IDisposable
    {
        private readonly Counter _counter;

        public Counting(Counter counter)
        {
            _counter = counter;
            counter.Made++;
        }

        public override Task<Note> Ask(Note request, ServerCallContext context) => Task.FromResult(request);

        public void Dispose() => _counter.Disposed++;
    }

    private sealed class HeaderAuthentication(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder)
        : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
    {
        protected override Task<AuthenticateResult> HandleAuthenticateAsync()
        {
            if (!Request.Headers.TryGetValue("role", out var role))
                return Task.FromResult(AuthenticateResult.NoResult());
            var identity = new ClaimsIdentity([new Claim(ClaimTypes.Role, role.ToString())], Scheme.Name);
            return Task.FromResult(AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), Scheme.Name)));
        }
    }
}
