using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Regional.Imaging.Codecs;
using Regional.Imaging.Frames;
using Regional.Imaging.Index;
using Regional.Imaging.Rendering;

namespace Regional.Imaging.DicomWeb;

/// <summary>
/// Frames of a deflated object (PS3.5 §A.5): the whole data set is one stream, so no frame stands anywhere by itself. It is inflated for the
/// request and its frames go out as explicit little endian, which is what was deflated. Two requests at once, for each holds a whole object.
/// </summary>
internal sealed class InflatedFrames(ImageArchive archive, ILogger<InflatedFrames> log) : IDisposable
{
    private const string PartType = MediaTypes.OctetStream + "; transfer-syntax=" + TransferSyntaxes.ExplicitLittleEndian;

    private readonly SemaphoreSlim _inflating = new(2);

    public static bool Serves(IndexedInstance instance) => instance.TransferSyntaxUid == TransferSyntaxes.Deflated;

    public async Task WriteAsync(HttpContext context, IndexedInstance instance, int[] numbers)
    {
        if (AcceptedMedia.Of(context.Request).Where(range => Satisfies(range, numbers.Length)).Select(range => (bool?)range.IsMultipart).FirstOrDefault() is not { } isMultipart)
        {
            await Answer.NotAcceptableAsync(context, "The frames of a deflated object are served as explicit little endian octet-stream.");
            return;
        }
        var etag = $"\"{instance.Hash.ToString()[..32]}-{string.Join('.', numbers)}-{(isMultipart ? "m" : "s")}i\"";
        if (Answer.IsUnchanged(context, etag, immutable: true)) return;
        using var slice = archive.Packs.OpenData(instance.Address);
        if (slice is null)
        {
            DicomWebLog.BytesMissing(log, instance.SopInstanceUid);
            await Answer.NotFoundAsync(context);
            return;
        }
        await _inflating.WaitAsync(context.RequestAborted);
        try
        {
            await WriteAsync(context, FrameSource.Open(slice.Read, slice.Length, instance.TransferSyntaxUid), numbers, isMultipart);
        }
        finally
        {
            _inflating.Release();
        }
    }

    public void Dispose() => _inflating.Dispose();

    private static async Task WriteAsync(HttpContext context, FrameSource? source, int[] numbers, bool isMultipart)
    {
        if (numbers.Any(number => number > source?.FrameCount))
        {
            await RefuseAsync(context, StatusCodes.Status404NotFound, "The instance has fewer frames.");
            return;
        }
        // One bit a pixel is opened to bytes by the source, while the metadata that goes out still says one bit.
        if (source is null || source.Shape.BitsAllocated == 1 || source.Native(numbers[0]) is not { Problem: CodecProblem.None } first)
        {
            await RefuseAsync(context, StatusCodes.Status406NotAcceptable, "The instance has no frames that can be served one by one; retrieve it whole.");
            return;
        }
        var response = context.Response;
        if (!isMultipart)
        {
            response.ContentType = PartType;
            response.ContentLength = first.Pixels.Length;
            if (!HttpMethods.IsHead(context.Request.Method)) await response.BodyWriter.WriteAsync(first.Pixels, context.RequestAborted);
            return;
        }
        var multipart = new MultipartWriter(response.BodyWriter);
        response.ContentType = multipart.ContentType(MediaTypes.OctetStream);
        response.ContentLength = numbers.Length * ((long)first.Pixels.Length + multipart.PartOverhead(PartType)) + multipart.EndLength;
        if (HttpMethods.IsHead(context.Request.Method)) return;
        foreach (var number in numbers)
        {
            multipart.BeginPart(PartType);
            await response.BodyWriter.WriteAsync(source.Native(number).Pixels, context.RequestAborted);
            multipart.EndPart();
        }
        multipart.End();
        await response.BodyWriter.FlushAsync(context.RequestAborted);
    }

    private static Task RefuseAsync(HttpContext context, int status, string reason)
    {
        context.Response.Headers.Remove("ETag");
        context.Response.Headers.Remove("Cache-Control");
        return Answer.ProblemAsync(context, status, reason);
    }

    private static bool Satisfies(AcceptedType range, int frames) =>
        (range.IsMultipart || frames == 1) && range.Matches(MediaTypes.OctetStream) && range.TransferSyntax is null or "*" or TransferSyntaxes.ExplicitLittleEndian;
}
