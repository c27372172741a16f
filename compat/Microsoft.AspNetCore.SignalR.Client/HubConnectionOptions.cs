namespace Microsoft.AspNetCore.SignalR.Client;

/// <summary>Settings a builder hands to the connection.</summary>
public class HubConnectionOptions
{
    /// <summary>Longest silence of the server that is tolerated. 30 s by default.</summary>
    public TimeSpan ServerTimeout { get; set; } = HubConnection.DefaultServerTimeout;

    /// <summary>Silence of the client after which it pings. 15 s by default.</summary>
    public TimeSpan KeepAliveInterval { get; set; } = HubConnection.DefaultKeepAliveInterval;
}
