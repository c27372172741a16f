using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Regional.Imaging.Index;

namespace Regional.Imaging.DicomWeb.Rendered;

/// <summary>Retrieve thumbnail (PS3.18 §10.4.1.1.4): one small image that stands for a study, series, instance or frame; the one in the middle.</summary>
internal static class ThumbnailEndpoints
{
    public static async Task ThumbnailAsync(HttpContext context)
    {
        if (await Target.ResolveAsync(context, DicomWebAction.Pixels) is not { } target) return;
        if (RenderRequest.Read(context.Request.Query, isThumbnail: true, out var problem) is not { } request)
        {
            await Answer.ProblemAsync(context, StatusCodes.Status400BadRequest, problem!);
            return;
        }
        if (RenderedEndpoints.Accepted(context) is not (var type, false))
        {
            await Answer.NotAcceptableAsync(context, "A thumbnail is one image, image/jpeg or image/png.");
            return;
        }
        var instances = await target.InstancesAsync(context);
        if (instances.Count == 0)
        {
            await Answer.NotFoundAsync(context);
            return;
        }
        if (Middle(instances) is not { } instance)
        {
            await Answer.NotAcceptableAsync(context, "There is no image here that can be shown.");
            return;
        }
        var frames = Math.Max(1, instance.NumberOfFrames);
        var frame = (frames + 1) / 2;
        if (context.GetRouteValue("frames") is string asked)
        {
            if (FrameEndpoints.ParseList(asked) is not [var number])
            {
                await Answer.ProblemAsync(context, StatusCodes.Status400BadRequest, "A thumbnail is of one frame, a number from 1.");
                return;
            }
            if (number > frames)
            {
                await Answer.NotFoundAsync(context);
                return;
            }
            frame = number;
        }
        await RenderedEndpoints.WriteOneAsync(context, instance, frame, request, type);
    }

    /// <summary>Of the series with most images, the one in the middle.</summary>
    private static IndexedInstance? Middle(IReadOnlyList<IndexedInstance> instances) =>
        instances.Where(instance => instance.Rows > 0).GroupBy(instance => instance.SeriesUid).MaxBy(series => series.Count())?.ToList() is { } images ? images[images.Count / 2] : null;
}
