using System.Net;
using System.Net.Sockets;
using Grpc.Net.Client;
using Grpc.Wire;
using Regional.Compat.Grpc.Tests.Server;
using Regional.Probe.V1;

namespace Regional.Compat.Grpc.Tests;

public sealed class ConnectionTests
{
    [Fact]
    public async Task Nobody_there_is_unavailable_and_not_dialled_again_at_once()
    {
        var time = new ManualTimeProvider();
        var port = FreePort();
        using var channel = GrpcChannel.ForAddress($"http://127.0.0.1:{port}");
        channel.Clock = new GrpcClock(time);
        var client = new Regional.Probe.V1.Probe.ProbeClient(channel);

        var first = await Should.ThrowAsync<RpcException>(async () => await client.AskAsync(new Note()));
        using var listener = new TcpListener(IPAddress.Loopback, port);
        listener.Start();
        var second = await Should.ThrowAsync<RpcException>(async () => await client.AskAsync(new Note()));
        var dialledWhileClosed = listener.Pending();
        time.Advance(TimeSpan.FromSeconds(1.3));
        using var third = client.AskAsync(new Note());
        using var dialled = await listener.AcceptTcpClientAsync().WaitAsync(ProbeServer.Patience);

        first.StatusCode.ShouldBe(StatusCode.Unavailable);
        first.Status.DebugException.ShouldBeOfType<SocketException>();
        second.StatusCode.ShouldBe(StatusCode.Unavailable);
        dialledWhileClosed.ShouldBeFalse();
        dialled.Connected.ShouldBeTrue();
    }

    [Fact]
    public async Task A_server_that_goes_away_makes_its_calls_unavailable()
    {
        var running = new SyncPoint();
        await using var server = await ProbeServer.StartAsync(new ProbeScript
        {
            Download = async (_, responses, context) =>
            {
                await responses.WriteAsync(new Note());
                await running.WaitToContinueAsync(context.CancellationToken);
            },
        });
        using var call = server.Connect().Download(new Note());
        (await call.ResponseStream.MoveNext()).ShouldBeTrue();
        var next = call.ResponseStream.MoveNext();
        await running.ReachedAsync();

        await server.StopAsync();

        var failure = await Should.ThrowAsync<RpcException>(() => next.WaitAsync(ProbeServer.Patience));
        failure.StatusCode.ShouldBe(StatusCode.Unavailable, failure.ToString());
    }

    [Fact]
    public async Task A_line_cut_under_a_call_is_unavailable()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var channel = GrpcChannel.ForAddress($"http://{listener.LocalEndpoint}");
        using var call = new Regional.Probe.V1.Probe.ProbeClient(channel).AskAsync(new Note());
        using (var line = await listener.AcceptSocketAsync().WaitAsync(ProbeServer.Patience))
        {
            await line.ReceiveAsync(new byte[100]).WaitAsync(ProbeServer.Patience);
            line.LingerState = new LingerOption(true, 0);
        }

        var failure = await Should.ThrowAsync<RpcException>(() => call.ResponseAsync.WaitAsync(ProbeServer.Patience));

        failure.StatusCode.ShouldBe(StatusCode.Unavailable);
    }

    [Fact]
    public async Task Calls_go_on_when_the_server_is_back()
    {
        var script = new ProbeScript { Ask = (request, _) => Task.FromResult(request) };
        var time = new ManualTimeProvider();
        var port = FreePort();
        using var channel = GrpcChannel.ForAddress($"http://127.0.0.1:{port}", new GrpcChannelOptions { MaxReconnectBackoff = TimeSpan.FromSeconds(2) });
        channel.Clock = new GrpcClock(time);
        var client = new Regional.Probe.V1.Probe.ProbeClient(channel);
        for (var i = 0; i < 5; i++)
        {
            await Should.ThrowAsync<RpcException>(async () => await client.AskAsync(new Note()));
            time.Advance(TimeSpan.FromSeconds(2.5));
        }

        await using var server = await ProbeServer.StartAsync(script, port: port);

        (await client.AskAsync(new Note { Number = 3 })).Number.ShouldBe(3);
    }

    [Fact]
    public void Addresses_and_options_are_checked()
    {
        Should.Throw<InvalidOperationException>(() => GrpcChannel.ForAddress("ftp://localhost"));
        Should.Throw<ArgumentException>(() => GrpcChannel.ForAddress(
            "http://localhost", new GrpcChannelOptions { HttpClient = new HttpClient(), HttpHandler = new SocketsHttpHandler() }));
        Should.Throw<ArgumentException>(() => new GrpcChannelOptions { InitialReconnectBackoff = TimeSpan.Zero });
        Should.Throw<ArgumentException>(() => new GrpcChannelOptions { MaxReconnectBackoff = TimeSpan.Zero });
    }

    [Fact]
    public async Task Wait_for_ready_is_refused_rather_than_ignored()
    {
        await using var server = await ProbeServer.StartAsync(new ProbeScript());

        Should.Throw<NotSupportedException>(() => server.Connect().AskAsync(new Note(), new CallOptions().WithWaitForReady()));
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
