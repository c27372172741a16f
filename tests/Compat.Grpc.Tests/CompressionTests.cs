using System.IO.Compression;
using Google.Protobuf;
using Grpc.Net.Compression;
using Regional.Compat.Grpc.Tests.Server;
using Regional.Probe.V1;

namespace Regional.Compat.Grpc.Tests;

public sealed class CompressionTests
{
    private static readonly ByteString Zeros = UnsafeByteOperations.UnsafeWrap(new byte[1_000_000]);

    [Theory]
    [InlineData("gzip")]
    [InlineData("deflate")]
    public async Task Requests_are_compressed_when_the_call_asks_for_it(string encoding)
    {
        var meter = new MeteredHandler();
        await using var server = await ProbeServer.StartAsync(new ProbeScript { Upload = Count });
        using var call = server.Connect(options => options.HttpHandler = meter).Upload(new Metadata { { "grpc-internal-encoding-request", encoding } });

        await call.RequestStream.WriteAsync(new Note { Data = Zeros });
        call.RequestStream.WriteOptions = new WriteOptions(WriteFlags.NoCompress);
        await call.RequestStream.WriteAsync(new Note { Number = 5 });
        await call.RequestStream.CompleteAsync();

        (await call).Number.ShouldBe(Zeros.Length + 5);
        meter.RequestHeaders!.GetValues("grpc-encoding").ShouldBe([encoding]);
        meter.BytesSent.ShouldBeInRange(20, 20_000);
    }

    [Fact]
    public async Task Responses_are_compressed_when_the_service_says_so_and_the_caller_accepts()
    {
        var meter = new MeteredHandler();
        await using var server = await ProbeServer.StartAsync(
            new ProbeScript { Ask = (_, _) => Task.FromResult(new Note { Data = Zeros }) },
            grpc: options =>
            {
                options.ResponseCompressionAlgorithm = "gzip";
                options.ResponseCompressionLevel = CompressionLevel.SmallestSize;
            });

        var response = await server.Connect(options => options.HttpHandler = meter).AskAsync(new Note());
        var (status, _) = await RawCall.SendAsync(RawCall.Request(server, "Ask", new Note()));

        response.Data.ShouldBe(Zeros);
        meter.Response!.Headers.GetValues("grpc-encoding").ShouldBe(["gzip"]);
        status.ShouldBe("0");
    }

    [Fact]
    public async Task A_handler_can_choose_the_encoding_of_its_call()
    {
        var meter = new MeteredHandler();
        await using var server = await ProbeServer.StartAsync(new ProbeScript
        {
            Download = async (_, responses, context) =>
            {
                await context.WriteResponseHeadersAsync(new Metadata { { "grpc-internal-encoding-request", "gzip" } });
                await responses.WriteAsync(new Note { Data = Zeros });
                responses.WriteOptions = new WriteOptions(WriteFlags.NoCompress);
                await responses.WriteAsync(new Note { Number = 1 });
            },
        });
        using var call = server.Connect(options => options.HttpHandler = meter).Download(new Note());

        (await call.ResponseStream.MoveNext()).ShouldBeTrue();
        call.ResponseStream.Current.Data.ShouldBe(Zeros);
        (await call.ResponseStream.MoveNext()).ShouldBeTrue();
        call.ResponseStream.Current.Number.ShouldBe(1);
        meter.Response!.Headers.GetValues("grpc-encoding").ShouldBe(["gzip"]);
    }

    [Fact]
    public async Task An_empty_message_is_sent_as_it_is()
    {
        var meter = new MeteredHandler();
        await using var server = await ProbeServer.StartAsync(new ProbeScript { Upload = Count });
        using var call = server.Connect(options => options.HttpHandler = meter).Upload(new Metadata { { "grpc-internal-encoding-request", "gzip" } });

        await call.RequestStream.WriteAsync(new Note());
        await call.RequestStream.CompleteAsync();

        (await call).Number.ShouldBe(0);
        meter.BytesSent.ShouldBe(5);
    }

    [Fact]
    public async Task An_encoding_the_server_lacks_is_unimplemented()
    {
        await using var server = await ProbeServer.StartAsync(new ProbeScript { Upload = Count });
        var client = server.Connect(options => options.CompressionProviders = [new Renamed("snappy")]);
        using var call = client.Upload(new Metadata { { "grpc-internal-encoding-request", "snappy" } });

        await call.RequestStream.WriteAsync(new Note { Data = Zeros });

        var failure = await Should.ThrowAsync<RpcException>(() => call.ResponseAsync);
        failure.StatusCode.ShouldBe(StatusCode.Unimplemented);
        failure.Status.Detail.ShouldBe("Unsupported grpc-encoding value 'snappy'. Supported encodings: identity, gzip, deflate");
    }

    [Fact]
    public async Task A_bomb_is_stopped_at_the_limit()
    {
        await using var server = await ProbeServer.StartAsync(new ProbeScript { Upload = Count }, grpc: options => options.MaxReceiveMessageSize = 500_000);
        using var call = server.Connect().Upload(new Metadata { { "grpc-internal-encoding-request", "gzip" } });

        await call.RequestStream.WriteAsync(new Note { Data = Zeros });

        (await Should.ThrowAsync<RpcException>(() => call.ResponseAsync)).StatusCode.ShouldBe(StatusCode.ResourceExhausted);
    }

    [Fact]
    public async Task A_compressed_message_needs_a_named_encoding()
    {
        await using var server = await ProbeServer.StartAsync(new ProbeScript { Ask = (request, _) => Task.FromResult(request) });

        using var request = RawCall.Request(server, "Ask", RawCall.Frame([1, 2, 3], compressed: true));

        (await RawCall.SendAsync(request)).ShouldBe(("13", "Request did not include grpc-encoding value with compressed message."));
    }

    [Fact]
    public async Task A_service_cannot_be_mapped_with_an_unknown_response_encoding()
    {
        await Should.ThrowAsync<InvalidOperationException>(
            () => ProbeServer.StartAsync(new ProbeScript(), grpc: options => options.ResponseCompressionAlgorithm = "snappy"));
    }

    private static async Task<Note> Count(IAsyncStreamReader<Note> requests, ServerCallContext context)
    {
        var total = 0;
        await foreach (var note in requests.ReadAllAsync())
            total += note.Data.Length + note.Number;
        return new Note { Number = total };
    }

    private sealed class Renamed(string name) : ICompressionProvider
    {
        private readonly GzipCompressionProvider _gzip = new(CompressionLevel.Fastest);

        public string EncodingName => name;

        public Stream CreateCompressionStream(Stream stream, CompressionLevel? compressionLevel) => _gzip.CreateCompressionStream(stream, compressionLevel);

        public Stream CreateDecompressionStream(Stream stream) => _gzip.CreateDecompressionStream(stream);
    }
}
