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
public partial class HubConnection : IAsyncDisposable
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
