using Grpc.Core;
using Grpc.Wire;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>Status and trailing metadata go into HTTP trailers, or into the headers when nothing has been sent yet.</summary>
internal static class HttpTrailers
{
    public static void SetStatus(HttpResponse response, Status status) => SetStatus(Destination(response), status);

    public static void Set(HttpResponse response, Metadata? trailers, Status status)
    {
        var destination = Destination(response);
        foreach (var trailer in trailers ?? [])
        {
            try
            {
                destination.Append(trailer.Key, HeaderText.ToHeaderValue(trailer));
            }
            catch (Exception failure)
            {
                throw new InvalidOperationException($"Error adding response trailer '{trailer.Key}'.", failure);
            }
        }

        SetStatus(destination, status);
    }

    private static void SetStatus(IHeaderDictionary destination, Status status)
    {
        destination[GrpcWire.Status] = ((int)status.StatusCode).ToString(System.Globalization.CultureInfo.InvariantCulture);
        destination[GrpcWire.Message] = string.IsNullOrEmpty(status.Detail) ? default : HeaderText.PercentEncode(status.Detail);
    }

    private static IHeaderDictionary Destination(HttpResponse response)
    {
        if (!response.HasStarted)
            return response.Headers;
        var trailers = response.HttpContext.Features.Get<IHttpResponseTrailersFeature>()?.Trailers;
        return trailers is { IsReadOnly: false }
            ? trailers
            : throw new InvalidOperationException("Trailers are not supported for this response. The server may not support gRPC.");
    }
}
