using Grpc.Net.Client;
using Regional.Compat.Grpc.Tests.Server;
using Regional.Probe.V1;

namespace Regional.Compat.Grpc.Tests;

public sealed class CancellationTests
{
    private readonly TaskCompletionSource _serverToken = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SyncPoint _running = new();

    private ProbeScript Waiting => new()
    {
        Ask = async (request, context) =>
        {
            await WaitAsync(context);
            return request;
        },
        Talk = async (_, responses, context) =>
        {
            await responses.WriteAsync(new Note());
            await WaitAsync(context);
        },
    };

    [Fact]
    public async Task The_callers_token_cancels_the_call_on_both_sides()
    {
        await using var server = await ProbeServer.StartAsync(Waiting);
        using var source = new CancellationTokenSource();
        using var call = server.Connect().AskAsync(new Note(), cancellationToken: source.Token);
        await _running.ReachedAsync();

        await source.CancelAsync();

        var failure = await Should.ThrowAsync<RpcException>(() => call.ResponseAsync.WaitAsync(ProbeServer.Patience));
        failure.StatusCode.ShouldBe(StatusCode.Cancelled);
        failure.Status.Detail.ShouldBe("Call canceled by the client.");
        await _serverToken.Task.WaitAsync(ProbeServer.Patience);
    }

    [Fact]
    public async Task A_cancelled_channel_may_throw_the_callers_own_cancellation()
    {
        await using var server = await ProbeServer.StartAsync(Waiting);
        using var source = new CancellationTokenSource();
        var client = server.Connect(options => options.ThrowOperationCanceledOnCancellation = true);
        using var call = client.AskAsync(new Note(), cancellationToken: source.Token);
        await _running.ReachedAsync();

        await source.CancelAsync();

        var failure = await Should.ThrowAsync<OperationCanceledException>(() => call.ResponseAsync.WaitAsync(ProbeServer.Patience));
        failure.CancellationToken.ShouldBe(source.Token);
    }

    [Fact]
    public async Task Disposing_a_call_cancels_it()
    {
        await using var server = await ProbeServer.StartAsync(Waiting);
        var call = server.Connect().Talk();
        (await call.ResponseStream.MoveNext()).ShouldBeTrue();
        var next = call.ResponseStream.MoveNext();
        await _running.ReachedAsync();

        call.Dispose();

        var failure = await Should.ThrowAsync<RpcException>(() => next.WaitAsync(ProbeServer.Patience));
        failure.Status.ShouldBe(new Status(StatusCode.Cancelled, "gRPC call disposed."));
        await _serverToken.Task.WaitAsync(ProbeServer.Patience);
        await Should.ThrowAsync<ObjectDisposedException>(() => call.RequestStream.WriteAsync(new Note()));
    }

    [Fact]
    public async Task A_reads_own_token_cancels_the_call()
    {
        await using var server = await ProbeServer.StartAsync(Waiting);
        using var source = new CancellationTokenSource();
        using var call = server.Connect().Talk();
        (await call.ResponseStream.MoveNext()).ShouldBeTrue();
        var next = call.ResponseStream.MoveNext(source.Token);
        await _running.ReachedAsync();

        await source.CancelAsync();

        var failure = await Should.ThrowAsync<RpcException>(() => next.WaitAsync(ProbeServer.Patience));
        failure.StatusCode.ShouldBe(StatusCode.Cancelled);
        call.GetStatus().StatusCode.ShouldBe(StatusCode.Cancelled);
        await _serverToken.Task.WaitAsync(ProbeServer.Patience);
    }

    [Fact]
    public async Task A_server_that_reads_sees_the_caller_go()
    {
        var seen = new TaskCompletionSource<Exception>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await ProbeServer.StartAsync(new ProbeScript
        {
            Upload = async (requests, context) =>
            {
                await requests.MoveNext();
                try
                {
                    var next = requests.MoveNext();
                    await Task.WhenAny(next, _running.WaitToContinueAsync(context.CancellationToken));
                    await next;
                }
                catch (Exception failure)
                {
                    seen.TrySetResult(failure);
                    throw;
                }

                return new Note();
            },
        });
        var call = server.Connect().Upload();
        await call.RequestStream.WriteAsync(new Note());
        await _running.ReachedAsync();

        call.Dispose();

        (await seen.Task.WaitAsync(ProbeServer.Patience)).ShouldBeAssignableTo<IOException>();
    }

    [Fact]
    public async Task A_channel_that_is_disposed_cancels_its_calls_and_refuses_new_ones()
    {
        await using var server = await ProbeServer.StartAsync(Waiting);
        var channel = GrpcChannel.ForAddress(server.Address);
        var client = new Regional.Probe.V1.Probe.ProbeClient(channel);
        using var call = client.AskAsync(new Note());
        await _running.ReachedAsync();

        channel.Dispose();

        var failure = await Should.ThrowAsync<RpcException>(() => call.ResponseAsync.WaitAsync(ProbeServer.Patience));
        failure.StatusCode.ShouldBe(StatusCode.Cancelled);
        Should.Throw<ObjectDisposedException>(() => client.AskAsync(new Note()));
        await _serverToken.Task.WaitAsync(ProbeServer.Patience);
    }

    private async Task WaitAsync(ServerCallContext context)
    {
        try
        {
            await _running.WaitToContinueAsync(context.CancellationToken);
        }
        catch (OperationCanceledException) when (context.CancellationToken.IsCancellationRequested)
        {
            _serverToken.SetResult();
            throw;
        }
    }
}
