using System.Net.Sockets;
using System.Text;
using Grpc.Core;

namespace Grpc.Net.Client.Internal;

/// <summary>Turns an exception of the HTTP client into a status: by the HTTP/2 error code of a reset, else by whether the line broke.</summary>
internal static class FailureStatus
{
    private const long FirstHttp3Code = 0x100;

    public static Status Of(string summary, Exception failure)
    {
        var detail = new StringBuilder(summary);
        for (var current = failure; current is not null; current = current.InnerException)
            detail.Append(' ').Append(current.GetType().Name).Append(": ").Append(current.Message);
        return new Status(Code(failure), detail.ToString(), failure);
    }

    private static StatusCode Code(Exception failure)
    {
        StatusCode? code = null;
        var lineBroke = false;
        for (var current = failure; current is not null; current = current.InnerException)
        {
            if (current is HttpProtocolException protocol)
                code = protocol.ErrorCode >= FirstHttp3Code ? OfHttp3(protocol.ErrorCode) : OfHttp2(protocol.ErrorCode);
            else if (current is SocketException or IOException)
                lineBroke = true;
        }

        return code ?? (lineBroke ? StatusCode.Unavailable : StatusCode.Internal);
    }

    // RFC 9113, section 7, mapped as the gRPC over HTTP/2 protocol asks.
    private static StatusCode OfHttp2(long error) => error switch
    {
        0x7 => StatusCode.Unavailable, // REFUSED_STREAM
        0x8 => StatusCode.Cancelled, // CANCEL
        0xb => StatusCode.ResourceExhausted, // ENHANCE_YOUR_CALM
        0xc => StatusCode.PermissionDenied, // INADEQUATE_SECURITY
        _ => StatusCode.Internal,
    };

    // RFC 9114, section 8.1.
    private static StatusCode OfHttp3(long error) => error switch
    {
        0x107 => StatusCode.ResourceExhausted, // H3_EXCESSIVE_LOAD
        0x10b => StatusCode.Unavailable, // H3_REQUEST_REJECTED
        0x10c => StatusCode.Cancelled, // H3_REQUEST_CANCELLED
        _ => StatusCode.Internal,
    };
}
