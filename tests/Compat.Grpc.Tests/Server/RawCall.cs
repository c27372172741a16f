using System.Net;
using System.Net.Http.Headers;
using Google.Protobuf;
using Grpc.Wire;
using Regional.Probe.V1;

namespace Regional.Compat.Grpc.Tests.Server;

/// <summary>A call by plain HTTP/2, for what a proper client would never send.</summary>
internal static class RawCall
{
    public static HttpRequestMessage Request(ProbeServer server, string method, Note message) => Request(server, method, Frame(message.ToByteArray()));

    public static HttpRequestMessage Request(ProbeServer server, string method, byte[] body, string? contentType = GrpcWire.ContentType)
    {
        var content = new ByteArrayContent(body);
        if (contentType is not null)
            content.Headers.ContentType = new MediaTypeHeaderValue(contentType);
        return new HttpRequestMessage(HttpMethod.Post, $"{server.Address}/regional.probe.v1.Probe/{method}")
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = content,
        };
    }

    public static byte[] Frame(byte[] payload, bool compressed = false)
    {
        var frame = new byte[GrpcWire.HeaderSize + payload.Length];
        GrpcWire.WriteHeader(frame, compressed, payload.Length);
        payload.CopyTo(frame, GrpcWire.HeaderSize);
        return frame;
    }

    public static async Task<(string? Status, string? Message)> SendAsync(HttpRequestMessage request)
    {
        using var http = new HttpClient();
        using var response = await http.SendAsync(request);
        return (StatusOf(response), Value(response, "grpc-message"));
    }

    public static string? StatusOf(HttpResponseMessage response) => Value(response, "grpc-status");

    private static string? Value(HttpResponseMessage response, string name) =>
        response.TrailingHeaders.TryGetValues(name, out var values) || response.Headers.TryGetValues(name, out values) ? values.Single() : null;
}
