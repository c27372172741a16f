using System.Net;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.SignalR.Client.Internal;
using Microsoft.AspNetCore.SignalR.Protocol;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Microsoft.AspNetCore.SignalR.Client;

/// <summary>A connection to a SignalR hub: calls its methods, is called by it, and reconnects when a policy says so.</summary>
public class HubConnection : IAsyncDisposable
{
    /// <summary>30 s.</summary>
    public static readonly TimeSpan DefaultServerTimeout = TimeSpan.FromSeconds(30);

    /// <summary>15 s.</summary>
    public static readonly TimeSpan DefaultHandshakeTimeout = TimeSpan.FromSeconds(15);

    /// <summary>15 s.</summary>
    public static readonly TimeSpan DefaultKeepAliveInterval = TimeSpan.FromSeconds(15);

    private readonly IConnectionFactory connectionFactory;
    private readonly IHubProtocol protocol;
    private readonly EndPoint endPoint;
    private readonly IServiceProvider serviceProvider;
    private readonly IRetryPolicy? reconnectPolicy;
    private readonly ILogger logger;
    private readonly HandlerRegistry handlers = new();
    private readonly SemaphoreSlim changing = new(1, 1);
    private readonly TimeProvider clock = TimeProvider.System;
    private volatile HubSession? session;
    private volatile HubConnectionState state = HubConnectionState.Disconnected;
    private CancellationTokenSource stopped = new();
    private Task keeping = Task.CompletedTask;
    private bool disposed;

    public HubConnection(
        IConnectionFactory connectionFactory,
        IHubProtocol protocol,
        EndPoint endPoint,
        IServiceProvider serviceProvider,
        ILoggerFactory loggerFactory,
        IRetryPolicy reconnectPolicy)
        : this(connectionFactory, protocol, endPoint, serviceProvider, loggerFactory)
    {
        this.reconnectPolicy = reconnectPolicy;
    }

    /// <remarks>The service provider is disposed together with the connection.</remarks>
    public HubConnection(
        IConnectionFactory connectionFactory,
        IHubProtocol protocol,
        EndPoint endPoint,
        IServiceProvider serviceProvider,
        ILoggerFactory loggerFactory)
    {
        ArgumentNullException.ThrowIfNull(connectionFactory);
        ArgumentNullException.ThrowIfNull(protocol);
        ArgumentNullException.ThrowIfNull(endPoint);
        ArgumentNullException.ThrowIfNull(serviceProvider);
        this.connectionFactory = connectionFactory;
        this.protocol = protocol;
        this.endPoint = endPoint;
        this.serviceProvider = serviceProvider;
        logger = (loggerFactory ?? NullLoggerFactory.Instance).CreateLogger<HubConnection>();
        var options = serviceProvider.GetService<IOptions<HubConnectionOptions>>()?.Value ?? new HubConnectionOptions();
        ServerTimeout = options.ServerTimeout;
        KeepAliveInterval = options.KeepAliveInterval;
    }

    /// <summary>Closed for good: null after a wanted close, else what broke it.</summary>
    public event Func<Exception?, Task>? Closed;

    /// <summary>The connection was lost and is being re-established.</summary>
    public event Func<Exception?, Task>? Reconnecting;

    /// <summary>Re-established, with the new connection id (null without negotiation).</summary>
    public event Func<string?, Task>? Reconnected;

    public TimeSpan ServerTimeout { get; set; }

    public TimeSpan KeepAliveInterval { get; set; }

    public TimeSpan HandshakeTimeout { get; set; } = DefaultHandshakeTimeout;

    /// <summary>The server's name for this connection while connected; a new one after each reconnect; null without negotiation.</summary>
    public string? ConnectionId => session?.ConnectionId;

    public HubConnectionState State => state;

