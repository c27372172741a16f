using System.ComponentModel;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.SignalR.Protocol;
using Microsoft.Extensions.DependencyInjection;

namespace Microsoft.AspNetCore.SignalR.Client;

/// <summary>Builds one <see cref="HubConnection"/>.</summary>
public interface IHubConnectionBuilder : ISignalRBuilder
{
    HubConnection Build();
}

/// <inheritdoc cref="IHubConnectionBuilder"/>
public class HubConnectionBuilder : IHubConnectionBuilder
{
    private bool built;

    public HubConnectionBuilder()
    {
        Services = new ServiceCollection();
        Services.AddSingleton<HubConnection>();
        Services.AddLogging();
        this.AddJsonProtocol();
    }

    [EditorBrowsable(EditorBrowsableState.Never)]
    public IServiceCollection Services { get; }

    /// <exception cref="InvalidOperationException">Built twice, or no URL was given.</exception>
    public HubConnection Build()
    {
        if (built)
        {
            throw new InvalidOperationException($"{nameof(HubConnectionBuilder)} builds a single {nameof(HubConnection)}.");
        }

        built = true;
        var provider = Services.BuildServiceProvider();
        _ = provider.GetService<IConnectionFactory>() ?? throw Missing(nameof(IConnectionFactory));
        _ = provider.GetService<EndPoint>() ?? throw Missing(nameof(EndPoint));
        _ = provider.GetService<IHubProtocol>() ?? throw Missing(nameof(IHubProtocol));
        return provider.GetRequiredService<HubConnection>();
    }

    private static InvalidOperationException Missing(string what) =>
        new($"A {nameof(HubConnection)} cannot be built: no {what} was configured. Call WithUrl first.");
}
