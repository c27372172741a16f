using Google.Protobuf;
using Regional.Compat.Grpc.Tests.Server;
using Regional.Probe.V1;

namespace Regional.Compat.Grpc.Tests;

public sealed class MessageSizeTests
{
    private const int MiB = 1024 * 1024;

    private static readonly ProbeScript Echo = new()
    {
        Ask = (request, _) => Task.FromResult(new Note { Data = request.Number > 0 ? Bytes(request.Number) : request.Data }),
        Upload = async (requests, _) =>
        {
            var total = 0;
            await foreach (var note in requests.ReadAllAsync())
                total += note.Data.Length;
            return new Note { Number = total };
        },
    };

    [Fact]
    public async Task The_server_takes_four_mebibytes_and_no_more()
    {
        await using var server = await ProbeServer.StartAsync(Echo);
        var client = server.Connect(options => options.MaxReceiveMessageSize = null);
        var overhead = new Note { Data = Bytes(4 * MiB) }.CalculateSize() - (4 * MiB);

        await client.AskAsync(new Note { Data = Bytes((4 * MiB) - overhead) });
        var failure = await Should.ThrowAsync<RpcException>(async () => await client.AskAsync(new Note { Data = Bytes((4 * MiB) - overhead + 1) }));

        failure.Status.ShouldBe(new Status(StatusCode.ResourceExhausted, "Received message exceeds the maximum configured message size."));
    }

    [Fact]
    public async Task The_client_takes_four_mebibytes_and_no_more()
    {
        await using var server = await ProbeServer.StartAsync(Echo);
        var client = server.Connect();

        await client.AskAsync(new Note { Number = (4 * MiB) - 100 });
        var failure = await Should.ThrowAsync<RpcException>(async () => await client.AskAsync(new Note { Number = 4 * MiB }));

        failure.StatusCode.ShouldBe(StatusCode.ResourceExhausted);
        failure.Status.Detail.ShouldBe("Received message exceeds the maximum configured message size.");
    }

    [Fact]
    public async Task Limits_can_be_set_on_either_side()
    {
        await using var server = await ProbeServer.StartAsync(Echo, grpc: options =>
        {
            options.MaxReceiveMessageSize = 9 * MiB;
            options.MaxSendMessageSize = 1000;
        });
        var client = server.Connect(options => options.MaxSendMessageSize = 8 * MiB);

        using var upload = client.Upload();
        await upload.RequestStream.WriteAsync(new Note { Data = Bytes(7 * MiB) });
        var sending = await Should.ThrowAsync<RpcException>(() => upload.RequestStream.WriteAsync(new Note { Data = Bytes(8 * MiB) }));
        await upload.RequestStream.CompleteAsync();
        var response = await upload;
        var answering = await Should.ThrowAsync<RpcException>(async () => await client.AskAsync(new Note { Number = 1000 }));

        sending.Status.ShouldBe(new Status(StatusCode.ResourceExhausted, "Sending message exceeds the maximum configured message size."));
        response.Number.ShouldBe(7 * MiB);
        answering.Status.ShouldBe(new Status(StatusCode.ResourceExhausted, "Sending message exceeds the maximum configured message size."));
    }

    [Fact]
    public async Task An_upload_may_be_longer_than_kestrels_body_limit()
    {
        await using var server = await ProbeServer.StartAsync(Echo, kestrel: options => options.Limits.MaxRequestBodySize = MiB);
        using var call = server.Connect().Upload();

        for (var i = 0; i < 5; i++)
            await call.RequestStream.WriteAsync(new Note { Data = Bytes(MiB) });
        await call.RequestStream.CompleteAsync();

        (await call).Number.ShouldBe(5 * MiB);
    }

    private static ByteString Bytes(int length) => UnsafeByteOperations.UnsafeWrap(new byte[length]);
}
