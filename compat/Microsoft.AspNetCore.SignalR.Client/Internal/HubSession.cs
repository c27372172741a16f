using System.Collections.Concurrent;
using System.Globalization;
using System.Threading.Channels;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.SignalR.Protocol;
using Microsoft.Extensions.Logging;

namespace Microsoft.AspNetCore.SignalR.Client.Internal;

/// <summary>Why a session ended and whether a new one may be tried.</summary>
internal sealed record SessionEnd(Exception? Reason, bool MayReconnect);

/// <summary>One established connection, from handshake to close: sends, receives, pings, and keeps the calls in flight.</summary>
internal sealed class HubSession(ConnectionContext connection, IHubProtocol protocol, HandlerRegistry handlers, HubConnection owner, ILogger logger)
    : IInvocationBinder
{
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);
    private readonly TimeProvider clock = TimeProvider.System;
    private readonly SemaphoreSlim writing = new(1, 1);
    private readonly ConcurrentDictionary<string, PendingCall> pending = new(StringComparer.Ordinal);
    private readonly Channel<InvocationMessage> calls = Channel.CreateUnbounded<InvocationMessage>();
    private long lastSent;
    private long lastReceived;
    private long ids;
    private bool ended;
    private volatile bool stopping;
    private volatile bool closedByServer;
    private Exception? closeReason;

    public string? ConnectionId => connection.ConnectionId;

    public bool Stopping => stopping;

    /// <summary>The receive loop; completes when the connection is gone and its calls are settled.</summary>
    public Task<SessionEnd> Completion { get; private set; } = Task.FromResult(new SessionEnd(null, false));

    public async Task HandshakeAsync(TimeSpan timeout, CancellationToken cancellation)
    {
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limited.CancelAfter(timeout);
        try
        {
            HandshakeProtocol.WriteRequestMessage(new HandshakeRequestMessage(protocol.Name, protocol.Version), connection.Transport.Output);
            await connection.Transport.Output.FlushAsync(limited.Token);
            var answer = await ReadHandshakeAsync(limited.Token);
            if (answer.Error is { } error)
            {
                throw new HubException($"Unable to complete handshake with the server due to an error: {error}");
            }
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new OperationCanceledException($"The server did not answer the handshake within {timeout.TotalMilliseconds:0} ms.");
        }

        lastSent = lastReceived = clock.GetTimestamp();
    }

    public void Start()
    {
        _ = CallHandlersAsync();
        Completion = ReceiveAsync();
    }

    public PendingInvocation BeginInvocation(Type resultType, CancellationToken cancellation)
    {
        var call = new PendingInvocation(NextId(), resultType);
        Track(call);
        call.CancelOn(cancellation, cancelled =>
        {
            if (pending.TryRemove(cancelled.Id, out _)) cancelled.Cancel();
        });
        return call;
    }

    public PendingStream BeginStream(Type itemType, CancellationToken cancellation)
    {
        var call = new PendingStream(NextId(), itemType);
        Track(call);
        call.CancelOn(cancellation, cancelled =>
        {
            if (!pending.TryRemove(cancelled.Id, out _)) return;
            cancelled.Cancel();
            _ = TellCancelledAsync(cancelled.Id);
        });
        return call;
    }

    public void Forget(PendingCall call) => pending.TryRemove(call.Id, out _);

    public async Task SendAsync(HubMessage message, CancellationToken cancellation)
    {
        await writing.WaitAsync(cancellation);
        try
        {
            protocol.WriteMessage(message, connection.Transport.Output);
            lastSent = clock.GetTimestamp();
            var flushed = await connection.Transport.Output.FlushAsync(cancellation);
            if (flushed.IsCompleted && message is not PingMessage) throw new IOException("The connection was closed while a message was sent.");
        }
        finally
        {
            writing.Release();
        }
    }

    /// <summary>Ends the session on the client's wish; no reconnect follows.</summary>
    public async Task StopAsync()
    {
        stopping = true;
        connection.Transport.Input.CancelPendingRead();
        await Completion;
    }

    /// <summary>Lets a connection go whose handshake failed.</summary>
    public ValueTask DiscardAsync() => connection.DisposeAsync();

    public Type GetReturnType(string invocationId) => Find(invocationId).ResultType;

    public Type GetStreamItemType(string streamId) => Find(streamId).ResultType;

    public IReadOnlyList<Type> GetParameterTypes(string methodName)
    {
        var found = handlers.For(methodName);
        if (found.Length > 0) return found[0].ParameterTypes;
        logger.LogWarning("Failed to find handler for '{MethodName}' method.", methodName);
        return Type.EmptyTypes;
    }

    private async Task<HandshakeResponseMessage> ReadHandshakeAsync(CancellationToken cancellation)
    {
        var input = connection.Transport.Input;
        while (true)
        {
            var read = await input.ReadAsync(cancellation);
            var buffer = read.Buffer;
            var consumed = buffer.Start;
            var examined = buffer.End;
            try
            {
                if (HandshakeProtocol.TryParseResponseMessage(ref buffer, out var answer))
                {
                    consumed = buffer.Start;
                    examined = consumed;
                    return answer;
                }

                if (read.IsCompleted) throw new InvalidOperationException("The server disconnected before sending a handshake response");
            }
            finally
            {
                input.AdvanceTo(consumed, examined);
            }
        }
    }

    private async Task<SessionEnd> ReceiveAsync()
    {
        using var ticking = new CancellationTokenSource();
        var ticks = TickAsync(ticking.Token);
        Exception? failure = null;
        try
        {
            await ReadMessagesAsync();
        }
        catch (Exception thrown)
        {
            failure = thrown;
        }

        await ticking.CancelAsync();
        await ticks;
        calls.Writer.TryComplete();
        failure = stopping ? null : closeReason ?? failure;
        lock (pending) ended = true;
        foreach (var id in pending.Keys)
        {
            if (pending.TryRemove(id, out var call)) call.Abandon(failure);
        }

        await connection.DisposeAsync();
        return new SessionEnd(failure, MayReconnect: !stopping && !closedByServer);
    }

    private async Task ReadMessagesAsync()
    {
        var input = connection.Transport.Input;
        while (true)
        {
            var read = await input.ReadAsync();
            var buffer = read.Buffer;
            try
            {
                if (read.IsCanceled) return;
                if (!buffer.IsEmpty) lastReceived = clock.GetTimestamp();
                while (protocol.TryParseMessage(ref buffer, this, out var message))
                {
                    if (!Take(message)) return;
                }

                if (!read.IsCompleted) continue;
                if (!buffer.IsEmpty) throw new InvalidDataException("Connection terminated while reading a message.");
                return;
            }
            finally
            {
                input.AdvanceTo(buffer.Start, buffer.End);
            }
        }
    }

    private bool Take(HubMessage message)
    {
        switch (message)
        {
            case InvocationMessage invocation:
                calls.Writer.TryWrite(invocation);
                break;
            case InvocationBindingFailureMessage unbound:
                logger.LogError(unbound.BindingFailure.SourceException, "Failed to bind arguments received in invocation '{Id}' of '{MethodName}'.", unbound.InvocationId, unbound.Target);
                if (unbound.InvocationId is { } asked)
                {
                    _ = TrySendAsync(CompletionMessage.WithError(asked, "Client failed to parse argument(s)."));
                }

                break;
            case CompletionMessage completion:
                if (pending.TryRemove(completion.InvocationId!, out var done)) done.Finish(completion);
                else logger.LogWarning("Dropped unsolicited completion of invocation '{Id}'.", completion.InvocationId);
                break;
            case StreamItemMessage item:
                if (pending.TryGetValue(item.InvocationId!, out var stream)) stream.Item(item.Item);
                break;
            case StreamBindingFailureMessage broken:
                if (pending.TryRemove(broken.Id, out var failed)) failed.Abandon(broken.BindingFailure.SourceException);
                break;
            case CloseMessage close:
                closedByServer = !close.AllowReconnect;
                if (close.Error is { } error)
                {
                    closeReason = new HubException($"The server closed the connection with the following error: {error}");
                }

                return false;
        }

        return true;
    }

    private async Task CallHandlersAsync()
    {
        await foreach (var call in calls.Reader.ReadAllAsync())
        {
            var answered = false;
            foreach (var handler in handlers.For(call.Target))
            {
                try
                {
                    var result = await handler.Call(call.Arguments ?? []);
                    if (!handler.HasResult || call.InvocationId is null) continue;
                    answered = true;
                    await TrySendAsync(CompletionMessage.WithResult(call.InvocationId, result));
                }
                catch (Exception failure)
                {
                    logger.LogError(failure, "Invoking client side method '{MethodName}' failed.", call.Target);
                    if (!handler.HasResult || call.InvocationId is null) continue;
                    answered = true;
                    await TrySendAsync(CompletionMessage.WithError(call.InvocationId, failure.Message));
                }
            }

            if (!answered && call.InvocationId is { } id)
            {
                await TrySendAsync(CompletionMessage.WithError(id, "Client didn't provide a result."));
            }
        }
    }

    private async Task TickAsync(CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(Tick, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellation))
            {
                if (clock.GetElapsedTime(lastReceived) >= owner.ServerTimeout)
                {
                    closeReason = new TimeoutException(
                        $"Server timeout ({owner.ServerTimeout.TotalMilliseconds.ToString("0.00", CultureInfo.InvariantCulture)}ms) elapsed without receiving a message from the server.");
                    connection.Transport.Input.CancelPendingRead();
                    return;
                }

                if (clock.GetElapsedTime(lastSent) >= owner.KeepAliveInterval) await TrySendAsync(PingMessage.Instance);
            }
        }
        catch (OperationCanceledException)
        {
            // The session has ended.
        }
    }

    private Task TellCancelledAsync(string id) => TrySendAsync(new CancelInvocationMessage(id));

    private async Task TrySendAsync(HubMessage message)
    {
        try
        {
            await SendAsync(message, CancellationToken.None);
        }
        catch (Exception failure)
        {
            // The connection is going down; the receive loop reports it.
            logger.LogDebug(failure, "A protocol message could not be sent.");
        }
    }

    private PendingCall Find(string id) =>
        pending.TryGetValue(id, out var call) ? call : throw new KeyNotFoundException($"No invocation with id '{id}' is pending.");

    private void Track(PendingCall call)
    {
        lock (pending)
        {
            if (ended) throw new InvalidOperationException("The connection was lost before the call was sent.");
            pending[call.Id] = call;
        }
    }

    private string NextId() => Interlocked.Increment(ref ids).ToString(CultureInfo.InvariantCulture);
}
