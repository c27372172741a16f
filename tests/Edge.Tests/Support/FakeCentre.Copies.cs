using System.Collections.Concurrent;
using System.Security.Cryptography;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Regional.Link.V1;
using Regional.TestKit;

namespace Regional.Edge.Tests.Support;

/// <summary>What the fake centre gives: images in memory, to whoever asks, with knobs for what goes wrong.</summary>
internal sealed partial class FakeCentre
{
    public ConcurrentDictionary<string, (HeldInstance Held, byte[] Bytes)> Given { get; } = new();

    /// <summary>Transfers in the order in which they were asked for.</summary>
    public EventCollector<FetchBegin> Asked { get; } = new();

    public EventCollector<FetchUrgency> Urgencies { get; } = new();

    public EventCollector<HoldingsRequest> HoldingsAsked { get; } = new();

    /// <summary>Bytes of copies sent, sent twice counted twice.</summary>
    public long CopyBytes;

    /// <summary>What is sent in the place of a chunk.</summary>
    public Func<FetchBegin, byte[], byte[]> Spoil { get; set; } = (_, chunk) => chunk;

    public int AtOrigin { get; set; }

    /// <summary>Nothing is known that the site may see.</summary>
    public bool Denies { get; set; }

    /// <summary>Each chunk passes here.</summary>
    public Func<FetchBegin, Task> Pass { get; set; } = _ => Task.CompletedTask;

    public HeldInstance Give(string study, string sop, byte[] dataSet, string sopClass, string syntax, string site = "township-b")
    {
        var held = new HeldInstance
        {
            SopInstanceUid = sop, SopClassUid = sopClass, StudyInstanceUid = study, SeriesInstanceUid = study + ".1", TransferSyntaxUid = syntax, CallingAe = "B_CT1", Site = site,
            Received = Timestamp.FromDateTimeOffset(new DateTimeOffset(2026, 3, 2, 12, 0, 0, TimeSpan.Zero)), Length = (ulong)dataSet.Length,
            Sha256 = ByteString.CopyFrom(SHA256.HashData(dataSet)),
        };
        Given[sop] = (held, dataSet);
        return held;
    }

    internal async Task Holdings(HoldingsRequest request, IServerStreamWriter<HoldingsMessage> answer)
    {
        HoldingsAsked.Add(request);
        if (Denies)
            throw new RpcException(new Grpc.Core.Status(StatusCode.NotFound, "holdings.study"));
        foreach (var (held, _) in Given.Values.Where(given => given.Held.StudyInstanceUid == request.StudyInstanceUid).OrderBy(given => given.Held.SopInstanceUid))
            await answer.WriteAsync(new HoldingsMessage { Instance = held });
        await answer.WriteAsync(new HoldingsMessage { End = new HoldingsEnd { AtOrigin = (uint)AtOrigin } });
    }

    internal async Task Fetch(IAsyncStreamReader<FetchRequest> requests, IServerStreamWriter<FetchMessage> messages, ServerCallContext context)
    {
        using var turn = new SemaphoreSlim(1);
        try
        {
            while (await requests.MoveNext(context.CancellationToken))
            {
                if (requests.Current.Urgency is { } urgency)
                    Urgencies.Add(urgency);
                if (requests.Current.Begin is not { } begin)
                    continue;
                Asked.Add(begin);
                _ = Send(begin, message => Written(messages, message, turn), context.CancellationToken);
            }
        }
        catch (Exception cut) when (cut is IOException or OperationCanceledException)
        {
            // The line was cut.
        }
    }

    private static async Task Written(IServerStreamWriter<FetchMessage> messages, FetchMessage message, SemaphoreSlim turn)
    {
        await turn.WaitAsync();
        try
        {
            await messages.WriteAsync(message);
        }
        finally
        {
            turn.Release();
        }
    }

    private async Task Send(FetchBegin begin, Func<FetchMessage, Task> write, CancellationToken cancellation)
    {
        try
        {
            if (!Given.TryGetValue(begin.SopInstanceUid, out var given))
            {
                await write(new FetchMessage { End = new FetchEnd { Transfer = begin.Transfer, Outcome = FetchEnd.Types.Outcome.Gone } });
                return;
            }

            for (var at = (int)begin.Offset; at < given.Bytes.Length;)
            {
                await Pass(begin).WaitAsync(cancellation);
                var chunk = given.Bytes.AsSpan(at, Math.Min(64 << 10, given.Bytes.Length - at)).ToArray();
                await write(new FetchMessage
                {
                    Data = new FetchData { Transfer = begin.Transfer, Offset = (ulong)at, Data = ByteString.CopyFrom(Spoil(begin, chunk)) },
                });
                at += chunk.Length;
                Interlocked.Add(ref CopyBytes, chunk.Length);
            }

            await write(new FetchMessage { End = new FetchEnd { Transfer = begin.Transfer, Outcome = FetchEnd.Types.Outcome.Sent } });
        }
        catch (Exception cut) when (cut is IOException or OperationCanceledException or InvalidOperationException or ObjectDisposedException or RpcException)
        {
            // The line was cut.
        }
    }
}

/// <summary>The calls by which an edge brings copies, bound by hand.</summary>
[BindServiceMethod(typeof(FakeCopies), nameof(BindService))]
internal class FakeCopies(FakeCentre centre)
{
    private const string Service = "regional.link.v1.EdgeLink";

    private static readonly Method<HoldingsRequest, HoldingsMessage> HoldingsMethod =
        new(MethodType.ServerStreaming, Service, "Holdings", Marshaller(HoldingsRequest.Parser), Marshaller(HoldingsMessage.Parser));

    private static readonly Method<FetchRequest, FetchMessage> FetchMethod =
        new(MethodType.DuplexStreaming, Service, "Fetch", Marshaller(FetchRequest.Parser), Marshaller(FetchMessage.Parser));

    public static void BindService(ServiceBinderBase binder, FakeCopies? copies)
    {
        binder.AddMethod(HoldingsMethod, copies is null ? null : new ServerStreamingServerMethod<HoldingsRequest, HoldingsMessage>(copies.Holdings));
        binder.AddMethod(FetchMethod, copies is null ? null : new DuplexStreamingServerMethod<FetchRequest, FetchMessage>(copies.Fetch));
    }

    public virtual Task Holdings(HoldingsRequest request, IServerStreamWriter<HoldingsMessage> answer, ServerCallContext context) => centre.Holdings(request, answer);

    public virtual Task Fetch(IAsyncStreamReader<FetchRequest> requests, IServerStreamWriter<FetchMessage> messages, ServerCallContext context) =>
        centre.Fetch(requests, messages, context);

    private static Marshaller<T> Marshaller<T>(MessageParser<T> parser)
        where T : class, IMessage<T> => Marshallers.Create(message => message.ToByteArray(), bytes => parser.ParseFrom(bytes));
}
