using System.Buffers;
using Grpc.Core;
using Grpc.Net.Compression;

namespace Grpc.Wire;

/// <summary>Turns the bytes of one received frame into a message, inflating it when its flag says so.</summary>
internal static class ReceivedMessage
{
    public static readonly Status TooLarge =
        new(StatusCode.ResourceExhausted, "Received message exceeds the maximum configured message size.");

    /// <exception cref="RpcException">Internal or Unimplemented: the encoding is missing or unknown. ResourceExhausted: it inflates beyond the limit.</exception>
    public static T Read<T>(
        ReadOnlySequence<byte> payload,
        bool compressed,
        string? encoding,
        IReadOnlyDictionary<string, ICompressionProvider> providers,
        int? limit,
        Func<DeserializationContext, T> deserializer)
    {
        if (!compressed)
            return deserializer(new PayloadContext(payload));

        using var inflated = new PooledBufferWriter();
        Inflate(payload, FindProvider(encoding, providers), limit, inflated);
        return deserializer(new PayloadContext(new ReadOnlySequence<byte>(inflated.WrittenMemory)));
    }

    private static ICompressionProvider FindProvider(string? encoding, IReadOnlyDictionary<string, ICompressionProvider> providers)
    {
        if (encoding is null)
            throw new RpcException(new Status(StatusCode.Internal, "Request did not include grpc-encoding value with compressed message."));
        if (encoding == GrpcWire.Identity)
            throw new RpcException(new Status(StatusCode.Internal, "Request sent 'identity' grpc-encoding value with compressed message."));
        if (providers.TryGetValue(encoding, out var provider))
            return provider;
        var known = string.Join(", ", providers.Keys.Prepend(GrpcWire.Identity));
        throw new RpcException(new Status(StatusCode.Unimplemented, $"Unsupported grpc-encoding value '{encoding}'. Supported encodings: {known}"));
    }

    private static void Inflate(ReadOnlySequence<byte> payload, ICompressionProvider provider, int? limit, PooledBufferWriter inflated)
    {
        using var stream = provider.CreateDecompressionStream(new SequenceStream(payload));
        while (true)
        {
            var read = stream.Read(inflated.GetSpan(16 * 1024));
            if (read == 0)
                return;
            inflated.Advance(read);
            if (inflated.WrittenCount > limit)
                throw new RpcException(TooLarge);
        }
    }

    private sealed class PayloadContext(ReadOnlySequence<byte> payload) : DeserializationContext
    {
        public override int PayloadLength => (int)payload.Length;

        /// <summary>A fresh array; the caller owns it.</summary>
        public override byte[] PayloadAsNewBuffer() => payload.ToArray();

        public override ReadOnlySequence<byte> PayloadAsReadOnlySequence() => payload;
    }
}
