namespace Microsoft.AspNetCore.SignalR.Client;

/// <summary>Where a <see cref="HubConnection"/> stands.</summary>
public enum HubConnectionState
{
    Disconnected,
    Connected,
    Connecting,
    Reconnecting,
}
