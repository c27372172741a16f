using System.Buffers;
using System.IO.Pipelines;
using Grpc.Core;
using Grpc.Wire;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>Reads framed messages from the request's pipe without copying them; nothing is read ahead of what was asked for.</summary>
internal sealed class RequestMessages<T>(HttpServerCallContext call, Func<DeserializationContext, T> deserializer)
    where T : class
{
    private readonly PipeReader _pipe = call.Http.Request.BodyReader;

    /// <summary>The next message, or null at the end of the stream.</summary>
    /// <exception cref="RpcException">Internal: cut off; ResourceExhausted: over the limit.</exception>
    public async ValueTask<T?> ReadNextAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var result = await _pipe.ReadAsync(cancellationToken);
            var rest = result.Buffer;
            var read = false;
            try
            {
                DemandNotCanceled(result);
                if (TryRead(ref rest, out var message))
                {
                    read = true;
                    return message;
                }

                if (result.IsCompleted)
                    return rest.IsEmpty ? null : throw Incomplete();
            }
            finally
            {
                _pipe.AdvanceTo(rest.Start, read ? rest.Start : rest.End);
            }
        }
    }

    /// <summary>The one message of a request that has one.</summary>
    /// <exception cref="RpcException">Internal: none, cut off, or more than one; ResourceExhausted: over the limit.</exception>
    public async ValueTask<T> ReadSingleAsync()
    {
        T? message = null;
        while (true)
        {
            var result = await _pipe.ReadAsync();
            var rest = result.Buffer;
            try
            {
                DemandNotCanceled(result);
                if (message is null)
                    TryRead(ref rest, out message);
                if (message is not null && !rest.IsEmpty)
                    throw new RpcException(new Status(StatusCode.Internal, "Additional data after the message received."));
                if (result.IsCompleted)
                    return message ?? throw Incomplete();
            }
            finally
            {
                _pipe.AdvanceTo(rest.Start, rest.End);
            }
        }
    }

    private static void DemandNotCanceled(ReadResult result)
    {
        if (result.IsCanceled)
            throw new RpcException(new Status(StatusCode.Internal, "Incoming message cancelled."));
    }

    private static RpcException Incomplete() => new(new Status(StatusCode.Internal, "Incomplete message."));

    private bool TryRead(ref ReadOnlySequence<byte> buffer, out T? message)
    {
        message = null;
        if (buffer.Length < GrpcWire.HeaderSize)
            return false;

        Span<byte> header = stackalloc byte[GrpcWire.HeaderSize];
        buffer.Slice(0, GrpcWire.HeaderSize).CopyTo(header);
        var (compressed, length) = GrpcWire.ReadHeader(header);
        if (length > call.Options.MaxReceiveMessageSize)
            throw new RpcException(ReceivedMessage.TooLarge);
        if (buffer.Length - GrpcWire.HeaderSize < length)
            return false;

        var payload = buffer.Slice(GrpcWire.HeaderSize, length);
        message = ReceivedMessage.Read(payload, compressed, call.RequestEncoding, call.Options.CompressionProviders, call.Options.MaxReceiveMessageSize, deserializer);
        buffer = buffer.Slice(payload.End);
        return true;
    }
}
