using Google.Protobuf;
using Regional.Compat.Grpc.Tests.Server;
using Regional.Probe.V1;

namespace Regional.Compat.Grpc.Tests;

public sealed class UnaryTests
{
    [Fact]
    public async Task A_request_gets_its_response_and_an_ok_status()
    {
        await using var server = await ProbeServer.StartAsync(new ProbeScript
        {
            Ask = (request, _) => Task.FromResult(new Note { Text = request.Text + " 好", Data = request.Data, Number = request.Number + 1 }),
        });
        var data = ByteString.CopyFrom(new byte[] { 0, 1, 255 });

        using var call = server.Connect().AskAsync(new Note { Text = "你", Data = data, Number = 41 });
        var response = await call;

        response.ShouldBe(new Note { Text = "你 好", Data = data, Number = 42 });
        call.GetStatus().ShouldBe(Status.DefaultSuccess);
        call.GetTrailers().ShouldBeEmpty();
        await call.ResponseHeadersAsync;
    }

    [Fact]
    public async Task An_empty_message_is_a_message()
    {
        await using var server = await ProbeServer.StartAsync(new ProbeScript { Ask = (_, _) => Task.FromResult(new Note()) });

        (await server.Connect().AskAsync(new Note())).ShouldBe(new Note());
    }

    [Fact]
    public async Task A_blocking_call_works_too()
    {
        await using var server = await ProbeServer.StartAsync(new ProbeScript { Ask = (request, _) => Task.FromResult(request) });
        var client = server.Connect();

        var response = await Task.Run(() => client.Ask(new Note { Number = 7 }));

        response.Number.ShouldBe(7);
    }

    [Fact]
    public async Task Many_calls_share_a_connection()
    {
        await using var server = await ProbeServer.StartAsync(new ProbeScript { Ask = (request, _) => Task.FromResult(request) });
        var client = server.Connect();

        var responses = await Task.WhenAll(Enumerable.Range(0, 200).Select(async i => (await client.AskAsync(new Note { Number = i })).Number));

        responses.ShouldBe(Enumerable.Range(0, 200));
    }

    [Fact]
    public async Task The_context_tells_who_calls_what()
    {
        (string Method, string Host, string Peer, DateTime Deadline, bool Authenticated) seen = default;
        await using var server = await ProbeServer.StartAsync(new ProbeScript
        {
            Ask = (request, context) =>
            {
                seen = (context.Method, context.Host, context.Peer, context.Deadline, context.AuthContext.IsPeerAuthenticated);
                context.GetHttpContext().Request.Protocol.ShouldBe("HTTP/2");
                return Task.FromResult(request);
            },
        });

        await server.Connect().AskAsync(new Note());

        seen.Method.ShouldBe("/regional.probe.v1.Probe/Ask");
        seen.Host.ShouldBe(new Uri(server.Address).Authority);
        seen.Peer.ShouldStartWith("ipv4:127.0.0.1:");
        seen.Deadline.ShouldBe(DateTime.MaxValue);
        seen.Authenticated.ShouldBeFalse();
    }

    [Fact]
    public async Task A_handler_that_returns_null_cancels_the_call()
    {
        await using var server = await ProbeServer.StartAsync(new ProbeScript { Ask = (_, _) => Task.FromResult<Note>(null!) });

        var failure = await Should.ThrowAsync<RpcException>(async () => await server.Connect().AskAsync(new Note()));

        failure.Status.ShouldBe(new Status(StatusCode.Cancelled, "No message returned from method."));
    }
}
