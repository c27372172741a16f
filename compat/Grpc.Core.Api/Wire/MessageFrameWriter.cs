using System.Buffers;
using System.IO.Compression;
using Grpc.Core;
using Grpc.Net.Compression;

namespace Grpc.Wire;

/// <summary>
/// Serializes one message at a time into a buffer writer, with its frame header. A message whose length was announced and that is not
/// compressed goes straight into the target; otherwise it is collected in pooled memory first.
/// </summary>
internal sealed class MessageFrameWriter : SerializationContext
{
    private static readonly Status TooLarge =
        new(StatusCode.ResourceExhausted, "Sending message exceeds the maximum configured message size.");

    private readonly PooledBufferWriter _collected = new();
    private IBufferWriter<byte> _target = null!;
    private ICompressionProvider? _compression;
    private CompressionLevel? _level;
    private int? _limit;
    private int? _announced;
    private Step _step = Step.Done;

    private enum Step
    {
        Started,
        Writing,
        Done,
    }

    private bool IsDirect => _announced is not null && _compression is null;

    /// <exception cref="RpcException">ResourceExhausted: the message is over the limit. Nothing was written.</exception>
    public void Write<T>(
        T message, Action<T, SerializationContext> serializer, IBufferWriter<byte> target, int? limit, ICompressionProvider? compression, CompressionLevel? level)
    {
        _target = target;
        _limit = limit;
        _compression = compression;
        _level = level;
        _announced = null;
        _step = Step.Started;
        try
        {
            serializer(message, this);
        }
        finally
        {
            _step = Step.Done;
            _collected.Dispose();
        }
    }

    public override void SetPayloadLength(int payloadLength)
    {
        Demand(Step.Started);
        _announced = payloadLength;
    }

    public override IBufferWriter<byte> GetBufferWriter()
    {
        if (_step == Step.Writing)
            return IsDirect ? _target : _collected;

        Demand(Step.Started);
        _step = Step.Writing;
        if (!IsDirect)
        {
            _collected.Reserve(_announced ?? 0);
            return _collected;
        }

        var length = _announced!.Value;
        DemandSize(length);
        if (_target is PooledBufferWriter pooled)
            pooled.Reserve(GrpcWire.HeaderSize + length);
        WriteHeader(compressed: false, length);
        return _target;
    }

    public override void Complete()
    {
        Demand(Step.Writing);
        _step = Step.Done;
        if (!IsDirect)
            WriteWhole(_collected.WrittenMemory.Span);
    }

    public override void Complete(byte[] payload)
    {
        Demand(Step.Started);
        _step = Step.Done;
        WriteWhole(payload);
    }

    private void WriteWhole(ReadOnlySpan<byte> payload)
    {
        DemandSize(payload.Length);
        if (_compression is null || payload.IsEmpty)
        {
            // Nothing cannot be compressed: .NET's gzip of it is no bytes at all, which other implementations refuse.
            WriteHeader(compressed: false, payload.Length);
            _target.Write(payload);
            return;
        }

        using var packed = new PooledBufferWriter();
        using (var stream = _compression.CreateCompressionStream(new BufferWriterStream(packed), _level))
            stream.Write(payload);
        WriteHeader(compressed: true, packed.WrittenCount);
        _target.Write(packed.WrittenMemory.Span);
    }

    private void WriteHeader(bool compressed, int length)
    {
        GrpcWire.WriteHeader(_target.GetSpan(GrpcWire.HeaderSize), compressed, length);
        _target.Advance(GrpcWire.HeaderSize);
    }

    private void DemandSize(int length)
    {
        if (length > _limit)
            throw new RpcException(TooLarge);
    }

    private void Demand(Step step)
    {
        if (_step != step)
            throw new InvalidOperationException($"Not valid in the current state: {_step}");
    }
}
