using System.Collections.Concurrent;

namespace Regional.Imaging.Codecs.Jpeg2000;

/// <summary>Decoders that wait for work: as many as there are processors, started when first needed, ending with this process.</summary>
internal sealed class DecoderPool
{
    private readonly object _gate = new();
    private int _busy;
    private readonly ConcurrentBag<DecoderProcess> _idle = [];

    public CodecProblem Decode(ReadOnlySpan<byte> encoded, FrameTarget target)
    {
        Enter();
        try
        {
            while (true)
            {
                var isNew = !_idle.TryTake(out var decoder);
                if (decoder is null && (decoder = DecoderProcess.Start()) is null) return CodecProblem.Unsupported;
                try
                {
                    var problem = decoder.Decode(encoded, target);
                    _idle.Add(decoder);
                    return problem;
                }
                catch (Exception broken) when (broken is IOException or ObjectDisposedException)
                {
                    decoder.Dispose();
                    // One that had waited may have died of something else; a new one died of this frame.
                    if (isNew) return CodecProblem.Malformed;
                }
            }
        }
        finally
        {
            Leave();
        }
    }

    private void Enter()
    {
        lock (_gate)
        {
            while (_busy == Environment.ProcessorCount) Monitor.Wait(_gate);
            _busy++;
        }
    }

    private void Leave()
    {
        lock (_gate)
        {
            _busy--;
            Monitor.Pulse(_gate);
        }
    }

    /// <summary>Process ids of the decoders that wait.</summary>
    internal IReadOnlyList<int> Idle => [.. _idle.Select(decoder => decoder.Id)];
}
