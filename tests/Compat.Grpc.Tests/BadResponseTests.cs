using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Regional.Compat.Grpc.Tests.Server;
using Regional.Probe.V1;

namespace Regional.Compat.Grpc.Tests;

/// <summary>What a client makes of answers that are not gRPC: proxies, wrong ports, broken peers.</summary>
public sealed class BadResponseTests
{
    [Theory]
    [InlineData(400, StatusCode.Internal)]
    [InlineData(401, StatusCode.Unauthenticated)]
    [InlineData(403, StatusCode.PermissionDenied)]
    [InlineData(404, StatusCode.Unimplemented)]
    [InlineData(429, StatusCode.Unavailable)]
    [InlineData(431, StatusCode.Internal)]
    [InlineData(500, StatusCode.Unknown)]
    [InlineData(502, StatusCode.Unavailable)]
    [InlineData(503, StatusCode.Unavailable)]
    [InlineData(504, StatusCode.Unavailable)]
    public async Task An_http_status_becomes_a_grpc_status(int http, StatusCode expected)
    {
        await using var server = await AnswerAsync(context =>
        {
            context.Response.StatusCode = http;
            return Task.CompletedTask;
        });

        var unary = await Should.ThrowAsync<RpcException>(async () => await server.Connect().AskAsync(new Note()));
        using var download = server.Connect().Download(new Note());
        var stream = await Should.ThrowAsync<RpcException>(() => download.ResponseStream.MoveNext());

        unary.Status.ShouldBe(new Status(expected, $"Bad gRPC response. HTTP status code: {http}"));
        stream.StatusCode.ShouldBe(expected);
    }

    [Theory]
    [InlineData(0x2, StatusCode.Internal)] // INTERNAL_ERROR
    [InlineData(0x7, StatusCode.Unavailable)] // REFUSED_STREAM
    [InlineData(0x8, StatusCode.Cancelled)] // CANCEL
    [InlineData(0xb, StatusCode.ResourceExhausted)] // ENHANCE_YOUR_CALM
    [InlineData(0xc, StatusCode.PermissionDenied)] // INADEQUATE_SECURITY
    public async Task A_reset_stream_becomes_a_grpc_status(int code, StatusCode expected)
    {
        await using var server = await AnswerAsync(async context =>
        {
            context.Response.ContentType = "application/grpc";
            await context.Response.Body.WriteAsync(RawCall.Frame([]));
            await context.Response.Body.FlushAsync();
            context.Features.Get<IHttpResetFeature>()!.Reset(code);
        });
        using var call = server.Connect().Download(new Note());

        var failure = await Should.ThrowAsync<RpcException>(async () =>
        {
            while (await call.ResponseStream.MoveNext())
            {
            }
        });

        failure.StatusCode.ShouldBe(expected);
        call.GetStatus().StatusCode.ShouldBe(expected);
    }

    [Fact]
    public async Task A_page_is_no_answer()
    {
        await using var server = await AnswerAsync(context =>
        {
            context.Response.ContentType = "text/html";
            return context.Response.WriteAsync("<p>hello");
        });

        var failure = await Should.ThrowAsync<RpcException>(async () => await server.Connect().AskAsync(new Note()));

        failure.Status.ShouldBe(new Status(StatusCode.Cancelled, "Bad gRPC response. Invalid content-type value: text/html"));
    }

    [Fact]
    public async Task A_response_without_a_status_is_cancelled()
    {
        await using var server = await AnswerAsync(async context =>
        {
            context.Response.ContentType = "application/grpc";
            await context.Response.Body.WriteAsync(RawCall.Frame([]));
        });

        var failure = await Should.ThrowAsync<RpcException>(async () => await server.Connect().AskAsync(new Note()));

        failure.Status.ShouldBe(new Status(StatusCode.Cancelled, "No grpc-status found on response."));
    }

    [Fact]
    public async Task An_ok_without_a_message_is_an_internal_error()
    {
        await using var server = await AnswerAsync(context =>
        {
            context.Response.ContentType = "application/grpc";
            context.Response.Headers["grpc-status"] = "0";
            return Task.CompletedTask;
        });

        var failure = await Should.ThrowAsync<RpcException>(async () => await server.Connect().AskAsync(new Note()));
        using var download = server.Connect().Download(new Note());

        failure.StatusCode.ShouldBe(StatusCode.Internal);
        (await download.ResponseStream.MoveNext()).ShouldBeFalse();
    }

    [Fact]
    public async Task Two_messages_for_a_unary_call_are_an_error()
    {
        await using var server = await AnswerAsync(async context =>
        {
            context.Response.ContentType = "application/grpc";
            await context.Response.Body.WriteAsync(RawCall.Frame([]));
            await context.Response.Body.WriteAsync(RawCall.Frame([]));
            context.Response.AppendTrailer("grpc-status", "0");
        });

        var failure = await Should.ThrowAsync<RpcException>(async () => await server.Connect().AskAsync(new Note()));

        failure.StatusCode.ShouldBe(StatusCode.Internal);
        failure.Status.Detail.ShouldContain("Unexpected data after finished reading message.");
    }

    [Fact]
    public async Task A_message_cut_off_is_an_error()
    {
        await using var server = await AnswerAsync(async context =>
        {
            context.Response.ContentType = "application/grpc";
            await context.Response.Body.WriteAsync(new byte[] { 0, 0, 0, 0, 9, 1, 2 });
            context.Response.AppendTrailer("grpc-status", "0");
        });
        using var call = server.Connect().Download(new Note());

        var failure = await Should.ThrowAsync<RpcException>(() => call.ResponseStream.MoveNext());

        failure.StatusCode.ShouldBe(StatusCode.Internal);
    }

    [Fact]
    public async Task A_server_of_http_1_is_an_error()
    {
        await using var server = await ProbeServer.StartAsync(new ProbeScript(), protocols: HttpProtocols.Http1);

        var failure = await Should.ThrowAsync<RpcException>(async () => await server.Connect().AskAsync(new Note()));

        failure.StatusCode.ShouldBeOneOf(StatusCode.Internal, StatusCode.Unavailable);
    }

    private static Task<ProbeServer> AnswerAsync(RequestDelegate answer) => ProbeServer.StartAsync(new ProbeScript(), app: app => app.Run(answer));
}
