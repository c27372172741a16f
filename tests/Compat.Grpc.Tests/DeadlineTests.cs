using System.Net;
using Microsoft.Extensions.Logging;
using Regional.Compat.Grpc.Tests.Server;
using Regional.Probe.V1;

namespace Regional.Compat.Grpc.Tests;

public sealed class DeadlineTests
{
    private readonly ManualTimeProvider _time = new();

    [Fact]
    public async Task The_servers_deadline_is_the_clients()
    {
        DateTime seen = default;
        await using var server = await ProbeServer.StartAsync(
            new ProbeScript
            {
                Ask = (request, context) =>
                {
                    seen = context.Deadline;
                    return Task.FromResult(request);
                },
            },
            time: _time);
        var deadline = _time.GetUtcNow().UtcDateTime.AddSeconds(90);

        await server.Connect(time: _time).AskAsync(new Note(), deadline: deadline);

        seen.ShouldBe(deadline);
        seen.Kind.ShouldBe(DateTimeKind.Utc);
    }

    [Fact]
    public async Task The_client_gives_up_at_its_deadline_and_the_server_learns_of_it()
    {
        var canceled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var arrived = new SyncPoint();
        await using var server = await ProbeServer.StartAsync(new ProbeScript
        {
            Ask = async (request, context) =>
            {
                using var registration = context.CancellationToken.Register(() => canceled.TrySetResult());
                await arrived.WaitToContinueAsync();
                return request;
            },
        });
        var client = server.Connect(time: _time);
        using var call = client.AskAsync(new Note(), deadline: _time.GetUtcNow().UtcDateTime.AddSeconds(5));
        await arrived.ReachedAsync();

        _time.Advance(TimeSpan.FromSeconds(4.9));
        call.ResponseAsync.IsCompleted.ShouldBeFalse();
        _time.Advance(TimeSpan.FromSeconds(0.2));

        var failure = await Should.ThrowAsync<RpcException>(() => call.ResponseAsync.WaitAsync(ProbeServer.Patience));
        failure.StatusCode.ShouldBe(StatusCode.DeadlineExceeded);
        await canceled.Task.WaitAsync(ProbeServer.Patience);
        arrived.Continue();
    }

    [Fact]
    public async Task A_deadline_that_has_passed_sends_nothing()
    {
        var called = false;
        await using var server = await ProbeServer.StartAsync(new ProbeScript
        {
            Ask = (request, _) =>
            {
                called = true;
                return Task.FromResult(request);
            },
        });

        var failure = await Should.ThrowAsync<RpcException>(
            async () => await server.Connect(time: _time).AskAsync(new Note(), deadline: _time.GetUtcNow().UtcDateTime.AddSeconds(-1)));

        failure.StatusCode.ShouldBe(StatusCode.DeadlineExceeded);
        called.ShouldBeFalse();
    }

    [Fact]
    public async Task The_server_answers_at_the_deadline_though_its_handler_runs_on()
    {
        var running = new SyncPoint();
        var tokenFired = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await ProbeServer.StartAsync(
            new ProbeScript
            {
                Ask = async (request, context) =>
                {
                    using var registration = context.CancellationToken.Register(() => tokenFired.TrySetResult());
                    await running.WaitToContinueAsync();
                    return request;
                },
            },
            time: _time);
        using var http = new HttpClient { DefaultRequestVersion = HttpVersion.Version20, DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact };
        using var request = RawCall.Request(server, "Ask", new Note());
        request.Headers.Add("grpc-timeout", "2S");

        var answer = http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        await running.ReachedAsync();
        _time.Advance(TimeSpan.FromSeconds(2));
        using var response = await answer.WaitAsync(ProbeServer.Patience);

        response.Headers.GetValues("grpc-status").Single().ShouldBe("4");
        await tokenFired.Task.WaitAsync(ProbeServer.Patience);
        running.Continue();
    }

    [Fact]
    public async Task A_stream_ends_at_the_deadline()
    {
        var waiting = new SyncPoint();
        await using var server = await ProbeServer.StartAsync(new ProbeScript
        {
            Download = async (_, responses, context) =>
            {
                await responses.WriteAsync(new Note());
                await waiting.WaitToContinueAsync(context.CancellationToken);
            },
        });
        using var call = server.Connect(time: _time).Download(new Note(), deadline: _time.GetUtcNow().UtcDateTime.AddSeconds(5));
        (await call.ResponseStream.MoveNext()).ShouldBeTrue();
        var next = call.ResponseStream.MoveNext();
        await waiting.ReachedAsync();

        _time.Advance(TimeSpan.FromSeconds(6));

        var failure = await Should.ThrowAsync<RpcException>(() => next.WaitAsync(ProbeServer.Patience));
        failure.StatusCode.ShouldBe(StatusCode.DeadlineExceeded);
        call.GetStatus().StatusCode.ShouldBe(StatusCode.DeadlineExceeded);
    }

    [Fact]
    public async Task A_local_deadline_is_refused()
    {
        await using var server = await ProbeServer.StartAsync(new ProbeScript());

        Should.Throw<InvalidOperationException>(
            () => server.Connect().AskAsync(new Note(), deadline: new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Local)));
    }

    [Fact]
    public async Task A_channel_may_throw_cancellations_instead_of_statuses()
    {
        await using var server = await ProbeServer.StartAsync(new ProbeScript());
        var client = server.Connect(options => options.ThrowOperationCanceledOnCancellation = true, _time);

        await Should.ThrowAsync<OperationCanceledException>(
            async () => await client.AskAsync(new Note(), deadline: _time.GetUtcNow().UtcDateTime));
    }

    [Fact]
    public async Task A_time_out_that_is_no_number_is_ignored()
    {
        await using var server = await ProbeServer.StartAsync(new ProbeScript { Ask = (request, _) => Task.FromResult(request) });
        using var http = new HttpClient();
        using var request = RawCall.Request(server, "Ask", new Note());
        request.Headers.Add("grpc-timeout", "soon");

        using var response = await http.SendAsync(request);

        RawCall.StatusOf(response).ShouldBe("0");
        server.Logs.Lines.ShouldContain(line => line.Event.Name == "InvalidTimeoutIgnored" && line.Level == LogLevel.Debug);
    }
}
