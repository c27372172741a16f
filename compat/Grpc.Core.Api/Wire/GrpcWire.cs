using System.Buffers.Binary;

namespace Grpc.Wire;

/// <summary>Names and numbers of gRPC over HTTP/2 that client and server share.</summary>
internal static class GrpcWire
{
    public const string ContentType = "application/grpc";
    public const string Timeout = "grpc-timeout";
    public const string Encoding = "grpc-encoding";
    public const string AcceptEncoding = "grpc-accept-encoding";
    public const string Status = "grpc-status";
    public const string Message = "grpc-message";
    public const string Identity = "identity";

    /// <summary>The pseudo header by which code asks for an encoding of one call's messages; it never goes out under this name.</summary>
    public const string CompressionRequest = "grpc-internal-encoding-request";

    /// <summary>One flag byte and four bytes of big-endian length before each message.</summary>
    public const int HeaderSize = 5;

    /// <summary>The longest time-out the eight digits of grpc-timeout can say in seconds.</summary>
    public static readonly TimeSpan LongestTimeout = TimeSpan.FromSeconds(99_999_999);

    public static bool IsGrpcContentType(string? value) =>
        value is not null
        && value.StartsWith(ContentType, StringComparison.OrdinalIgnoreCase)
        && (value.Length == ContentType.Length || value[ContentType.Length] is ';' or '+');

    public static void WriteHeader(Span<byte> header, bool compressed, int length)
    {
        header[0] = compressed ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteUInt32BigEndian(header[1..], (uint)length);
    }

    /// <exception cref="InvalidDataException">The flag is neither 0 nor 1, or the length is over 2 GiB.</exception>
    public static (bool Compressed, int Length) ReadHeader(ReadOnlySpan<byte> header)
    {
        if (header[0] > 1)
            throw new InvalidDataException("Unexpected compressed flag value in message header.");
        var length = BinaryPrimitives.ReadUInt32BigEndian(header[1..]);
        if (length > int.MaxValue)
            throw new InvalidDataException("Message too large.");
        return (header[0] == 1, (int)length);
    }
}
