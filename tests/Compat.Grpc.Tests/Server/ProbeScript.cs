using Regional.Probe.V1;

namespace Regional.Compat.Grpc.Tests.Server;

/// <summary>What the server does in one test; a method without a script answers Unimplemented as generated.</summary>
public sealed class ProbeScript
{
    public UnaryServerMethod<Note, Note>? Ask { get; set; }

    public ClientStreamingServerMethod<Note, Note>? Upload { get; set; }

    public ServerStreamingServerMethod<Note, Note>? Download { get; set; }

    public DuplexStreamingServerMethod<Note, Note>? Talk { get; set; }
}

internal sealed class ProbeService(ProbeScript script) : Regional.Probe.V1.Probe.ProbeBase
{
    public override Task<Note> Ask(Note request, ServerCallContext context) =>
        script.Ask?.Invoke(request, context) ?? base.Ask(request, context);

    public override Task<Note> Upload(IAsyncStreamReader<Note> requestStream, ServerCallContext context) =>
        script.Upload?.Invoke(requestStream, context) ?? base.Upload(requestStream, context);

    public override Task Download(Note request, IServerStreamWriter<Note> responseStream, ServerCallContext context) =>
        script.Download?.Invoke(request, responseStream, context) ?? base.Download(request, responseStream, context);

    public override Task Talk(IAsyncStreamReader<Note> requestStream, IServerStreamWriter<Note> responseStream, ServerCallContext context) =>
        script.Talk?.Invoke(requestStream, responseStream, context) ?? base.Talk(requestStream, responseStream, context);
}
