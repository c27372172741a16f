using System.Threading.Channels;

namespace Microsoft.AspNetCore.SignalR.Client;

/// <summary>Streams from the hub with up to ten arguments.</summary>
public static partial class HubConnectionExtensions
{
    public static async Task<ChannelReader<TResult>> StreamAsChannelCoreAsync<TResult>(this HubConnection hubConnection, string methodName, object?[] args, CancellationToken cancellationToken = default)
    {
        var items = await hubConnection.StreamAsChannelCoreAsync(methodName, typeof(TResult), args, cancellationToken);
        var typed = Channel.CreateUnbounded<TResult>();
        _ = CopyAsync();
        return typed.Reader;

        async Task CopyAsync()
        {
            try
            {
                await foreach (var item in items.ReadAllAsync(CancellationToken.None)) typed.Writer.TryWrite((TResult)item!);
                typed.Writer.TryComplete();
            }
            catch (Exception failure)
            {
                typed.Writer.TryComplete(failure);
            }
        }
    }

    public static Task<ChannelReader<TResult>> StreamAsChannelAsync<TResult>(this HubConnection hubConnection, string methodName, CancellationToken cancellationToken = default) =>
        hubConnection.StreamAsChannelCoreAsync<TResult>(methodName, [], cancellationToken);

    public static IAsyncEnumerable<TResult> StreamAsync<TResult>(this HubConnection hubConnection, string methodName, CancellationToken cancellationToken = default) =>
        hubConnection.StreamAsyncCore<TResult>(methodName, [], cancellationToken);

    public static Task<ChannelReader<TResult>> StreamAsChannelAsync<TResult>(this HubConnection hubConnection, string methodName, object? arg1, CancellationToken cancellationToken = default) =>
        hubConnection.StreamAsChannelCoreAsync<TResult>(methodName, [arg1], cancellationToken);

    public static IAsyncEnumerable<TResult> StreamAsync<TResult>(this HubConnection hubConnection, string methodName, object? arg1, CancellationToken cancellationToken = default) =>
        hubConnection.StreamAsyncCore<TResult>(methodName, [arg1], cancellationToken);

    public static Task<ChannelReader<TResult>> StreamAsChannelAsync<TResult>(this HubConnection hubConnection, string methodName, object? arg1, object? arg2, CancellationToken cancellationToken = default) =>
        hubConnection.StreamAsChannelCoreAsync<TResult>(methodName, [arg1, arg2], cancellationToken);

    public static IAsyncEnumerable<TResult> StreamAsync<TResult>(this HubConnection hubConnection, string methodName, object? arg1, object? arg2, CancellationToken cancellationToken = default) =>
        hubConnection.StreamAsyncCore<TResult>(methodName, [arg1, arg2], cancellationToken);

    public static Task<ChannelReader<TResult>> StreamAsChannelAsync<TResult>(this HubConnection hubConnection, string methodName, object? arg1, object? arg2, object? arg3, CancellationToken cancellationToken = default) =>
        hubConnection.StreamAsChannelCoreAsync<TResult>(methodName, [arg1, arg2, arg3], cancellationToken);

    public static IAsyncEnumerable<TResult> StreamAsync<TResult>(this HubConnection hubConnection, string methodName, object? arg1, object? arg2, object? arg3, CancellationToken cancellationToken = default) =>
        hubConnection.StreamAsyncCore<TResult>(methodName, [arg1, arg2, arg3], cancellationToken);

    public static Task<ChannelReader<TResult>> StreamAsChannelAsync<TResult>(this HubConnection hubConnection, string methodName, object? arg1, object? arg2, object? arg3, object? arg4, CancellationToken cancellationToken = default) =>
        hubConnection.StreamAsChannelCoreAsync<TResult>(methodName, [arg1, arg2, arg3, arg4], cancellationToken);

    public static IAsyncEnumerable<TResult> StreamAsync<TResult>(this HubConnection hubConnection, string methodName, object? arg1, object? arg2, object? arg3, object? arg4, CancellationToken cancellationToken = default) =>
        hubConnection.StreamAsyncCore<TResult>(methodName, [arg1, arg2, arg3, arg4], cancellationToken);

    public static Task<ChannelReader<TResult>> StreamAsChannelAsync<TResult>(this HubConnection hubConnection, string methodName, object? arg1, object? arg2, object? arg3, object? arg4, object? arg5, CancellationToken cancellationToken = default) =>
        hubConnection.StreamAsChannelCoreAsync<TResult>(methodName, [arg1, arg2, arg3, arg4, arg5], cancellationToken);

    public static IAsyncEnumerable<TResult> StreamAsync<TResult>(this HubConnection hubConnection, string methodName, object? arg1, object? arg2, object? arg3, object? arg4, object? arg5, CancellationToken cancellationToken = default) =>
        hubConnection.StreamAsyncCore<TResult>(methodName, [arg1, arg2, arg3, arg4, arg5], cancellationToken);

