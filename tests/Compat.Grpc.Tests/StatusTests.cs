using Microsoft.Extensions.Logging;
using Regional.Compat.Grpc.Tests.Server;
using Regional.Probe.V1;

namespace Regional.Compat.Grpc.Tests;

public sealed class StatusTests
{
    public static TheoryData<StatusCode> Failures => [.. Enum.GetValues<StatusCode>().Where(code => code != StatusCode.OK)];

    [Theory]
    [MemberData(nameof(Failures))]
    public async Task Every_code_reaches_the_caller(StatusCode code)
    {
        await using var server = await ProbeServer.StartAsync(new ProbeScript { Ask = (_, _) => throw new RpcException(new Status(code, "why")) });
        using var call = server.Connect().AskAsync(new Note());

        var failure = await Should.ThrowAsync<RpcException>(() => call.ResponseAsync);

        failure.StatusCode.ShouldBe(code);
        failure.Status.Detail.ShouldBe("why");
        call.GetStatus().StatusCode.ShouldBe(code);
    }

    [Theory]
    [InlineData("plain")]
    [InlineData("100% of 影像 \r\n\t~ \u007f 🩻")]
    public async Task The_detail_survives_whatever_it_holds(string detail)
    {
        await using var server = await ProbeServer.StartAsync(new ProbeScript { Ask = (_, _) => throw new RpcException(new Status(StatusCode.Aborted, detail)) });

        var failure = await Should.ThrowAsync<RpcException>(async () => await server.Connect().AskAsync(new Note()));

        failure.Status.Detail.ShouldBe(detail);
    }

    [Fact]
    public async Task A_status_set_on_the_context_ends_the_call_with_it()
    {
        await using var server = await ProbeServer.StartAsync(new ProbeScript
        {
            Download = async (_, responses, context) =>
            {
                await responses.WriteAsync(new Note { Number = 1 });
                context.Status = new Status(StatusCode.OutOfRange, "no more");
                context.ResponseTrailers.Add("position", "1");
            },
        });
        using var call = server.Connect().Download(new Note());
        (await call.ResponseStream.MoveNext()).ShouldBeTrue();

        var failure = await Should.ThrowAsync<RpcException>(() => call.ResponseStream.MoveNext());

        failure.Status.ShouldBe(new Status(StatusCode.OutOfRange, "no more"));
        failure.Trailers.GetValue("position").ShouldBe("1");
        call.GetTrailers().GetValue("position").ShouldBe("1");
    }

    [Fact]
    public async Task An_exception_of_the_handler_is_unknown_and_says_nothing()
    {
        await using var server = await ProbeServer.StartAsync(new ProbeScript { Ask = (_, _) => throw new InvalidDataException("secret") });
        server.Logs.Expect(line => line.Event.Name == "ErrorExecutingServiceMethod");

        var failure = await Should.ThrowAsync<RpcException>(async () => await server.Connect().AskAsync(new Note()));

        failure.Status.ShouldBe(new Status(StatusCode.Unknown, "Exception was thrown by handler."));
        server.Logs.Lines.ShouldContain(line => line.Level == LogLevel.Error && line.Failure is InvalidDataException);
    }

    [Fact]
    public async Task With_detailed_errors_the_exception_is_told()
    {
        await using var server = await ProbeServer.StartAsync(
            new ProbeScript { Ask = (_, _) => throw new InvalidDataException("outer", new IOException("inner")) },
            grpc: options => options.EnableDetailedErrors = true);
        server.Logs.Expect(line => line.Event.Name == "ErrorExecutingServiceMethod");

        var failure = await Should.ThrowAsync<RpcException>(async () => await server.Connect().AskAsync(new Note()));

        failure.Status.Detail.ShouldBe("Exception was thrown by handler. InvalidDataException: outer IOException: inner");
    }

    [Fact]
    public async Task A_failure_in_the_middle_of_an_upload_reaches_response_and_writes()
    {
        await using var server = await ProbeServer.StartAsync(new ProbeScript
        {
            Upload = async (requests, _) =>
            {
                await requests.MoveNext();
                throw new RpcException(new Status(StatusCode.ResourceExhausted, "disk"), new Metadata { { "free", "0" } });
            },
        });
        using var call = server.Connect().Upload();
        await call.RequestStream.WriteAsync(new Note());

        var failure = await Should.ThrowAsync<RpcException>(() => call.ResponseAsync);
        var late = await Should.ThrowAsync<RpcException>(() => call.RequestStream.WriteAsync(new Note()));

        failure.StatusCode.ShouldBe(StatusCode.ResourceExhausted);
        failure.Trailers.GetValue("free").ShouldBe("0");
        late.StatusCode.ShouldBe(StatusCode.ResourceExhausted);
    }

    [Fact]
    public async Task A_writer_that_waits_for_the_window_is_released_when_the_server_fails()
    {
        var fail = new SyncPoint();
        await using var server = await ProbeServer.StartAsync(new ProbeScript
        {
            Upload = async (_, _) =>
            {
                await fail.WaitToContinueAsync();
                throw new RpcException(new Status(StatusCode.Unavailable, "closing"));
            },
        });
        using var call = server.Connect().Upload();
        await fail.ReachedAsync();
        var large = new Note { Data = Google.Protobuf.ByteString.CopyFrom(new byte[3_000_000]) };

        var write = call.RequestStream.WriteAsync(large);
        write.IsCompleted.ShouldBeFalse();
        fail.Continue();

        var failure = await Should.ThrowAsync<RpcException>(() => call.ResponseAsync.WaitAsync(ProbeServer.Patience));
        failure.StatusCode.ShouldBe(StatusCode.Unavailable);
        await Should.ThrowAsync<RpcException>(() => write.WaitAsync(ProbeServer.Patience));
    }
}
