using System.Net;
using System.Net.Http.Headers;
using Grpc.Wire;

namespace Grpc.Net.Client.Internal;

/// <summary>The body of a request, pushed into the connection's stream by the call.</summary>
internal sealed class RequestContent : HttpContent
{
    private static readonly MediaTypeHeaderValue Grpc = new(GrpcWire.ContentType);

    private readonly Func<Stream, Task> _push;

    public RequestContent(Func<Stream, Task> push)
    {
        _push = push;
        Headers.ContentType = Grpc;
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => _push(stream);

    protected override bool TryComputeLength(out long length)
    {
        length = -1;
        return false;
    }
}
