using System.Buffers;
using System.IO.Pipelines;
using System.Net.WebSockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;

namespace Microsoft.AspNetCore.Http.Connections.Client;

/// <summary>Moves bytes between a WebSocket and the pair of pipes the hub sees, with back-pressure both ways.</summary>
internal sealed class WebSocketPump
{
    private readonly WebSocket socket;
    private readonly WebSocketMessageType messageType;
    private readonly TimeSpan closeTimeout;
    private readonly ILogger logger;
    private readonly Pipe received;
    private readonly Pipe toSend;
    private Task receiving = Task.CompletedTask;
    private Task sending = Task.CompletedTask;

    public WebSocketPump(WebSocket socket, TransferFormat format, HttpConnectionOptions options, ILogger logger)
    {
        this.socket = socket;
        this.logger = logger;
        messageType = format == TransferFormat.Binary ? WebSocketMessageType.Binary : WebSocketMessageType.Text;
        closeTimeout = options.CloseTimeout;
        received = new Pipe(Limits(options.TransportMaxBufferSize));
        toSend = new Pipe(Limits(options.ApplicationMaxBufferSize));
        Application = new Duplex(received.Reader, toSend.Writer);
    }

    /// <summary>The hub's side.</summary>
    public IDuplexPipe Application { get; }

    public void Start()
    {
        receiving = ReceiveAsync();
        sending = SendAsync();
    }

    /// <summary>Ends both directions: close frame, the server's answer within the time-out, else abort.</summary>
    public async Task StopAsync()
    {
        await Application.Output.CompleteAsync();
        await Application.Input.CompleteAsync();
        var both = Task.WhenAll(sending, receiving);
        try
        {
            await both.WaitAsync(closeTimeout);
        }
        catch (TimeoutException)
        {
            socket.Abort();
            await both;
        }

        socket.Dispose();
    }

    private static PipeOptions Limits(long most) =>
        new(pauseWriterThreshold: most, resumeWriterThreshold: most / 2, useSynchronizationContext: false);

    private async Task ReceiveAsync()
    {
        Exception? failure = null;
        try
        {
            var discarding = false;
            while (true)
            {
                var memory = received.Writer.GetMemory(4096);
                var got = await socket.ReceiveAsync(memory, CancellationToken.None);
                if (got.MessageType == WebSocketMessageType.Close)
                {
                    if (socket.CloseStatus is not (WebSocketCloseStatus.NormalClosure or WebSocketCloseStatus.Empty or null))
                    {
                        throw new InvalidOperationException($"The server closed the WebSocket with an error: {socket.CloseStatus}.");
                    }

                    break;
                }

                // Once the hub has stopped reading, frames are read only to reach the server's close frame.
                if (discarding) continue;
                received.Writer.Advance(got.Count);
                discarding = (await received.Writer.FlushAsync()).IsCompleted;
            }
        }
        catch (Exception thrown)
        {
            failure = thrown;
        }
        finally
        {
            await received.Writer.CompleteAsync(failure);
            // Wakes the sender, which then closes the other half.
            toSend.Reader.CancelPendingRead();
        }
    }

    private async Task SendAsync()
    {
        try
        {
            while (true)
            {
                var read = await toSend.Reader.ReadAsync();
                var buffer = read.Buffer;
                if (!buffer.IsEmpty && socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
                {
                    await SendMessageAsync(buffer);
                }

                toSend.Reader.AdvanceTo(buffer.End);
                if (read.IsCanceled || read.IsCompleted) break;
            }

            if (socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
            {
                await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "", CancellationToken.None);
            }
        }
        catch (Exception failure) when (failure is WebSocketException or ObjectDisposedException or InvalidOperationException or IOException)
        {
            // The receiving half reports why the line broke; here it only means that nothing more can be sent.
            logger.LogDebug(failure, "Sending on the WebSocket ended.");
            socket.Abort();
        }
        finally
        {
            await toSend.Reader.CompleteAsync();
        }
    }

    private async Task SendMessageAsync(ReadOnlySequence<byte> message)
    {
        var position = message.Start;
        while (message.TryGet(ref position, out var segment))
        {
            var last = position.GetObject() is null;
            await socket.SendAsync(segment, messageType, endOfMessage: last, CancellationToken.None);
            if (last) return;
        }
    }

    private sealed class Duplex(PipeReader input, PipeWriter output) : IDuplexPipe
    {
        public PipeReader Input { get; } = input;

        public PipeWriter Output { get; } = output;
    }
}
