using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Microsoft.AspNetCore.SignalR.Client;

public static class HubConnectionBuilderExtensions
{
    public static IHubConnectionBuilder ConfigureLogging(this IHubConnectionBuilder hubConnectionBuilder, Action<ILoggingBuilder> configureLogging)
    {
        hubConnectionBuilder.Services.AddLogging(configureLogging);
        return hubConnectionBuilder;
    }

    /// <summary>Reconnects at once, then after 2, 10 and 30 seconds.</summary>
    public static IHubConnectionBuilder WithAutomaticReconnect(this IHubConnectionBuilder hubConnectionBuilder) =>
        hubConnectionBuilder.WithAutomaticReconnect(FixedDelays.Default);

    /// <summary>Reconnects after the given delays, then gives up.</summary>
    public static IHubConnectionBuilder WithAutomaticReconnect(this IHubConnectionBuilder hubConnectionBuilder, TimeSpan[] reconnectDelays) =>
        hubConnectionBuilder.WithAutomaticReconnect(new FixedDelays([.. reconnectDelays]));

    public static IHubConnectionBuilder WithAutomaticReconnect(this IHubConnectionBuilder hubConnectionBuilder, IRetryPolicy retryPolicy)
    {
        hubConnectionBuilder.Services.AddSingleton(retryPolicy);
        return hubConnectionBuilder;
    }

    public static IHubConnectionBuilder WithServerTimeout(this IHubConnectionBuilder hubConnectionBuilder, TimeSpan timeout)
    {
        hubConnectionBuilder.Services.Configure<HubConnectionOptions>(options => options.ServerTimeout = timeout);
        return hubConnectionBuilder;
    }

    public static IHubConnectionBuilder WithKeepAliveInterval(this IHubConnectionBuilder hubConnectionBuilder, TimeSpan interval)
    {
        hubConnectionBuilder.Services.Configure<HubConnectionOptions>(options => options.KeepAliveInterval = interval);
        return hubConnectionBuilder;
    }
}
