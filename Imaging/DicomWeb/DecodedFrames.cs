using System.Buffers;
using FellowOakDicom;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Regional.Imaging.Codecs;
using Regional.Imaging.Frames;
using Regional.Imaging.Headers;
using Regional.Imaging.Index;
using Regional.Imaging.Packs;

namespace Regional.Imaging.DicomWeb;

/// <summary>
/// Frames for clients that read only explicit little endian: decoded one at a time on their way out. As many are decoded at once as there
/// are processors, so that viewers cannot take the machine's memory.
/// </summary>
internal sealed class DecodedFrames(ImageArchive archive, ILogger<DecodedFrames> log) : IDisposable
{
    private readonly SemaphoreSlim _decoding = new(Environment.ProcessorCount);

    public static bool CanDecode(IndexedInstance instance) => instance.Frames.IsEncapsulated && FrameCodecs.Find(instance.TransferSyntaxUid) is not null;

    public async Task WriteAsync(HttpContext context, IndexedInstance instance, int[] numbers, bool isMultipart)
    {
        using var slice = archive.Packs.OpenData(instance.Address);
        if (slice is null)
        {
            DicomWebLog.BytesMissing(log, instance.SopInstanceUid);
            await Answer.NotFoundAsync(context);
            return;
        }
        var plan = Plan.Of(instance, slice);
        var first = plan is null ? new(CodecProblem.Unsupported, []) : await DecodeAsync(slice, instance, plan, numbers[0], context.RequestAborted);
        if (plan is null || first.Problem != CodecProblem.None)
        {
            DicomWebLog.NotDecoded(log, instance.SopInstanceUid, numbers[0], first.Problem);
            context.Response.Headers.Remove("ETag");
            context.Response.Headers.Remove("Cache-Control");
            await Answer.NotAcceptableAsync(context, $"The frame cannot be decoded ({first.Problem}); it is served only as {instance.TransferSyntaxUid}.");
            return;
        }
        const string partType = MediaTypes.OctetStream + "; transfer-syntax=" + TransferSyntaxes.ExplicitLittleEndian;
        var response = context.Response;
        if (!isMultipart)
        {
            response.ContentType = partType;
            response.ContentLength = first.Pixels.Length;
            if (!HttpMethods.IsHead(context.Request.Method)) await response.BodyWriter.WriteAsync(first.Pixels, context.RequestAborted);
            return;
        }
        var multipart = new MultipartWriter(response.BodyWriter);
        response.ContentType = multipart.ContentType(MediaTypes.OctetStream);
        response.ContentLength = numbers.Length * ((long)first.Pixels.Length + multipart.PartOverhead(partType)) + multipart.EndLength;
        if (HttpMethods.IsHead(context.Request.Method)) return;
        for (var i = 0; i < numbers.Length; i++)
        {
            var frame = i == 0 ? first : await DecodeAsync(slice, instance, plan, numbers[i], context.RequestAborted);
            if (frame.Problem != CodecProblem.None)
            {
                // The answer has begun: only a broken connection still tells the client that it is not whole.
                DicomWebLog.NotDecoded(log, instance.SopInstanceUid, numbers[i], frame.Problem);
                context.Abort();
                return;
            }
            multipart.BeginPart(partType);
            await response.BodyWriter.WriteAsync(frame.Pixels, context.RequestAborted);
            multipart.EndPart();
        }
        multipart.End();
        await response.BodyWriter.FlushAsync(context.RequestAborted);
    }

    public void Dispose() => _decoding.Dispose();

    private async ValueTask<DecodedFrame> DecodeAsync(PackSlice slice, IndexedInstance instance, Plan plan, int number, CancellationToken cancellation)
    {
        var pieces = instance.Frames.Frame(number);
        var length = pieces.Sum(piece => piece.Length);
        // Nothing that decodes to an allowed frame is longer than twice that frame.
        if (length > 2L * FrameCodecs.MaxFrameLength) return new(CodecProblem.TooLarge, []);
        await _decoding.WaitAsync(cancellation);
        var encoded = ArrayPool<byte>.Shared.Rent((int)length);
        try
        {
            var at = 0;
            foreach (var piece in pieces)
            {
                if (slice.Read(piece.Offset, encoded.AsSpan(at, (int)piece.Length)) < piece.Length) throw new IOException("A pack is shorter than its index says.");
                at += (int)piece.Length;
            }
            return plan.Decoder.Decode(encoded.AsSpan(0, at), plan.Shape, plan.IsPlanar);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(encoded);
            _decoding.Release();
        }
    }

    /// <summary>What the instance's header says about its pixels.</summary>
    private sealed record Plan(FrameDecoder Decoder, PixelShape Shape, bool IsPlanar)
    {
        public static Plan? Of(IndexedInstance instance, PackSlice slice)
        {
            var layout = DataSetWalker.Walk(slice.Read, slice.Length, instance.TransferSyntaxUid);
            if (FrameCodecs.Find(instance.TransferSyntaxUid) is not { } decoder) return null;
            if (HeaderReader.Read(slice.Read, layout, layout.IndexableLength, instance.TransferSyntaxUid) is not { } dataSet) return null;
            // The metadata goes out as stored, so the planes are as it says; compressed streams have their own order.
            var isPlanar = dataSet.TryGetSingleValue<ushort>(DicomTag.PlanarConfiguration, out var planar) && planar == 1;
            return new(decoder, FactReader.Shape(FactReader.Read(dataSet)), isPlanar);
        }
    }
}
