using System.IO.Pipelines;
using Microsoft.AspNetCore.SignalR.Protocol;

namespace Microsoft.AspNetCore.SignalR.Client.Internal;

/// <summary>The first exchange on a connection: which hub protocol is spoken.</summary>
internal static class Handshake
{
    /// <exception cref="HubException">The server refused.</exception>
    /// <exception cref="OperationCanceledException">No answer in time, or cancelled.</exception>
    public static async Task PerformAsync(IDuplexPipe transport, IHubProtocol protocol, TimeSpan timeout, CancellationToken cancellation)
    {
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limited.CancelAfter(timeout);
        try
        {
            HandshakeProtocol.WriteRequestMessage(new HandshakeRequestMessage(protocol.Name, protocol.Version), transport.Output);
            await transport.Output.FlushAsync(limited.Token);
            if ((await ReadAsync(transport.Input, limited.Token)).Error is { } error)
            {
                throw new HubException($"Unable to complete handshake with the server due to an error: {error}");
            }
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new OperationCanceledException($"The server did not answer the handshake within {timeout.TotalMilliseconds:0} ms.");
        }
    }

    private static async Task<HandshakeResponseMessage> ReadAsync(PipeReader input, CancellationToken cancellation)
    {
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
}