    /// <exception cref="InvalidOperationException">Not disconnected.</exception>
    public virtual async Task StartAsync(CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        await changing.WaitAsync(cancellationToken);
        try
        {
            if (state != HubConnectionState.Disconnected)
            {
                throw new InvalidOperationException(
                    $"The {nameof(HubConnection)} cannot be started if it is not in the {nameof(HubConnectionState.Disconnected)} state.");
            }

            state = HubConnectionState.Connecting;
            try
            {
                using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, stopped.Token);
                var opened = await OpenAsync(linked.Token);
                state = HubConnectionState.Connected;
                keeping = KeepAsync(opened);
            }
            catch
            {
                state = HubConnectionState.Disconnected;
                if (stopped.IsCancellationRequested) stopped = new CancellationTokenSource();
                throw;
            }
        }
        finally
        {
            changing.Release();
        }
    }

    public virtual async Task StopAsync(CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        await StopCoreAsync();
    }

    public virtual async ValueTask DisposeAsync()
    {
        if (disposed) return;
        await StopCoreAsync();
        disposed = true;
        if (serviceProvider is IAsyncDisposable provider) await provider.DisposeAsync();
        else (serviceProvider as IDisposable)?.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Registers a handler without a result. Handlers run one after another, in the order the server called.</summary>
    public virtual IDisposable On(string methodName, Type[] parameterTypes, Func<object?[], object, Task> handler, object state)
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        return handlers.Add(methodName, new ClientHandler(parameterTypes, CallAsync, HasResult: false));

        async Task<object?> CallAsync(object?[] arguments)
        {
            await handler(arguments, state);
            return null;
        }
    }

    /// <summary>Registers a handler whose result goes back to the server; at most one a method.</summary>
    public virtual IDisposable On(string methodName, Type[] parameterTypes, Func<object?[], object, Task<object?>> handler, object state)
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        return handlers.Add(methodName, new ClientHandler(parameterTypes, arguments => handler(arguments, state), HasResult: true));
    }

    public virtual void Remove(string methodName)
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        handlers.Remove(methodName);
    }

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

    private async Task<HubSession> OpenAsync(CancellationToken cancellation)
    {
        var connection = await connectionFactory.ConnectAsync(endPoint, cancellation);
        var opened = new HubSession(connection, protocol, handlers, this, logger);
        try
        {
            await opened.HandshakeAsync(HandshakeTimeout, cancellation);
        }
        catch
        {
            await opened.DiscardAsync();
            throw;
        }

        session = opened;
        opened.Start();
        return opened;
    }

    /// <summary>Watches a session to its end and, as long as the policy allows, puts a new one in its place.</summary>
    private async Task KeepAsync(HubSession current)
    {
        while (true)
        {
            var end = await current.Completion;
            var mayReconnect = reconnectPolicy is not null && end.MayReconnect && !stopped.IsCancellationRequested;
            await changing.WaitAsync();
            session = null;
            state = mayReconnect ? HubConnectionState.Reconnecting : HubConnectionState.Disconnected;
            changing.Release();
            if (!mayReconnect)
            {
                Raise(Closed, end.Reason);
                return;
            }

            Raise(Reconnecting, end.Reason);
            var (next, reason) = await ReconnectAsync(end.Reason);
            if (next is null)
            {
                Raise(Closed, reason);
                return;
            }

            Raise(Reconnected, next.ConnectionId);
            current = next;
        }
    }

    private async Task<(HubSession? Session, Exception? Reason)> ReconnectAsync(Exception? lost)
    {
        var since = clock.GetTimestamp();
        var reason = lost;
        for (var attempts = 0; ; attempts++)
        {
            TimeSpan? delay;
            try
            {
                delay = reconnectPolicy!.NextRetryDelay(
                    new RetryContext { PreviousRetryCount = attempts, ElapsedTime = clock.GetElapsedTime(since), RetryReason = reason });
            }
            catch (Exception failure)
            {
                logger.LogError(failure, "The retry policy failed.");
                delay = null;
            }

            if (delay is not { } wait)
            {
                state = HubConnectionState.Disconnected;
                return (null, new OperationCanceledException(
                    $"Reconnect retries have been exhausted after {attempts} failed attempts and {clock.GetElapsedTime(since)} elapsed."));
            }

            try
            {
                await Task.Delay(wait, clock, stopped.Token);
                await changing.WaitAsync(stopped.Token);
                try
                {
                    var opened = await OpenAsync(stopped.Token);
                    state = HubConnectionState.Connected;
                    return (opened, null);
                }
                finally
                {
                    changing.Release();
                }
            }
            catch (OperationCanceledException) when (stopped.IsCancellationRequested)
            {
                state = HubConnectionState.Disconnected;
                return (null, new OperationCanceledException("Connection stopped during reconnect. Done reconnecting."));
            }
            catch (Exception failure)
            {
                logger.LogDebug(failure, "An attempt to reconnect failed.");
                reason = failure;
            }
        }
    }

    private async Task StopCoreAsync()
    {
        // Cancelled before the lock is taken: an attempt to (re)connect holds it.
        await stopped.CancelAsync();
        HubSession? current;
        await changing.WaitAsync();
        current = session;
        changing.Release();
        if (current is not null) await current.StopAsync();
        await keeping;
        stopped = new CancellationTokenSource();
    }

    private void Raise<T>(Func<T, Task>? handler, T argument)
    {
        if (handler is null) return;
        _ = Task.Run(async () =>
        {
            foreach (var one in handler.GetInvocationList().Cast<Func<T, Task>>())
            {
                try
                {
                    await one(argument);
                }
                catch (Exception failure)
                {
                    logger.LogError(failure, "An event handler of the connection failed.");
                }
            }
        });
    }
}
