using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using Grpc.Core;
using Grpc.Wire;

namespace Grpc.Net.Client.Internal;

/// <summary>Reads a call's status from an HTTP response: from its trailers, from headers alone, or from what is wrong with it.</summary>
internal static class ResponseStatus
{
    /// <summary>The status when the headers already end the call; null when messages or trailers are to come.</summary>
    public static Status? OfHeaders(HttpResponseMessage response)
    {
        if (Find(response.Headers) is { } status)
            return status;
        if (response.Version < HttpVersion.Version20)
            return new Status(StatusCode.Internal, $"Bad gRPC response. Response protocol downgraded to HTTP/{response.Version.ToString(2)}.");
        if (response.StatusCode != HttpStatusCode.OK)
            return new Status(Map(response.StatusCode), $"Bad gRPC response. HTTP status code: {(int)response.StatusCode}");

        if (!response.Content.Headers.NonValidated.TryGetValues("Content-Type", out var types))
            return new Status(StatusCode.Cancelled, "Bad gRPC response. Response did not have a content-type header.");
        return GrpcWire.IsGrpcContentType(types.ToString())
            ? null
            : new Status(StatusCode.Cancelled, $"Bad gRPC response. Invalid content-type value: {types}");
    }

    /// <summary>The status at the end of the response. A response that ends without one was cut off by something in between.</summary>
    public static Status OfTrailers(HttpResponseMessage response)
    {
        try
        {
            return Find(response.TrailingHeaders) ?? Find(response.Headers) ?? new Status(StatusCode.Cancelled, "No grpc-status found on response.");
        }
        catch (InvalidOperationException failure)
        {
            return new Status(StatusCode.Cancelled, failure.Message, failure);
        }
    }

    public static string Encoding(HttpResponseMessage response) =>
        response.Headers.NonValidated.TryGetValues(GrpcWire.Encoding, out var values) ? values.First() : GrpcWire.Identity;

    public static Metadata ToMetadata(HttpHeaders headers)
    {
        var metadata = new Metadata();
        foreach (var (name, values) in headers.NonValidated)
        {
            if (IsOfTheProtocol(name))
                continue;
            foreach (var value in values)
                HeaderText.AddReceived(metadata, name, value);
        }

        return metadata;
    }

    private static Status? Find(HttpHeaders headers)
    {
        if (Single(headers, GrpcWire.Status) is not { } code)
            return null;
        if (!int.TryParse(code, NumberStyles.Integer, CultureInfo.InvariantCulture, out var number))
            throw new InvalidOperationException("Unexpected grpc-status value: " + code);
        return new Status((StatusCode)number, HeaderText.PercentDecode(Single(headers, GrpcWire.Message) ?? ""));
    }

    private static string? Single(HttpHeaders headers, string name)
    {
        if (!headers.NonValidated.TryGetValues(name, out var values))
            return null;
        return values.Count == 1 ? values.First() : throw new InvalidOperationException($"Multiple {name} headers.");
    }

    private static bool IsOfTheProtocol(string name) =>
        name.StartsWith(':')
        || name.Equals(GrpcWire.Status, StringComparison.OrdinalIgnoreCase)
        || name.Equals(GrpcWire.Message, StringComparison.OrdinalIgnoreCase)
        || name.Equals(GrpcWire.Encoding, StringComparison.OrdinalIgnoreCase)
        || name.Equals(GrpcWire.AcceptEncoding, StringComparison.OrdinalIgnoreCase)
        || name.Equals("content-encoding", StringComparison.OrdinalIgnoreCase)
        || name.Equals("content-type", StringComparison.OrdinalIgnoreCase);

    private static StatusCode Map(HttpStatusCode http) => http switch
    {
        HttpStatusCode.BadRequest or HttpStatusCode.RequestHeaderFieldsTooLarge => StatusCode.Internal,
        HttpStatusCode.Unauthorized => StatusCode.Unauthenticated,
        HttpStatusCode.Forbidden => StatusCode.PermissionDenied,
        HttpStatusCode.NotFound => StatusCode.Unimplemented,
        HttpStatusCode.TooManyRequests or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout => StatusCode.Unavailable,
        >= HttpStatusCode.Continue and < HttpStatusCode.OK => StatusCode.Internal,
        _ => StatusCode.Unknown,
    };
}
