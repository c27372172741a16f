using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Regional.Compat.Grpc.Tests.Server;
using Regional.Probe.V1;

namespace Regional.Compat.Grpc.Tests;

/// <summary>What a server makes of requests no proper client sends.</summary>
public sealed class BadRequestTests
{
    private static readonly ProbeScript Echo = new() { Ask = (request, _) => Task.FromResult(request) };

    public static TheoryData<string, byte[], string> Bodies => new()
    {
        { "nothing", [], "Incomplete message." },
        { "half a header", [0, 0, 0], "Incomplete message." },
        { "half a message", [0, 0, 0, 0, 9, 1, 2], "Incomplete message." },
        { "two messages", [0, 0, 0, 0, 0, 0, 0, 0, 0, 0], "Additional data after the message received." },
    };

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task A_broken_frame_is_an_internal_error(string what, byte[] body, string detail)
    {
        await using var server = await ProbeServer.StartAsync(Echo);

        using var request = RawCall.Request(server, "Ask", body);

        (await RawCall.SendAsync(request)).ShouldBe(("13", detail), what);
    }

    [Fact]
    public async Task An_absurd_length_is_refused_before_anything_is_kept_for_it()
    {
        await using var server = await ProbeServer.StartAsync(Echo);

        using var request = RawCall.Request(server, "Ask", [0, 0x7f, 0xff, 0xff, 0xff, 1]);

        (await RawCall.SendAsync(request)).Status.ShouldBe("8");
    }

    [Fact]
    public async Task A_flag_that_is_neither_0_nor_1_fails_the_call()
    {
        await using var server = await ProbeServer.StartAsync(Echo);
        server.Logs.Expect(line => line.Event.Name == "ErrorExecutingServiceMethod");

        using var request = RawCall.Request(server, "Ask", [2, 0, 0, 0, 0]);

        (await RawCall.SendAsync(request)).Status.ShouldBe("2");
    }

    [Theory]
    [InlineData("application/json", "Content-Type 'application/json' is not supported.")]
    [InlineData("application/grpcish", "Content-Type 'application/grpcish' is not supported.")]
    [InlineData(null, "Content-Type is missing from the request.")]
    public async Task Another_content_type_is_unsupported(string? contentType, string detail)
    {
        await using var server = await ProbeServer.StartAsync(Echo);
        using var http = new HttpClient();
        using var request = RawCall.Request(server, "Ask", [], contentType);

        using var response = await http.SendAsync(request);

        response.StatusCode.ShouldBe(HttpStatusCode.UnsupportedMediaType);
        Uri.UnescapeDataString(response.Headers.GetValues("grpc-message").Single()).ShouldBe(detail);
    }

    [Fact]
    public async Task A_content_type_may_name_its_format()
    {
        await using var server = await ProbeServer.StartAsync(Echo);

        using var request = RawCall.Request(server, "Ask", RawCall.Frame([]), "application/grpc+proto");

        (await RawCall.SendAsync(request)).Status.ShouldBe("0");
    }

    [Fact]
    public async Task Http_1_must_upgrade()
    {
        await using var server = await ProbeServer.StartAsync(Echo, protocols: HttpProtocols.Http1);
        using var http = new HttpClient();
        using var request = RawCall.Request(server, "Ask", new Note());
        request.Version = HttpVersion.Version11;

        using var response = await http.SendAsync(request);

        response.StatusCode.ShouldBe(HttpStatusCode.UpgradeRequired);
        response.Headers.GetValues("grpc-status").ShouldBe(["13"]);
    }
}
