using Google.Protobuf;
using Grpc.Core;
using Regional.Imaging;
using Regional.Imaging.Index;
using Regional.Imaging.Packs;
using Regional.Link.V1;
using Outcome = Regional.Link.V1.FetchEnd.Types.Outcome;

namespace Regional.Silo.Link;

/// <summary>
/// One Fetch call: what the edge asked for goes out a chunk at a time, each chunk of the most urgent transfer, so that urgent images overtake
/// also in the middle of a large one. Flow control of the stream holds it back; nothing is read ahead.
/// </summary>
/// <param name="find">The instance, and whether the site may have it.</param>
internal sealed class CopyDelivery(
    string site, Func<string, string, CancellationToken, ValueTask<(IndexedInstance? Instance, bool May)>> find, ImageArchive archive, ILogger logger) : IDisposable
{
    private const int MaxOpen = 256;
    private const int ChunkBytes = 64 << 10;

    private readonly Lock _gate = new();
    private readonly Dictionary<ulong, Transfer> _open = [];
    private readonly Queue<FetchEnd> _ends = new();
    private readonly SemaphoreSlim _work = new(0);
    private readonly byte[] _chunk = new byte[ChunkBytes];

    public async Task Take(FetchRequest request, CancellationToken cancellation)
    {
        switch (request.RequestCase)
        {
            case FetchRequest.RequestOneofCase.Begin:
                await Begin(request.Begin, cancellation);
                break;
            case FetchRequest.RequestOneofCase.Urgency:
                lock (_gate)
                {
                    if (_open.TryGetValue(request.Urgency.Transfer, out var transfer))
                        transfer.Priority = request.Urgency.Priority;
                }

                break;
        }
    }

    /// <summary>Sends until the token is cancelled.</summary>
    public async Task Send(IAsyncStreamWriter<FetchMessage> stream, CancellationToken cancellation)
    {
        while (true)
        {
            FetchMessage? message;
            while ((message = Next()) is null)
                await _work.WaitAsync(cancellation);
            await stream.WriteAsync(message, cancellation);
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            foreach (var transfer in _open.Values)
                transfer.Slice.Dispose();
            _open.Clear();
        }

        _work.Dispose();
    }

    private async Task Begin(FetchBegin begin, CancellationToken cancellation)
    {
        if (!UidRule.IsValid(begin.SopInstanceUid) || begin.Sha256.Length != ContentHash.Size)
        {
            End(begin.Transfer, Outcome.Refused, "fetch.begin");
            return;
        }

        var (instance, may) = await find(site, begin.SopInstanceUid, cancellation);
        if (!may)
            End(begin.Transfer, Outcome.Refused, "fetch.site");
        else if (instance is null || instance.Hash != new ContentHash(begin.Sha256.Span))
            End(begin.Transfer, Outcome.Gone, "fetch.instance");
        else if (begin.Offset > (ulong)instance.Address.DataLength)
            End(begin.Transfer, Outcome.Refused, "fetch.offset");
        else if (archive.Packs.OpenData(instance.Address) is not { } slice)
        {
            CopyLog.BytesMissing(logger, begin.SopInstanceUid, site);
            End(begin.Transfer, Outcome.Gone, "fetch.bytes");
        }
        else
            Open(new Transfer(begin, slice));
    }

    private void Open(Transfer transfer)
    {
        lock (_gate)
        {
            if (_open.Count < MaxOpen && _open.TryAdd(transfer.Id, transfer))
            {
                _work.Release();
                return;
            }
        }

        transfer.Slice.Dispose();
        End(transfer.Id, Outcome.Busy, "fetch.transfer");
    }

    private void End(ulong transfer, Outcome outcome, string reason)
    {
        lock (_gate)
            _ends.Enqueue(new FetchEnd { Transfer = transfer, Outcome = outcome, Reason = reason });
        _work.Release();
    }

    private FetchMessage? Next()
    {
        lock (_gate)
        {
            if (_ends.TryDequeue(out var end))
                return new FetchMessage { End = end };
            if (_open.Count == 0)
                return null;
            var first = _open.Values.MinBy(t => (-(int)t.Priority, t.Id))!;
            var read = first.Slice.Read(first.Offset, _chunk);
            if (read == 0)
            {
                _open.Remove(first.Id);
                first.Slice.Dispose();
                return new FetchMessage
                {
                    End = first.Offset == first.Slice.Length
                        ? new FetchEnd { Transfer = first.Id, Outcome = Outcome.Sent }
                        : new FetchEnd { Transfer = first.Id, Outcome = Outcome.Gone, Reason = "fetch.short" },
                };
            }

            var data = new FetchData { Transfer = first.Id, Offset = (ulong)first.Offset, Data = UnsafeByteOperations.UnsafeWrap(_chunk.AsMemory(0, read)) };
            first.Offset += read;
            return new FetchMessage { Data = data };
        }
    }

    private sealed class Transfer(FetchBegin begin, PackSlice slice)
    {
        public ulong Id { get; } = begin.Transfer;

        public PackSlice Slice { get; } = slice;

        public Priority Priority { get; set; } = begin.Priority;

        public long Offset { get; set; } = (long)begin.Offset;
    }
}
