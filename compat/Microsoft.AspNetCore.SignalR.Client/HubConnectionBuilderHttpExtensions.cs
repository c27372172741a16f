using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.Http.Connections.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Microsoft.AspNetCore.SignalR.Client;

public static class HubConnectionBuilderHttpExtensions
{
    public static IHubConnectionBuilder WithUrl(this IHubConnectionBuilder hubConnectionBuilder, string url) =>
        hubConnectionBuilder.To(new Uri(url), null, null);

    public static IHubConnectionBuilder WithUrl(
        this IHubConnectionBuilder hubConnectionBuilder, string url, Action<HttpConnectionOptions> configureHttpConnection) =>
        hubConnectionBuilder.To(new Uri(url), null, configureHttpConnection);

    public static IHubConnectionBuilder WithUrl(this IHubConnectionBuilder hubConnectionBuilder, string url, HttpTransportType transports) =>
        hubConnectionBuilder.To(new Uri(url), transports, null);

    public static IHubConnectionBuilder WithUrl(
        this IHubConnectionBuilder hubConnectionBuilder,
        string url,
        HttpTransportType transports,
        Action<HttpConnectionOptions> configureHttpConnection) => hubConnectionBuilder.To(new Uri(url), transports, configureHttpConnection);

    public static IHubConnectionBuilder WithUrl(this IHubConnectionBuilder hubConnectionBuilder, Uri url) =>
        hubConnectionBuilder.To(url, null, null);

    public static IHubConnectionBuilder WithUrl(
        this IHubConnectionBuilder hubConnectionBuilder, Uri url, Action<HttpConnectionOptions> configureHttpConnection) =>
        hubConnectionBuilder.To(url, null, configureHttpConnection);

    public static IHubConnectionBuilder WithUrl(this IHubConnectionBuilder hubConnectionBuilder, Uri url, HttpTransportType transports) =>
        hubConnectionBuilder.To(url, transports, null);

    public static IHubConnectionBuilder WithUrl(
        this IHubConnectionBuilder hubConnectionBuilder,
        Uri url,
        HttpTransportType transports,
        Action<HttpConnectionOptions> configureHttpConnection) => hubConnectionBuilder.To(url, transports, configureHttpConnection);

    private static IHubConnectionBuilder To(
        this IHubConnectionBuilder builder, Uri url, HttpTransportType? transports, Action<HttpConnectionOptions>? configure)
    {
        ArgumentNullException.ThrowIfNull(url);
        builder.Services.Configure<HttpConnectionOptions>(options =>
        {
            options.Url = url;
            if (transports is { } wanted) options.Transports = wanted;
        });
        if (configure is not null) builder.Services.Configure(configure);
        builder.Services.AddSingleton<EndPoint>(services => new UriEndPoint(
            services.GetRequiredService<IOptions<HttpConnectionOptions>>().Value.Url
            ?? throw new InvalidOperationException("The URL was taken away by the options.")));
        builder.Services.AddSingleton<IConnectionFactory, HttpConnectionFactory>();
        return builder;
    }
}
