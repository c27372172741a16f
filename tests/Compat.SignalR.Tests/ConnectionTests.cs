using System.Net;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.Http.Connections.Client;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.Logging;
using Regional.TestKit;

namespace Regional.Compat.SignalR.Tests;

/// <summary>Opening, closing, losing and regaining a connection.</summary>
public sealed class ConnectionTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private HubServer server = null!;

    public async Task InitializeAsync() => server = await HubServer.StartAsync();

    public async Task DisposeAsync() => await server.DisposeAsync();

    [Fact]
    public async Task The_token_goes_with_the_negotiation_and_with_the_socket()
    {
        var asked = 0;
        await using var connection = new HubConnectionBuilder()
            .WithUrl(server.Guarded, options =>
            {
                options.AccessTokenProvider = () => Task.FromResult<string?>("token-of-zhou" + (Interlocked.Increment(ref asked) > 0 ? "" : "?"));
                options.Headers["X-Site"] = "township-a";
            })
            .Build();
        await connection.StartAsync();
        (await connection.InvokeAsync<string>("WhoAmI")).ShouldBe("zhou");
        var requests = server.Seen.Requests.Items;
        requests.Select(r => r.Path).ShouldBe(["/guarded/negotiate", "/guarded"]);
        requests.ShouldAllBe(r => r.Authorization == "Bearer token-of-zhou" && r.Site == "township-a");
        asked.ShouldBe(2);
    }

    [Fact]
    public async Task Without_a_token_the_door_stays_shut()
    {
        await using var connection = new HubConnectionBuilder().WithUrl(server.Guarded).Build();
        var refused = await Should.ThrowAsync<HttpRequestException>(() => connection.StartAsync());
        refused.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        connection.State.ShouldBe(HubConnectionState.Disconnected);
    }

    [Fact]
    public async Task A_negotiation_may_send_the_client_elsewhere_with_a_token()
    {
        await using var connection = new HubConnectionBuilder().WithUrl(server.Address + "/moved").Build();
        await connection.StartAsync();
        (await connection.InvokeAsync<string>("WhoAmI")).ShouldBe("zhou");
    }

    [Fact]
    public async Task Skipping_negotiation_needs_WebSockets_alone_and_gives_no_id()
    {
        await using var wrong = new HubConnectionBuilder().WithUrl(server.Hub, options => options.SkipNegotiation = true).Build();
        await Should.ThrowAsync<InvalidOperationException>(() => wrong.StartAsync());

        await using var right = new HubConnectionBuilder()
            .WithUrl(server.Hub, HttpTransportType.WebSockets, options => options.SkipNegotiation = true).Build();
        await right.StartAsync();
        right.ConnectionId.ShouldBeNull();
        (await right.InvokeAsync<string>("Echo", "x")).ShouldBe("x");

        await using var polling = new HubConnectionBuilder().WithUrl(server.Hub, HttpTransportType.LongPolling).Build();
        await Should.ThrowAsync<NoTransportSupportedException>(() => polling.StartAsync());
    }

    [Fact]
    public async Task Cookies_and_handlers_of_the_options_are_used()
    {
        var seen = new EventCollector<string>();
        await using var connection = new HubConnectionBuilder()
            .WithUrl(server.Hub, options =>
            {
                options.HttpMessageHandlerFactory = inner => new Watching(inner, seen);
                options.WebSocketConfiguration = socket => socket.SetRequestHeader("X-Site", "from-socket");
            })
            .ConfigureLogging(logging => logging.SetMinimumLevel(LogLevel.Warning))
            .Build();
        await connection.StartAsync();
        (await seen.FirstAsync()).ShouldContain("/echo/negotiate?negotiateVersion=1");
        server.Seen.Requests.Items[1].Site.ShouldBe("from-socket");
    }

    [Fact]
    public async Task Stopping_is_heard_at_both_ends_and_a_stopped_connection_starts_again()
    {
        var closed = new EventCollector<Exception?>();
        await using var connection = new HubConnectionBuilder().WithUrl(server.Hub).WithAutomaticReconnect().Build();
        connection.Closed += reason =>
        {
            closed.Add(reason);
            return Task.CompletedTask;
        };
        await connection.StartAsync();
        var first = connection.ConnectionId;
        await Should.ThrowAsync<InvalidOperationException>(() => connection.StartAsync());
        await connection.StopAsync();
        (await closed.FirstAsync()).ShouldBeNull();
        (await server.Seen.Left.FirstAsync()).ShouldBe((first!, null));
        connection.State.ShouldBe(HubConnectionState.Disconnected);
        connection.ConnectionId.ShouldBeNull();
        await Should.ThrowAsync<InvalidOperationException>(() => connection.InvokeAsync("Echo", "x"));

        await connection.StartAsync();
        connection.ConnectionId.ShouldNotBe(first);
        (await connection.InvokeAsync<string>("Echo", "again")).ShouldBe("again");
    }

    [Fact]
    public async Task A_disposed_connection_says_so()
    {
        var connection = new HubConnectionBuilder().WithUrl(server.Hub).Build();
        await connection.StartAsync();
        await connection.DisposeAsync();
        await connection.DisposeAsync();
        await Should.ThrowAsync<ObjectDisposedException>(() => connection.StartAsync());
        await Should.ThrowAsync<ObjectDisposedException>(() => connection.SendAsync("Note", "x"));
        Should.Throw<InvalidOperationException>(() => new HubConnectionBuilder().Build());
    }

    [Fact]
    public async Task A_lost_connection_comes_back_with_a_new_id()
    {
        var reconnecting = new EventCollector<Exception?>();
        var reconnected = new EventCollector<string?>();
        await using var connection = new HubConnectionBuilder().WithUrl(server.Hub).WithAutomaticReconnect([TimeSpan.Zero, TimeSpan.Zero]).Build();
        connection.Reconnecting += reason =>
        {
            reconnecting.Add(reason);
            return Task.CompletedTask;
        };
        connection.Reconnected += id =>
        {
            reconnected.Add(id);
            return Task.CompletedTask;
        };
        await connection.StartAsync();
        var first = connection.ConnectionId;
        var hanging = connection.InvokeAsync("Hang");
        await server.Seen.Hanging.FirstAsync();
        await connection.SendAsync("Drop");

        (await reconnecting.FirstAsync()).ShouldNotBeNull();
        var second = await reconnected.FirstAsync();
        second.ShouldNotBe(first);
        connection.ConnectionId.ShouldBe(second);
        connection.State.ShouldBe(HubConnectionState.Connected);
        await Should.ThrowAsync<Exception>(() => hanging.WaitAsync(Patience));
        (await connection.InvokeAsync<string>("Echo", "back")).ShouldBe("back");
    }

    [Fact]
    public async Task When_the_policy_gives_up_the_connection_closes()
    {
        var policy = new CountedRetries(3);
        var closed = new EventCollector<Exception?>();
        await using var connection = new HubConnectionBuilder().WithUrl(server.Hub).WithAutomaticReconnect(policy).Build();
        connection.Closed += reason =>
        {
            closed.Add(reason);
            return Task.CompletedTask;
        };
        await connection.StartAsync();
        await server.DisposeAsync();
        (await closed.FirstAsync()).ShouldBeOfType<OperationCanceledException>().Message.ShouldContain("3 failed attempts");
        connection.State.ShouldBe(HubConnectionState.Disconnected);
        policy.Asked.ShouldBe([0L, 1L, 2L, 3L]);
        policy.Reasons.Skip(1).ShouldAllBe(r => r != null);
    }

    [Fact]
    public async Task Without_a_policy_a_lost_connection_closes_with_the_reason()
    {
        var closed = new EventCollector<Exception?>();
        await using var connection = new HubConnectionBuilder().WithUrl(server.Hub).Build();
        connection.Closed += reason =>
        {
            closed.Add(reason);
            return Task.CompletedTask;
        };
        await connection.StartAsync();
        await connection.SendAsync("Drop");
        (await closed.FirstAsync()).ShouldNotBeNull();
        connection.State.ShouldBe(HubConnectionState.Disconnected);
    }

    [Fact]
    public async Task A_server_that_dismisses_the_client_is_not_called_again()
    {
        var closed = new EventCollector<Exception?>();
        await using var connection = new HubConnectionBuilder().WithUrl(server.Hub).WithAutomaticReconnect([TimeSpan.Zero]).Build();
        connection.Closed += reason =>
        {
            closed.Add(reason);
            return Task.CompletedTask;
        };
        await connection.StartAsync();
        await connection.SendAsync("Dismiss");
        (await closed.FirstAsync()).ShouldBeNull();
        server.Seen.Requests.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Stopping_ends_a_reconnect_that_is_waiting()
    {
        var reconnecting = new EventCollector<Exception?>();
        var closed = new EventCollector<Exception?>();
        await using var connection = new HubConnectionBuilder().WithUrl(server.Hub).WithAutomaticReconnect([TimeSpan.FromHours(1)]).Build();
        connection.Reconnecting += reason =>
        {
            reconnecting.Add(reason);
            return Task.CompletedTask;
        };
        connection.Closed += reason =>
        {
            closed.Add(reason);
            return Task.CompletedTask;
        };
        await connection.StartAsync();
        await connection.SendAsync("Drop");
        await reconnecting.FirstAsync();
        connection.State.ShouldBe(HubConnectionState.Reconnecting);
        await Should.ThrowAsync<InvalidOperationException>(() => connection.InvokeAsync("Echo", "x"));
        await connection.StopAsync().WaitAsync(Patience);
        (await closed.FirstAsync()).ShouldBeOfType<OperationCanceledException>();
        connection.State.ShouldBe(HubConnectionState.Disconnected);
    }

    [Fact]
    public async Task A_silent_server_is_given_up()
    {
        // This server pings only every five minutes.
        var closed = new EventCollector<Exception?>();
        await using var connection = new HubConnectionBuilder().WithUrl(server.Hub).WithServerTimeout(TimeSpan.FromSeconds(1)).Build();
        connection.ServerTimeout.ShouldBe(TimeSpan.FromSeconds(1));
        connection.Closed += reason =>
        {
            closed.Add(reason);
            return Task.CompletedTask;
        };
        await connection.StartAsync();
        (await closed.FirstAsync()).ShouldBeOfType<TimeoutException>();
    }

    [Fact]
    public async Task A_server_that_never_answers_the_handshake_is_given_up()
    {
        var socket = new NeverAnswering();
        await using var connection = new HubConnectionBuilder()
            .WithUrl(server.Hub, HttpTransportType.WebSockets, options =>
            {
                options.SkipNegotiation = true;
                options.WebSocketFactory = (_, _) => ValueTask.FromResult<System.Net.WebSockets.WebSocket>(socket);
                options.CloseTimeout = TimeSpan.FromMilliseconds(50);
            })
            .Build();
        connection.HandshakeTimeout = TimeSpan.FromMilliseconds(200);
        await Should.ThrowAsync<OperationCanceledException>(() => connection.StartAsync().WaitAsync(Patience));
        connection.State.ShouldBe(HubConnectionState.Disconnected);
        socket.Aborted.ShouldBeTrue();
    }

    private sealed class Watching(HttpMessageHandler inner, EventCollector<string> seen) : DelegatingHandler(inner)
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            seen.Add(request.RequestUri!.PathAndQuery);
            return base.SendAsync(request, cancellationToken);
        }
    }

    private sealed class CountedRetries(int attempts) : IRetryPolicy
    {
        public List<long> Asked { get; } = [];

        public List<Exception?> Reasons { get; } = [];

        public TimeSpan? NextRetryDelay(RetryContext retryContext)
        {
            Asked.Add(retryContext.PreviousRetryCount);
            Reasons.Add(retryContext.RetryReason);
            return retryContext.PreviousRetryCount < attempts ? TimeSpan.Zero : null;
        }
    }
}
