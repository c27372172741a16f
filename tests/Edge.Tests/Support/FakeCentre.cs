using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Regional.Link.V1;
using Regional.TestKit;
using Regional.TestKit.Tls;
using Outcome = Regional.Link.V1.UploadReceipt.Types.Outcome;

namespace Regional.Edge.Tests.Support;

/// <summary>One whole object as it came over the link.</summary>
internal sealed record Uploaded(UploadBegin Begin, byte[] Bytes, int Times);

/// <summary>
/// A centre that speaks the link over real gRPC and does with each upload what a test says. What it took, it keeps in memory and, like the real
/// one, also over broken calls: whole objects, and the beginnings of large ones.
/// </summary>
internal sealed partial class FakeCentre : IAsyncDisposable
{
    private const int WorthKeeping = 1 << 20;

    private readonly ConcurrentDictionary<string, MemoryStream> _parts = new();
    private readonly ConcurrentDictionary<Guid, IServerStreamWriter<CentreOrder>> _sessions = new();
    private readonly WebApplication _app;
    private volatile TaskCompletionSource _gate = Opened();

    private FakeCentre(WebApplication app) => _app = app;

    /// <summary>What becomes of a whole object with the right hash; null takes it. Called with how often this object has been asked about before.</summary>
    public Func<UploadBegin, int, (Outcome Outcome, string Rule)?> Judge { get; set; } = (_, _) => null;

    /// <summary>Whether an exam has a performed step, by how often it has been said.</summary>
    public Func<int, bool> TakesSteps { get; set; } = _ => true;

    public ConcurrentDictionary<string, Uploaded> Stored { get; } = new();

    /// <summary>Instances in the order in which they were begun.</summary>
    public EventCollector<UploadBegin> Begun { get; } = new();

    /// <summary>Instances in the order in which they were taken.</summary>
    public EventCollector<string> Taken { get; } = new();

    public EventCollector<EdgeEvent> Heard { get; } = new();

    public EventCollector<ResumeRequest> Resumes { get; } = new();

    public int Port { get; private set; }

    /// <summary>Data bytes of all uploads, sent twice counted twice.</summary>
    public long DataBytes;

    /// <summary>Common names of the certificates that edges showed, a session each.</summary>
    public EventCollector<string> Shown { get; } = new();

    /// <param name="port">Where it listens; 0: wherever there is room.</param>
    /// <param name="authority">Given: over TLS, with a certificate of this authority, to those who show one of <paramref name="edges"/> (the same unless given).</param>
    public static async Task<FakeCentre> StartAsync(TestAuthority? authority = null, TestAuthority? edges = null, int port = 0)
    {
        var certificate = authority?.Issue("centre", CertificateUse.Server);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port, listen =>
        {
            listen.Protocols = HttpProtocols.Http2;
            if (certificate is null)
                return;
            listen.UseHttps(https =>
            {
                https.ServerCertificate = certificate;
                https.ClientCertificateMode = ClientCertificateMode.RequireCertificate;
                https.ClientCertificateValidation = (shown, _, _) => shown.IssuerName.RawData.AsSpan().SequenceEqual((edges ?? authority)!.Certificate.SubjectName.RawData);
            });
        }));
        if (certificate is not null)
            builder.WebHost.UseKestrelHttpsConfiguration();
        builder.Services.AddGrpc(options => options.MaxReceiveMessageSize = 2 << 20);
        FakeCentre? centre = null;
        builder.Services.AddSingleton(_ => new FakeLink(centre!)).AddSingleton(_ => new FakeCopies(centre!));
        var app = builder.Build();
        app.MapGrpcService<FakeLink>();
        app.MapGrpcService<FakeCopies>();
        centre = new FakeCentre(app);
        await app.StartAsync();
        centre.Port = new Uri(app.Urls.Single()).Port;
        return centre;
    }

    /// <summary>Stops reading uploads: a slow centre.</summary>
    public void Block() => _gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Unblock() => _gate.TrySetResult();

    /// <summary>An order to every edge that is linked.</summary>
    public async Task OrderAsync(CentreOrder order)
    {
        foreach (var session in _sessions.Values)
            await session.WriteAsync(order);
    }

    public async ValueTask DisposeAsync()
    {
        Unblock();
        await _app.DisposeAsync();
    }

    internal async Task Session(IAsyncStreamReader<EdgeEvent> events, IServerStreamWriter<CentreOrder> orders, ServerCallContext context)
    {
        var id = Guid.NewGuid();
        if (context.GetHttpContext().Connection.ClientCertificate is { } shown)
            Shown.Add(shown.Subject);
        try
        {
            await orders.WriteAsync(new CentreOrder
            {
                Welcome = new Welcome { Clock = Timestamp.FromDateTimeOffset(TimeProvider.System.GetUtcNow()), StatusIntervalSeconds = 1, WindowBytes = 32 << 20 },
            });
            _sessions[id] = orders;
            while (await events.MoveNext(context.CancellationToken))
            {
                Heard.Add(events.Current);
                if (events.Current.Performed is { } step)
                {
                    var times = Heard.Items.Count(e => e.Performed is { } said && said.StepUid == step.StepUid && said.Sequence == step.Sequence);
                    await orders.WriteAsync(new CentreOrder { Performed = new PerformedReceipt { Source = step.Source, Sequence = step.Sequence, Taken = TakesSteps(times) } });
                }
            }
        }
        catch (Exception cut) when (cut is IOException or OperationCanceledException)
        {
            // The line was cut.
        }
        finally
        {
            _sessions.TryRemove(id, out _);
        }
    }

    internal async Task Upload(IAsyncStreamReader<UploadMessage> messages, IServerStreamWriter<UploadReceipt> receipts, ServerCallContext context)
    {
        Dictionary<ulong, (UploadBegin Begin, MemoryStream Bytes)> open = [];
        try
        {
            while (await messages.MoveNext(context.CancellationToken))
            {
                await _gate.Task;
                var message = messages.Current;
                if (message.Begin is { } begin)
                {
                    Begun.Add(begin);
                    var bytes = new MemoryStream();
                    if (begin.Offset > 0 && _parts.TryRemove(Key(begin.SopInstanceUid, begin.Sha256), out var part))
                        bytes = part;
                    if (bytes.Length != (long)begin.Offset)
                        await receipts.WriteAsync(new UploadReceipt { Transfer = begin.Transfer, Outcome = Outcome.Corrupt, Reason = "upload.offset" });
                    else
                        open.Add(begin.Transfer, (begin, bytes));
                }
                else if (message.Data is { } data && open.TryGetValue(data.Transfer, out var transfer))
                {
                    ((long)data.Offset).ShouldBe(transfer.Bytes.Length);
                    transfer.Bytes.Write(data.Data.Span);
                    Interlocked.Add(ref DataBytes, data.Data.Length);
                    if (transfer.Bytes.Length < (long)transfer.Begin.Length)
                        continue;
                    open.Remove(data.Transfer);
                    var (outcome, rule) = Take(transfer.Begin, transfer.Bytes.ToArray());
                    await receipts.WriteAsync(new UploadReceipt { Transfer = data.Transfer, Outcome = outcome, Reason = rule });
                }
            }
        }
        catch (Exception cut) when (cut is IOException or OperationCanceledException or InvalidOperationException)
        {
            // The line was cut.
        }

        foreach (var (begin, bytes) in open.Values)
        {
            if (bytes.Length >= WorthKeeping)
                _parts[Key(begin.SopInstanceUid, begin.Sha256)] = bytes;
        }
    }

    internal ResumeReply Resume(ResumeRequest request)
    {
        Resumes.Add(request);
        var reply = new ResumeReply();
        foreach (var item in request.Items)
        {
            reply.Items.Add(new ResumeState
            {
                Stored = Stored.ContainsKey(item.SopInstanceUid),
                Offset = _parts.TryGetValue(Key(item.SopInstanceUid, item.Sha256), out var part) ? (ulong)part.Length : 0,
            });
        }

        return reply;
    }

    private readonly ConcurrentDictionary<string, int> _asked = new();

    private (Outcome Outcome, string Rule) Take(UploadBegin begin, byte[] bytes)
    {
        if (!SHA256.HashData(bytes).AsSpan().SequenceEqual(begin.Sha256.Span))
            return (Outcome.Corrupt, "upload.sha256");
        var times = _asked.AddOrUpdate(begin.SopInstanceUid, 0, (_, before) => before + 1);
        if (Judge(begin, times) is { } said)
            return said;
        Taken.Add(begin.SopInstanceUid);
        var uploaded = Stored.AddOrUpdate(begin.SopInstanceUid, new Uploaded(begin, bytes, 1), (_, before) => before with { Times = before.Times + 1 });
        return (uploaded.Times == 1 ? Outcome.Stored : Outcome.Duplicate, "");
    }

    private static string Key(string sop, ByteString hash) => sop + hash.ToBase64();

    private static TaskCompletionSource Opened()
    {
        var gate = new TaskCompletionSource();
        gate.SetResult();
        return gate;
    }
}

