using Google.Protobuf;
using Grpc.Net.Client;
using Regional.Compat.Grpc.Tests.Server;
using Regional.Probe.V1;

namespace Regional.Compat.Grpc.Tests;

/// <summary>@grpc/grpc-js as server for this client.</summary>
public sealed class GrpcJsServerTests(NodeFixture node) : IClassFixture<NodeFixture>
{
    private static readonly byte[] Bytes = [0, 1, 254, 255];

    [SkippableFact]
    public async Task Every_kind_of_call()
    {
        await using var server = await NodeServer.StartAsync(node);
        using var channel = GrpcChannel.ForAddress(server.Address);
        var client = new Regional.Probe.V1.Probe.ProbeClient(channel);
        var data = ByteString.CopyFrom(new byte[50_000]);

        var answer = await client.AskAsync(new Note { Text = "你好", Data = data, Number = 41 });
        answer.ShouldBe(new Note { Text = "你好", Data = data, Number = 42 });

        using (var upload = client.Upload())
        {
            for (var i = 0; i < 200; i++)
                await upload.RequestStream.WriteAsync(new Note { Data = data, Number = 1 });
            await upload.RequestStream.CompleteAsync();
            (await upload).Number.ShouldBe(200 * 50_001);
        }

        using (var download = client.Download(new Note { Number = 200, Data = data }))
        {
            var numbers = new List<int>();
            await foreach (var note in download.ResponseStream.ReadAllAsync())
            {
                note.Data.Length.ShouldBe(data.Length);
                numbers.Add(note.Number);
            }

            numbers.ShouldBe(Enumerable.Range(0, 200));
            download.GetStatus().StatusCode.ShouldBe(StatusCode.OK);
        }

        using var talk = client.Talk();
        for (var i = 0; i < 10; i++)
        {
            await talk.RequestStream.WriteAsync(new Note { Number = i });
            (await talk.ResponseStream.MoveNext()).ShouldBeTrue();
            talk.ResponseStream.Current.Number.ShouldBe(i * 2);
        }

        await talk.RequestStream.CompleteAsync();
        (await talk.ResponseStream.MoveNext()).ShouldBeFalse();
    }

    [SkippableFact]
    public async Task Status_headers_and_trailers()
    {
        await using var server = await NodeServer.StartAsync(node);
        using var channel = GrpcChannel.ForAddress(server.Address);
        var client = new Regional.Probe.V1.Probe.ProbeClient(channel);

        var failure = await Should.ThrowAsync<RpcException>(async () => await client.AskAsync(new Note { Text = "fail" }));
        using var call = client.AskAsync(new Note { Text = "headers" }, new Metadata { { "site", "township-a" }, { "token-bin", Bytes } });
        await call;
        var headers = await call.ResponseHeadersAsync;

        failure.Status.ShouldBe(new Status(StatusCode.FailedPrecondition, "失败 100%"));
        failure.Trailers.GetValue("reason").ShouldBe("asked");
        failure.Trailers.GetValueBytes("reason-bin").ShouldBe(Bytes);
        headers.GetValue("reply").ShouldBe("township-a");
        headers.GetValueBytes("reply-bin").ShouldBe(Bytes);
    }

    [SkippableFact]
    public async Task Cancellation_and_deadlines_reach_the_server()
    {
        await using var server = await NodeServer.StartAsync(node);
        using var channel = GrpcChannel.ForAddress(server.Address);
        var client = new Regional.Probe.V1.Probe.ProbeClient(channel);
        using var source = new CancellationTokenSource();

        var told = await client.AskAsync(new Note { Text = "deadline" }, deadline: TimeProvider.System.GetUtcNow().UtcDateTime.AddSeconds(1000));
        using var call = client.AskAsync(new Note { Text = "wait" }, cancellationToken: source.Token);
        (await server.NextLineAsync()).ShouldBe("waiting");
        await source.CancelAsync();

        int.Parse(told.Text).ShouldBeInRange(900, 1000);
        (await Should.ThrowAsync<RpcException>(() => call.ResponseAsync)).StatusCode.ShouldBe(StatusCode.Cancelled);
        (await server.NextLineAsync()).ShouldBe("cancelled");
    }

    [SkippableFact]
    public async Task Gzip_both_ways()
    {
        await using var server = await NodeServer.StartAsync(node, "gzip");
        using var channel = GrpcChannel.ForAddress(server.Address);
        var client = new Regional.Probe.V1.Probe.ProbeClient(channel);
        var data = ByteString.CopyFrom(new byte[100_000]);

        using var call = client.AskAsync(new Note { Data = data }, new Metadata { { "grpc-internal-encoding-request", "gzip" } });

        (await call).Data.ShouldBe(data);
    }
}
