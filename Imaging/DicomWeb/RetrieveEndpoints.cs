using System.Buffers;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Regional.Imaging.Headers;
using Regional.Imaging.Index;

namespace Regional.Imaging.DicomWeb;

/// <summary>
/// Retrieve a study, series or instance (PS3.18 §10.4.1.1.1): the stored data sets under freshly written file meta information, in the
/// transfer syntax in which they arrived.
/// </summary>
internal static class RetrieveEndpoints
{
    public static async Task InstancesAsync(HttpContext context)
    {
        if (await Target.ResolveAsync(context, DicomWebAction.Retrieve) is not { } target) return;
        var instances = await target.InstancesAsync(context);
        if (instances.Count == 0)
        {
            await Answer.NotFoundAsync(context);
            return;
        }
        if (Choose(AcceptedMedia.Of(context.Request), instances, target.SopInstanceUid is not null) is not { } isMultipart)
        {
            await Answer.NotAcceptableAsync(context, "Instances are served as application/dicom in the transfer syntax in which they arrived.");
            return;
        }
        var isOne = target.SopInstanceUid is not null;
        var etag = isOne ? $"\"{instances[0].Hash.ToString()[..32]}-{(isMultipart ? "m" : "s")}\"" : $"\"r-{instances.Count}-{instances.Max(instance => instance.Sequence)}\"";
        if (Answer.IsUnchanged(context, etag, immutable: isOne)) return;
        if (isMultipart) await WriteAllAsync(context, instances);
        else await WriteOneAsync(context, instances[0]);
    }

    /// <summary>One instance by itself.</summary>
    internal static async Task WriteOneAsync(HttpContext context, IndexedInstance instance)
    {
        var archive = context.RequestServices.GetRequiredService<ImageArchive>();
        using var slice = archive.Packs.OpenData(instance.Address);
        if (slice is null)
        {
            Missing(context, instance);
            await Answer.NotFoundAsync(context);
            return;
        }
        var meta = Meta(instance);
        context.Response.ContentType = PartType(instance);
        context.Response.ContentLength = meta.Length + slice.Length;
        if (HttpMethods.IsHead(context.Request.Method)) return;
        context.Response.BodyWriter.Write(meta);
        await PackCopy.CopyAsync(slice, 0, slice.Length, context.Response.BodyWriter, context.RequestAborted);
    }

    private static async Task WriteAllAsync(HttpContext context, IReadOnlyList<IndexedInstance> instances)
    {
        var archive = context.RequestServices.GetRequiredService<ImageArchive>();
        var body = context.Response.BodyWriter;
        var multipart = new MultipartWriter(body);
        context.Response.ContentType = multipart.ContentType(MediaTypes.Dicom);
        if (HttpMethods.IsHead(context.Request.Method)) return;
        Answer.Unbuffered(context);
        foreach (var instance in instances)
        {
            using var slice = archive.Packs.OpenData(instance.Address);
            if (slice is null)
            {
                // The answer has begun: better it ends without its last boundary, which a client notices, than without an image.
                Missing(context, instance);
                context.Abort();
                return;
            }
            multipart.BeginPart(PartType(instance));
            body.Write(Meta(instance));
            await PackCopy.CopyAsync(slice, 0, slice.Length, body, context.RequestAborted);
            multipart.EndPart();
        }
        multipart.End();
        await body.FlushAsync(context.RequestAborted);
    }

    /// <summary>Multipart or, for one instance, single part; null when the client accepts neither in the stored syntax.</summary>
    private static bool? Choose(IReadOnlyList<AcceptedType> accepted, IReadOnlyList<IndexedInstance> instances, bool isOne)
    {
        foreach (var range in accepted)
        {
            if (!range.Matches(MediaTypes.Dicom)) continue;
            if (range.TransferSyntax is { } wanted && wanted != "*" && instances.Any(instance => instance.TransferSyntaxUid != wanted)) continue;
            if (range.IsMultipart || !isOne && range.Type == "*/*") return true;
            if (isOne) return false;
        }
        return null;
    }

    private static byte[] Meta(IndexedInstance instance) =>
        FileMeta.Build(instance.SopClassUid, instance.SopInstanceUid, instance.TransferSyntaxUid, instance.CallingAe);

    private static string PartType(IndexedInstance instance) => $"{MediaTypes.Dicom}; transfer-syntax={instance.TransferSyntaxUid}";

    private static void Missing(HttpContext context, IndexedInstance instance) =>
        DicomWebLog.BytesMissing(context.RequestServices.GetRequiredService<ILogger<ImageArchive>>(), instance.SopInstanceUid);
}
