using System.Buffers;
using Grpc.Core;
using Grpc.Wire;

namespace Grpc.Net.Client.Internal;

/// <summary>Reads framed messages from a response's body into pooled memory, which is given back once a message is deserialized.</summary>
internal sealed class ResponseMessages<T>(GrpcChannel channel, Func<DeserializationContext, T> deserializer)
    where T : class
{
    private readonly byte[] _header = new byte[GrpcWire.HeaderSize];

    /// <summary>The next message, or null at the end of the body.</summary>
    /// <exception cref="InvalidDataException">The body ends in the middle of a message.</exception>
    /// <exception cref="RpcException">ResourceExhausted: the message is over the limit.</exception>
    public async ValueTask<T?> ReadAsync(Stream body, string encoding, CancellationToken cancellationToken)
    {
        // Waits for data without holding a buffer: most streams are idle most of the time.
        await body.ReadAsync(Memory<byte>.Empty, cancellationToken).ConfigureAwait(false);

        var received = await body.ReadAtLeastAsync(_header, GrpcWire.HeaderSize, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        if (received == 0)
            return null;
        if (received < GrpcWire.HeaderSize)
            throw new InvalidDataException("Unexpected end of content while reading the message header.");

        var (compressed, length) = GrpcWire.ReadHeader(_header);
        if (length > channel.Options.MaxReceiveMessageSize)
            throw new RpcException(ReceivedMessage.TooLarge);

        var buffer = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            received = await body.ReadAtLeastAsync(buffer.AsMemory(0, length), length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
            if (received < length)
                throw new InvalidDataException("Unexpected end of content while reading the message content.");
            return ReceivedMessage.Read(
                new ReadOnlySequence<byte>(buffer, 0, length), compressed, encoding, channel.CompressionProviders, channel.Options.MaxReceiveMessageSize, deserializer);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>The one message of a response that has one; null when there is none.</summary>
    /// <exception cref="InvalidDataException">More than one, or cut off.</exception>
    public async ValueTask<T?> ReadSingleAsync(Stream body, string encoding, CancellationToken cancellationToken)
    {
        var message = await ReadAsync(body, encoding, cancellationToken).ConfigureAwait(false);
        if (message is not null && await body.ReadAsync(_header, cancellationToken).ConfigureAwait(false) > 0)
            throw new InvalidDataException("Unexpected data after finished reading message.");
        return message;
    }
}
