using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Regional.Imaging.Codecs;
using Regional.Imaging.Index;

namespace Regional.Imaging.DicomWeb.Rendered;

/// <summary>
/// Retrieve rendered (PS3.18 §10.4.1.1.3): JPEG or PNG as a display shows it. One image by itself, the first frame of an instance that has several; all
/// frames, and the images of a study or series, in multipart/related. What cannot be shown is left out of many and told when it is all.
/// </summary>
internal static class RenderedEndpoints
{
    private const string CannotShow = "There is no image here that can be shown; retrieve the instance instead.";

    /// <summary>Changes when the same pixels are shown otherwise: part of every ETag.</summary>
    private const string Pipeline = "v1";

    public static Task ManyAsync(HttpContext context) => RespondAsync(context, null);

    public static async Task FramesAsync(HttpContext context)
    {
        if (FrameEndpoints.ParseList(context.GetRouteValue("frames") as string) is { } frames) await RespondAsync(context, frames);
        else await Answer.ProblemAsync(context, StatusCodes.Status400BadRequest, "Frames are numbers from 1, separated by commas.");
    }

    /// <summary>The accepted type of image, and whether in one part or many; null when none.</summary>
    internal static (string Type, bool IsMultipart)? Accepted(HttpContext context)
    {
        foreach (var range in AcceptedMedia.Of(context.Request))
        {
            foreach (var type in new[] { RenderedImages.Jpeg, RenderedImages.Png })
            {
                if (range.Matches(type)) return (type, range.IsMultipart && range.Type != "*/*");
            }
        }
        return null;
    }

    private static async Task RespondAsync(HttpContext context, int[]? frames)
    {
        if (await Target.ResolveAsync(context, DicomWebAction.Pixels) is not { } target) return;
        if (RenderRequest.Read(context.Request.Query, isThumbnail: false, out var problem) is not { } request)
        {
            await Answer.ProblemAsync(context, StatusCodes.Status400BadRequest, problem!);
            return;
        }
        if (Accepted(context) is not var (type, isMultipart))
        {
            await Answer.NotAcceptableAsync(context, "Rendered images are image/jpeg or image/png, by themselves or in multipart/related.");
            return;
        }
        var instances = await target.InstancesAsync(context);
        if (instances.Count == 0)
        {
            await Answer.NotFoundAsync(context);
            return;
        }
        List<(IndexedInstance Instance, int Frame)> images = target.SopInstanceUid is null
            ? [.. instances.Where(instance => instance.Rows > 0).Select(instance => (instance, 1))]
            : [.. (frames ?? (isMultipart ? Enumerable.Range(1, Math.Max(1, instances[0].NumberOfFrames)) : [1])).Select(frame => (instances[0], frame))];
        if (images.Any(image => image.Frame > Math.Max(1, image.Instance.NumberOfFrames)))
        {
            await Answer.NotFoundAsync(context);
            return;
        }
        if (images.Count == 0) await Answer.NotAcceptableAsync(context, CannotShow);
        else if (isMultipart || images.Count > 1) await WriteManyAsync(context, images, request, type);
        else await WriteOneAsync(context, images[0].Instance, images[0].Frame, request, type);
    }

    internal static async Task WriteOneAsync(HttpContext context, IndexedInstance instance, int frame, RenderRequest request, string type)
    {
        var etag = string.Create(CultureInfo.InvariantCulture, $"\"{instance.Hash.ToString()[..32]}-{Pipeline}-{frame}-{type[6..]}-{request.Tag()}\"");
        if (Answer.IsUnchanged(context, etag, immutable: false)) return;
        var rendered = await context.RequestServices.GetRequiredService<RenderedImages>().RenderAsync(instance, frame, request, type, context.RequestAborted);
        if (rendered.Problem != CodecProblem.None)
        {
            context.Response.Headers.Remove("ETag");
            await Answer.NotAcceptableAsync(context, $"The image cannot be shown ({rendered.Problem}); retrieve the instance instead.");
            return;
        }
        context.Response.ContentType = type;
        context.Response.ContentLength = rendered.Bytes.Length;
        if (!HttpMethods.IsHead(context.Request.Method)) await context.Response.BodyWriter.WriteAsync(rendered.Bytes, context.RequestAborted);
    }

    private static async Task WriteManyAsync(HttpContext context, List<(IndexedInstance Instance, int Frame)> images, RenderRequest request, string type)
    {
        var renderer = context.RequestServices.GetRequiredService<RenderedImages>();
        var multipart = new MultipartWriter(context.Response.BodyWriter);
        var isBegun = false;
        foreach (var (instance, frame) in images)
        {
            var rendered = await renderer.RenderAsync(instance, frame, request, type, context.RequestAborted);
            if (rendered.Problem != CodecProblem.None) continue;
            if (!isBegun)
            {
                context.Response.ContentType = multipart.ContentType(type);
                context.Response.Headers.CacheControl = "private, no-cache";
                if (HttpMethods.IsHead(context.Request.Method)) return;
                Answer.Unbuffered(context);
                isBegun = true;
            }
            multipart.BeginPart(type);
            await context.Response.BodyWriter.WriteAsync(rendered.Bytes, context.RequestAborted);
            multipart.EndPart();
        }
        if (!isBegun)
        {
            await Answer.NotAcceptableAsync(context, CannotShow);
            return;
        }
        multipart.End();
        await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
    }
}