/// <summary>The link's methods bound by hand: the edge generates the messages and a client only.</summary>
[BindServiceMethod(typeof(FakeLink), nameof(BindService))]
internal class FakeLink(FakeCentre centre)
{
    private const string Service = "regional.link.v1.EdgeLink";

    private static readonly Method<EdgeEvent, CentreOrder> SessionMethod =
        new(MethodType.DuplexStreaming, Service, "Session", Marshaller(EdgeEvent.Parser), Marshaller(CentreOrder.Parser));

    private static readonly Method<UploadMessage, UploadReceipt> UploadMethod =
        new(MethodType.DuplexStreaming, Service, "Upload", Marshaller(UploadMessage.Parser), Marshaller(UploadReceipt.Parser));

    private static readonly Method<ResumeRequest, ResumeReply> ResumeMethod =
        new(MethodType.Unary, Service, "Resume", Marshaller(ResumeRequest.Parser), Marshaller(ResumeReply.Parser));

    public static void BindService(ServiceBinderBase binder, FakeLink? link)
    {
        binder.AddMethod(SessionMethod, link is null ? null : new DuplexStreamingServerMethod<EdgeEvent, CentreOrder>(link.Session));
        binder.AddMethod(UploadMethod, link is null ? null : new DuplexStreamingServerMethod<UploadMessage, UploadReceipt>(link.Upload));
        binder.AddMethod(ResumeMethod, link is null ? null : new UnaryServerMethod<ResumeRequest, ResumeReply>(link.Resume));
    }

    public virtual Task Session(IAsyncStreamReader<EdgeEvent> events, IServerStreamWriter<CentreOrder> orders, ServerCallContext context) =>
        centre.Session(events, orders, context);

    public virtual Task Upload(IAsyncStreamReader<UploadMessage> messages, IServerStreamWriter<UploadReceipt> receipts, ServerCallContext context) =>
        centre.Upload(messages, receipts, context);

    public virtual Task<ResumeReply> Resume(ResumeRequest request, ServerCallContext context) => Task.FromResult(centre.Resume(request));

    private static Marshaller<T> Marshaller<T>(MessageParser<T> parser)
        where T : class, IMessage<T> => Marshallers.Create(message => message.ToByteArray(), bytes => parser.ParseFrom(bytes));
}
