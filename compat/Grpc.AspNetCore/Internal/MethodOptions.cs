using System.IO.Compression;
using Grpc.Net.Compression;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>What holds for the methods of one service once the options of all and of that one are laid over each other.</summary>
internal sealed class MethodOptions
{
    public MethodOptions(GrpcServiceOptions all, GrpcServiceOptions one)
    {
        MaxSendMessageSize = one.MaxSendMessageSizeSpecified ? one.MaxSendMessageSize : all.MaxSendMessageSize;
        MaxReceiveMessageSize =
            one.MaxReceiveMessageSizeSpecified ? one.MaxReceiveMessageSize
            : all.MaxReceiveMessageSizeSpecified ? all.MaxReceiveMessageSize
            : GrpcServiceOptions.DefaultMaxReceiveMessageSize;
        EnableDetailedErrors = one.EnableDetailedErrors ?? all.EnableDetailedErrors ?? false;
        ResponseCompressionAlgorithm = one.ResponseCompressionAlgorithm ?? all.ResponseCompressionAlgorithm;
        ResponseCompressionLevel = one.ResponseCompressionLevel ?? all.ResponseCompressionLevel;
        IgnoreUnknownMethods = one.IgnoreUnknownServices ?? all.IgnoreUnknownServices ?? false;
        Interceptors = [.. all.Interceptors, .. one.Interceptors];

        var providers = new Dictionary<string, ICompressionProvider>(StringComparer.Ordinal);
        foreach (var provider in one.CompressionProviders.Concat(all.CompressionProviders))
            providers.TryAdd(provider.EncodingName, provider);
        CompressionProviders = providers;

        if (ResponseCompressionAlgorithm is not null && !providers.ContainsKey(ResponseCompressionAlgorithm))
            throw new InvalidOperationException(
                $"The configured response compression algorithm '{ResponseCompressionAlgorithm}' does not have a matching compression provider.");
    }

    public int? MaxSendMessageSize { get; }

    public int? MaxReceiveMessageSize { get; }

    public bool EnableDetailedErrors { get; }

    public string? ResponseCompressionAlgorithm { get; }

    public CompressionLevel? ResponseCompressionLevel { get; }

    public bool IgnoreUnknownMethods { get; }

    public IReadOnlyList<InterceptorRegistration> Interceptors { get; }

    public IReadOnlyDictionary<string, ICompressionProvider> CompressionProviders { get; }
}
