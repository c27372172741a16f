using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Microsoft.AspNetCore.SignalR.Client.Internal;
using Microsoft.AspNetCore.SignalR.Protocol;

namespace Microsoft.AspNetCore.SignalR.Client;

/// <content>Calls to the hub and streams from it.</content>
public partial class HubConnection
{
    /// <exception cref="HubException">The hub method failed.</exception>
    /// <exception cref="InvalidOperationException">The connection is not active.</exception>
    public virtual async Task<object?> InvokeCoreAsync(string methodName, Type returnType, object?[] args, CancellationToken cancellationToken = default)
    {
        var active = await ActiveAsync(nameof(InvokeCoreAsync), cancellationToken);
        var call = active.BeginInvocation(returnType, cancellationToken);
        await SendCallAsync(active, call, new InvocationMessage(call.Id, methodName, Plain(args)), cancellationToken);
        return await call.Result;
    }

    /// <summary>Sends and does not wait for the hub method to run.</summary>
    public virtual async Task SendCoreAsync(string methodName, object?[] args, CancellationToken cancellationToken = default)
    {
        var active = await ActiveAsync(nameof(SendCoreAsync), cancellationToken);
        await active.SendAsync(new InvocationMessage(methodName, Plain(args)), cancellationToken);
    }

    public virtual async Task<ChannelReader<object?>> StreamAsChannelCoreAsync(
        string methodName, Type returnType, object?[] args, CancellationToken cancellationToken = default)
    {
        var active = await ActiveAsync(nameof(StreamAsChannelCoreAsync), cancellationToken);
        var call = active.BeginStream(returnType, cancellationToken);
        await SendCallAsync(active, call, new StreamInvocationMessage(call.Id, methodName, Plain(args)), cancellationToken);
        return call.Items;
    }

    public virtual IAsyncEnumerable<TResult> StreamAsyncCore<TResult>(string methodName, object?[] args, CancellationToken cancellationToken = default)
    {
        return Enumerate(cancellationToken);

        async IAsyncEnumerable<TResult> Enumerate([EnumeratorCancellation] CancellationToken cancellation)
        {
            // Leaving the loop early must cancel the stream on the server.
            using var left = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            var items = await StreamAsChannelCoreAsync(methodName, typeof(TResult), args, left.Token);
            try
            {
                await foreach (var item in items.ReadAllAsync(cancellation)) yield return (TResult)item!;
            }
            finally
            {
                await left.CancelAsync();
            }
        }
    }

    private static object?[] Plain(object?[] arguments)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        foreach (var argument in arguments)
        {
            var isStream = argument?.GetType() is { } type
                && (type.GetInterfaces().Any(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IAsyncEnumerable<>))
                    || IsChannelReader(type));
            if (isStream) throw new NotSupportedException("Streaming from the client to the hub is not part of this implementation.");
        }

        return arguments;
    }

    private static bool IsChannelReader(Type? type)
    {
        for (; type is not null; type = type.BaseType)
        {
            if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ChannelReader<>)) return true;
        }

        return false;
    }

    private static async Task SendCallAsync(HubSession active, PendingCall call, HubMessage message, CancellationToken cancellation)
    {
        try
        {
            await active.SendAsync(message, cancellation);
        }
        catch
        {
            active.Forget(call);
            throw;
        }
    }

    private async Task<HubSession> ActiveAsync(string method, CancellationToken cancellation)
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        await changing.WaitAsync(cancellation);
        try
        {
            return session is { Stopping: false } active
                ? active
                : throw new InvalidOperationException($"The '{method}' method cannot be called if the connection is not active");
        }
        finally
        {
            changing.Release();
        }
    }
}
