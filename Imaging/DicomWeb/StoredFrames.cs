using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Regional.Imaging.Frames;
using Regional.Imaging.Index;
using Regional.Imaging.Packs;

namespace Regional.Imaging.DicomWeb;

/// <summary>Frames as they are stored, on their way out: from memory where they are hot, else straight from the pack.</summary>
internal sealed class StoredFrames(ImageArchive archive, HotFrames hot, ILogger<StoredFrames> log)
{
    /// <param name="partType">Media type of one frame with its transfer syntax; the whole answer's when it is not multipart.</param>
    /// <param name="type">Media type of one frame alone, which a multipart answer names.</param>
    public async Task WriteAsync(HttpContext context, IndexedInstance instance, int[] numbers, bool isMultipart, string type, string partType)
    {
        using var slice = archive.Packs.OpenData(instance.Address);
        if (slice is null)
        {
            DicomWebLog.BytesMissing(log, instance.SopInstanceUid);
            await Answer.NotFoundAsync(context);
            return;
        }
        var response = context.Response;
        var cancellation = context.RequestAborted;
        var frames = Array.ConvertAll(numbers, instance.Frames.Frame);
        var bytes = frames.Sum(Length);
        if (!isMultipart)
        {
            response.ContentType = partType;
            response.ContentLength = bytes;
            if (HttpMethods.IsHead(context.Request.Method)) return;
            await response.StartAsync(cancellation);
            await WriteFrameAsync(slice, instance, numbers[0], frames[0], response.BodyWriter, cancellation);
            return;
        }
        var multipart = new MultipartWriter(response.BodyWriter);
        response.ContentType = multipart.ContentType(type);
        response.ContentLength = bytes + frames.Length * (long)multipart.PartOverhead(partType) + multipart.EndLength;
        if (HttpMethods.IsHead(context.Request.Method)) return;
        await response.StartAsync(cancellation);
        for (var i = 0; i < frames.Length; i++)
        {
            multipart.BeginPart(partType);
            await WriteFrameAsync(slice, instance, numbers[i], frames[i], response.BodyWriter, cancellation);
            multipart.EndPart();
        }
        multipart.End();
        await response.BodyWriter.FlushAsync(cancellation);
    }

    private async ValueTask WriteFrameAsync(
        PackSlice slice, IndexedInstance instance, int number, IReadOnlyList<ByteRange> pieces, PipeWriter target, CancellationToken cancellation)
    {
        var length = Length(pieces);
        if (hot.Find(instance.Hash, number, length, out var isWanted) is { } held)
        {
            await target.WriteAsync(held, cancellation);
        }
        else if (isWanted)
        {
            var frame = Read(slice, pieces, (int)length);
            hot.Keep(instance.Hash, number, frame);
            await target.WriteAsync(frame, cancellation);
        }
        else
        {
            foreach (var piece in pieces) await PackCopy.CopyAsync(slice, piece.Offset, piece.Length, target, cancellation);
        }
    }

    private static byte[] Read(PackSlice slice, IReadOnlyList<ByteRange> pieces, int length)
    {
        var frame = GC.AllocateUninitializedArray<byte>(length);
        var at = 0;
        foreach (var piece in pieces)
        {
            if (slice.Read(piece.Offset, frame.AsSpan(at, (int)piece.Length)) < piece.Length) throw new IOException("A pack is shorter than its index says.");
            at += (int)piece.Length;
        }
        return frame;
    }

    private static long Length(IReadOnlyList<ByteRange> pieces)
    {
        var length = 0L;
        foreach (var piece in pieces) length += piece.Length;
        return length;
    }
}