    public static Task<ChannelReader<TResult>> StreamAsChannelAsync<TResult>(this HubConnection hubConnection, string methodName, object? arg1, object? arg2, object? arg3, object? arg4, object? arg5, object? arg6, CancellationToken cancellationToken = default) =>
        hubConnection.StreamAsChannelCoreAsync<TResult>(methodName, [arg1, arg2, arg3, arg4, arg5, arg6], cancellationToken);

    public static IAsyncEnumerable<TResult> StreamAsync<TResult>(this HubConnection hubConnection, string methodName, object? arg1, object? arg2, object? arg3, object? arg4, object? arg5, object? arg6, CancellationToken cancellationToken = default) =>
        hubConnection.StreamAsyncCore<TResult>(methodName, [arg1, arg2, arg3, arg4, arg5, arg6], cancellationToken);

    public static Task<ChannelReader<TResult>> StreamAsChannelAsync<TResult>(this HubConnection hubConnection, string methodName, object? arg1, object? arg2, object? arg3, object? arg4, object? arg5, object? arg6, object? arg7, CancellationToken cancellationToken = default) =>
        hubConnection.StreamAsChannelCoreAsync<TResult>(methodName, [arg1, arg2, arg3, arg4, arg5, arg6, arg7], cancellationToken);

    public static IAsyncEnumerable<TResult> StreamAsync<TResult>(this HubConnection hubConnection, string methodName, object? arg1, object? arg2, object? arg3, object? arg4, object? arg5, object? arg6, object? arg7, CancellationToken cancellationToken = default) =>
        hubConnection.StreamAsyncCore<TResult>(methodName, [arg1, arg2, arg3, arg4, arg5, arg6, arg7], cancellationToken);

    public static Task<ChannelReader<TResult>> StreamAsChannelAsync<TResult>(this HubConnection hubConnection, string methodName, object? arg1, object? arg2, object? arg3, object? arg4, object? arg5, object? arg6, object? arg7, object? arg8, CancellationToken cancellationToken = default) =>
        hubConnection.StreamAsChannelCoreAsync<TResult>(methodName, [arg1, arg2, arg3, arg4, arg5, arg6, arg7, arg8], cancellationToken);

    public static IAsyncEnumerable<TResult> StreamAsync<TResult>(this HubConnection hubConnection, string methodName, object? arg1, object? arg2, object? arg3, object? arg4, object? arg5, object? arg6, object? arg7, object? arg8, CancellationToken cancellationToken = default) =>
        hubConnection.StreamAsyncCore<TResult>(methodName, [arg1, arg2, arg3, arg4, arg5, arg6, arg7, arg8], cancellationToken);

    public static Task<ChannelReader<TResult>> StreamAsChannelAsync<TResult>(this HubConnection hubConnection, string methodName, object? arg1, object? arg2, object? arg3, object? arg4, object? arg5, object? arg6, object? arg7, object? arg8, object? arg9, CancellationToken cancellationToken = default) =>
        hubConnection.StreamAsChannelCoreAsync<TResult>(methodName, [arg1, arg2, arg3, arg4, arg5, arg6, arg7, arg8, arg9], cancellationToken);

    public static IAsyncEnumerable<TResult> StreamAsync<TResult>(this HubConnection hubConnection, string methodName, object? arg1, object? arg2, object? arg3, object? arg4, object? arg5, object? arg6, object? arg7, object? arg8, object? arg9, CancellationToken cancellationToken = default) =>
        hubConnection.StreamAsyncCore<TResult>(methodName, [arg1, arg2, arg3, arg4, arg5, arg6, arg7, arg8, arg9], cancellationToken);

    public static Task<ChannelReader<TResult>> StreamAsChannelAsync<TResult>(this HubConnection hubConnection, string methodName, object? arg1, object? arg2, object? arg3, object? arg4, object? arg5, object? arg6, object? arg7, object? arg8, object? arg9, object? arg10, CancellationToken cancellationToken = default) =>
        hubConnection.StreamAsChannelCoreAsync<TResult>(methodName, [arg1, arg2, arg3, arg4, arg5, arg6, arg7, arg8, arg9, arg10], cancellationToken);

    public static IAsyncEnumerable<TResult> StreamAsync<TResult>(this HubConnection hubConnection, string methodName, object? arg1, object? arg2, object? arg3, object? arg4, object? arg5, object? arg6, object? arg7, object? arg8, object? arg9, object? arg10, CancellationToken cancellationToken = default) =>
        hubConnection.StreamAsyncCore<TResult>(methodName, [arg1, arg2, arg3, arg4, arg5, arg6, arg7, arg8, arg9, arg10], cancellationToken);
}
