using Grpc.Core;
using Grpc.Wire;

namespace Grpc.Net.Client.Internal;

/// <summary>Whether a channel is secure, and the credentials each of its calls carries.</summary>
internal sealed record ChannelSecurity(bool IsSecure, IReadOnlyList<CallCredentials> CallCredentials)
{
    public static ChannelSecurity Resolve(Uri address, GrpcChannelOptions options)
    {
        if (address.Scheme != Uri.UriSchemeHttp && address.Scheme != Uri.UriSchemeHttps)
            throw new InvalidOperationException($"No address resolver configured for the scheme '{address.Scheme}'.");
        var https = address.Scheme == Uri.UriSchemeHttps;
        if (options.Credentials is null)
            return new ChannelSecurity(https, []);

        var configurator = new Configurator(options.UnsafeUseInsecureChannelCallCredentials);
        options.Credentials.InternalPopulateConfiguration(configurator, options.Credentials);
        if (configurator.IsSecure != https)
            throw new InvalidOperationException(
                $"Channel is configured with {(configurator.IsSecure ? "secure" : "insecure")} channel credentials and can't use a HttpClient with a '{address.Scheme}' scheme.");
        return new ChannelSecurity(configurator.IsSecure, configurator.Calls);
    }

    /// <summary>Runs the interceptors of one set of credentials and adds what they give to the request.</summary>
    public static async Task ApplyAsync(CallCredentials credentials, AuthInterceptorContext context, HttpRequestMessage request)
    {
        var flat = new Flattener();
        credentials.InternalPopulateConfiguration(flat, null);
        foreach (var interceptor in flat.Interceptors)
        {
            var metadata = new Metadata();
            await interceptor(context, metadata).ConfigureAwait(false);
            foreach (var entry in metadata)
                request.Headers.TryAddWithoutValidation(entry.Key, HeaderText.ToHeaderValue(entry));
        }
    }

    private sealed class Configurator(bool allowInsecureCalls) : ChannelCredentialsConfiguratorBase
    {
        public bool IsSecure { get; private set; }

        public List<CallCredentials> Calls { get; } = [];

        public override void SetInsecureCredentials(object state) => IsSecure = false;

        public override void SetSslCredentials(
            object state, string? rootCertificates, KeyCertificatePair? keyCertificatePair, VerifyPeerCallback? verifyPeerCallback)
        {
            if (!string.IsNullOrEmpty(rootCertificates) || keyCertificatePair is not null || verifyPeerCallback is not null)
                throw new InvalidOperationException(
                    "SslCredentials with non-null arguments is not supported by GrpcChannel: certificates are configured on the HTTP handler.");
            IsSecure = true;
        }

        public override void SetCompositeCredentials(object state, ChannelCredentials channelCredentials, CallCredentials callCredentials)
        {
            channelCredentials.InternalPopulateConfiguration(this, state);
            if (!IsSecure && !allowInsecureCalls)
                throw new InvalidOperationException(
                    $"CallCredentials can't be composed with {channelCredentials.GetType().Name}. CallCredentials must be used with secure channel " +
                    "credentials like SslCredentials or by enabling GrpcChannelOptions.UnsafeUseInsecureChannelCallCredentials on the channel.");
            Calls.Add(callCredentials);
        }
    }

    private sealed class Flattener : CallCredentialsConfiguratorBase
    {
        public List<AsyncAuthInterceptor> Interceptors { get; } = [];

        public override void SetAsyncAuthInterceptorCredentials(object? state, AsyncAuthInterceptor interceptor) => Interceptors.Add(interceptor);

        public override void SetCompositeCredentials(object? state, IReadOnlyList<CallCredentials> credentials)
        {
            foreach (var part in credentials)
                part.InternalPopulateConfiguration(this, state);
        }
    }
}
