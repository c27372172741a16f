using System.Net;
using System.Net.Http.Headers;

namespace Microsoft.AspNetCore.Http.Connections.Client;

/// <summary>The negotiate request: where to connect, with which id and, after a redirect, with which token.</summary>
internal sealed class Negotiation(HttpConnectionOptions options)
{
    private const int Version = 1;
    private const int MostRedirects = 100;

    public sealed record Found(Uri Uri, string? ConnectionId, string? AccessToken);

    public async Task<Found> RunAsync(Uri url, CancellationToken cancellation)
    {
        using var client = CreateClient();
        string? token = null;
        for (var hop = 0; hop < MostRedirects; hop++)
        {
            var answer = await AskAsync(client, url, token ?? await FreshTokenAsync(), cancellation);
            if (answer.Error is { } error) throw new InvalidOperationException(error);
            if (answer.Url is { } elsewhere)
            {
                url = new Uri(elsewhere);
                token = answer.AccessToken ?? token;
                continue;
            }

            if (answer.AvailableTransports?.Any(t => t.Transport == nameof(HttpTransportType.WebSockets)) != true)
            {
                throw new NoTransportSupportedException("The server offers no WebSockets, and this client knows no other transport.");
            }

            var id = answer.Version > 0 ? answer.ConnectionToken : answer.ConnectionId;
            return new Found(WithQuery(url, "id=" + Uri.EscapeDataString(id ?? "")), answer.ConnectionId, token);
        }

        throw new InvalidOperationException("Negotiate redirection limit exceeded.");
    }

    private static async Task<NegotiationResponse> AskAsync(HttpClient client, Uri url, string? token, CancellationToken cancellation)
    {
        var address = new UriBuilder(url);
        address.Path = address.Path.TrimEnd('/') + "/negotiate";
        using var request = new HttpRequestMessage(HttpMethod.Post, WithQuery(address.Uri, $"negotiateVersion={Version}"));
        if (token is { Length: > 0 }) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var response = await client.SendAsync(request, HttpCompletionOption.ResponseContentRead, cancellation);
        response.EnsureSuccessStatusCode();
        return NegotiateProtocol.ParseResponse(await response.Content.ReadAsByteArrayAsync(cancellation));
    }

    private static Uri WithQuery(Uri uri, string pair)
    {
        var builder = new UriBuilder(uri);
        builder.Query = builder.Query is { Length: > 1 } query ? query[1..] + "&" + pair : pair;
        return builder.Uri;
    }

    private async Task<string?> FreshTokenAsync() => options.AccessTokenProvider is { } provider ? await provider() : null;

    private HttpClient CreateClient()
    {
        var inner = new HttpClientHandler { UseCookies = true, CookieContainer = options.Cookies };
        if (options.ClientCertificates is { Count: > 0 } certificates) inner.ClientCertificates.AddRange(certificates);
        if (options.Credentials is not null) inner.Credentials = options.Credentials;
        if (options.Proxy is not null) inner.Proxy = options.Proxy;
        if (options.UseDefaultCredentials is { } useDefault) inner.UseDefaultCredentials = useDefault;

        var handler = options.HttpMessageHandlerFactory is { } factory
            ? factory(inner) ?? throw new InvalidOperationException("The handler factory returned null.")
            : inner;
        var client = new HttpClient(handler) { DefaultRequestVersion = HttpVersion.Version11 };
        foreach (var (name, value) in options.Headers) client.DefaultRequestHeaders.TryAddWithoutValidation(name, value);
        client.DefaultRequestHeaders.TryAddWithoutValidation("X-Requested-With", "XMLHttpRequest");
        return client;
    }
}
