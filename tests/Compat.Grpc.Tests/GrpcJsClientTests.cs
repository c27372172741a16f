using System.Text.Json;
using Google.Protobuf;
using Regional.Compat.Grpc.Tests.Server;
using Regional.Probe.V1;

namespace Regional.Compat.Grpc.Tests;

/// <summary>@grpc/grpc-js as client of this server.</summary>
public sealed class GrpcJsClientTests(NodeFixture node) : IClassFixture<NodeFixture>
{
    private static readonly byte[] Bytes = [0, 1, 254, 255];

    private readonly TaskCompletionSource _canceled = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [SkippableFact]
    public async Task A_unary_call()
    {
        var result = await RunAsync("ask");

        result.GetProperty("code").GetInt32().ShouldBe(0);
        var response = result.GetProperty("response");
        response.GetProperty("text").GetString().ShouldBe("你好");
        response.GetProperty("data").GetString().ShouldBe(Convert.ToBase64String([1, 2, 255]));
        response.GetProperty("number").GetInt32().ShouldBe(42);
    }

    [SkippableFact]
    public async Task A_status_with_detail_and_trailers()
    {
        var result = await RunAsync("fail");

        result.GetProperty("code").GetInt32().ShouldBe((int)StatusCode.FailedPrecondition);
        result.GetProperty("details").GetString().ShouldBe("失败 100%");
        result.GetProperty("trailers").GetProperty("reason").GetString().ShouldBe("asked");
        Convert.FromBase64String(result.GetProperty("trailers").GetProperty("reason-bin").GetString()!).ShouldBe(Bytes);
    }

    [SkippableFact]
    public async Task Headers_both_ways()
    {
        var result = await RunAsync("headers");

        result.GetProperty("headers").GetProperty("reply").GetString().ShouldBe("township-a");
        Convert.FromBase64String(result.GetProperty("headers").GetProperty("reply-bin").GetString()!).ShouldBe(Bytes);
    }

    [SkippableFact]
    public async Task A_cancelled_call()
    {
        var result = await RunAsync("cancel");

        result.GetProperty("code").GetInt32().ShouldBe((int)StatusCode.Cancelled);
        await _canceled.Task.WaitAsync(ProbeServer.Patience);
    }

    [SkippableFact]
    public async Task A_deadline()
    {
        var result = await RunAsync("deadline");

        result.GetProperty("code").GetInt32().ShouldBe((int)StatusCode.DeadlineExceeded);
        await _canceled.Task.WaitAsync(ProbeServer.Patience);
    }

    [SkippableFact]
    public async Task Gzip_both_ways()
    {
        var result = await RunAsync("gzip");

        result.GetProperty("code").GetInt32().ShouldBe(0);
        result.GetProperty("response").GetProperty("length").GetInt32().ShouldBe(100_000);
        result.GetProperty("response").GetProperty("text").GetString().ShouldBe("gzip gzip");
    }

    [SkippableFact]
    public async Task An_upload()
    {
        var result = await RunAsync("upload");

        result.GetProperty("code").GetInt32().ShouldBe(0);
        result.GetProperty("response").GetProperty("number").GetInt32().ShouldBe(200 * 50_001);
    }

    [SkippableFact]
    public async Task A_download()
    {
        var result = await RunAsync("download");

        result.GetProperty("code").GetInt32().ShouldBe(0);
        result.GetProperty("count").GetInt32().ShouldBe(200);
        result.GetProperty("bytes").GetInt32().ShouldBe(200 * 50_000);
    }

    [SkippableFact]
    public async Task A_talk()
    {
        var result = await RunAsync("talk");

        result.GetProperty("code").GetInt32().ShouldBe(0);
        result.GetProperty("numbers").EnumerateArray().Select(number => number.GetInt32()).ShouldBe(Enumerable.Range(0, 10).Select(i => i * 2));
    }

    [SkippableFact]
    public async Task An_unknown_method()
    {
        var result = await RunAsync("unknown");

        result.GetProperty("code").GetInt32().ShouldBe((int)StatusCode.Unimplemented);
        result.GetProperty("details").GetString().ShouldBe("Method is unimplemented.");
    }

    [SkippableFact]
    public async Task A_message_over_the_limit()
    {
        (await RunAsync("toolarge")).GetProperty("code").GetInt32().ShouldBe((int)StatusCode.ResourceExhausted);
    }

    private async Task<JsonElement> RunAsync(string scenario)
    {
        node.Demand();
        await using var server = await ProbeServer.StartAsync(
            new ProbeScript { Ask = Ask, Upload = Upload, Download = Download, Talk = Talk },
            grpc: options => options.ResponseCompressionAlgorithm = "gzip");
        var line = await node.RunClientAsync(new Uri(server.Address).Authority, scenario);
        return JsonDocument.Parse(line).RootElement;
    }

    private async Task<Note> Ask(Note request, ServerCallContext context)
    {
        switch (request.Text)
        {
            case "fail":
                throw new RpcException(new Status(StatusCode.FailedPrecondition, "失败 100%"), new Metadata { { "reason", "asked" }, { "reason-bin", Bytes } });
            case "wait":
                try
                {
                    await new SyncPoint().WaitToContinueAsync(context.CancellationToken);
                }
                catch (OperationCanceledException)
                {
                    _canceled.SetResult();
                    throw;
                }

                return request;
            case "headers":
                await context.WriteResponseHeadersAsync(new Metadata
                {
                    { "reply", context.RequestHeaders.GetValue("site")! },
                    { "reply-bin", context.RequestHeaders.GetValueBytes("token-bin")! },
                });
                return request;
            case "gzip":
                var http = context.GetHttpContext();
                return new Note { Text = $"{http.Request.Headers["grpc-encoding"]} {http.Response.Headers["grpc-encoding"]}", Data = request.Data };
            default:
                return new Note { Text = request.Text, Data = request.Data, Number = request.Number + 1 };
        }
    }

    private static async Task<Note> Upload(IAsyncStreamReader<Note> requests, ServerCallContext context)
    {
        var total = 0;
        await foreach (var note in requests.ReadAllAsync())
            total += note.Data.Length + note.Number;
        return new Note { Number = total };
    }

    private static async Task Download(Note request, IServerStreamWriter<Note> responses, ServerCallContext context)
    {
        for (var i = 0; i < request.Number; i++)
            await responses.WriteAsync(new Note { Number = i, Data = ByteString.CopyFrom(new byte[request.Data.Length]) });
    }

    private static async Task Talk(IAsyncStreamReader<Note> requests, IServerStreamWriter<Note> responses, ServerCallContext context)
    {
        await foreach (var note in requests.ReadAllAsync())
            await responses.WriteAsync(new Note { Number = note.Number * 2 });
    }
}
