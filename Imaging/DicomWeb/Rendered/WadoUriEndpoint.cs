using System.Globalization;
using Microsoft.AspNetCore.Http;
using Regional.Imaging.Index;
using Regional.Imaging.Rendering;

namespace Regional.Imaging.DicomWeb.Rendered;

/// <summary>WADO-URI (PS3.18 §9): one object or image, named and described by the query.</summary>
internal static class WadoUriEndpoint
{
    public static async Task RetrieveAsync(HttpContext context)
    {
        var query = context.Request.Query;
        if (query["requestType"].ToString() != "WADO")
        {
            await Answer.ProblemAsync(context, StatusCodes.Status400BadRequest, "requestType is WADO.");
            return;
        }
        foreach (var (name, value) in new[] { ("study", query["studyUID"]), ("series", query["seriesUID"]), ("instance", query["objectUID"]) })
            context.Request.RouteValues[name] = value.ToString();
        if (query["anonymize"].ToString() is { Length: > 0 })
        {
            await Answer.ProblemAsync(context, StatusCodes.Status501NotImplemented, "Objects are not anonymized here; nothing is sent instead.");
            return;
        }
        var types = query["contentType"].ToString().Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var type = types.Length == 0 ? RenderedImages.Jpeg : types.Select(Known).FirstOrDefault(known => known is not null);
        if (type is null)
        {
            await Answer.NotAcceptableAsync(context, "contentType is application/dicom, image/jpeg or image/png.");
            return;
        }
        if (type == MediaTypes.Dicom) await ObjectAsync(context);
        else await ImageAsync(context, type);
    }

    private static async Task ObjectAsync(HttpContext context)
    {
        if (await Target.ResolveAsync(context, DicomWebAction.Retrieve) is not { } target) return;
        if (await target.InstanceAsync(context) is not { } instance) await Answer.NotFoundAsync(context);
        else if (context.Request.Query["transferSyntax"].ToString() is { Length: > 0 } syntax && syntax != instance.TransferSyntaxUid)
            await Answer.NotAcceptableAsync(context, $"The object is stored as {instance.TransferSyntaxUid} and not converted.");
        else if (!Answer.IsUnchanged(context, $"\"{instance.Hash.ToString()[..32]}-s\"", immutable: true)) await RetrieveEndpoints.WriteOneAsync(context, instance);
    }

    private static async Task ImageAsync(HttpContext context, string type)
    {
        if (await Target.ResolveAsync(context, DicomWebAction.Pixels) is not { } target) return;
        if (await target.InstanceAsync(context) is not { } instance)
        {
            await Answer.NotFoundAsync(context);
            return;
        }
        var (request, frame, problem) = Read(context.Request.Query, instance);
        if (problem is not null) await Answer.ProblemAsync(context, StatusCodes.Status400BadRequest, problem);
        else if (frame > Math.Max(1, instance.NumberOfFrames)) await Answer.NotFoundAsync(context);
        else await RenderedEndpoints.WriteOneAsync(context, instance, frame, request!, type);
    }

    private static (RenderRequest? Request, int Frame, string? Problem) Read(IQueryCollection query, IndexedInstance instance)
    {
        double? center = null, width = null;
        int? rows = null, columns = null;
        var (quality, frame) = (90, 1);
        double[]? region = null;
        foreach (var (name, values) in query)
        {
            var value = values.ToString();
            string? problem = null;
            switch (name)
            {
                case "windowCenter" when (center = Number(value)) is null: problem = "windowCenter is a number."; break;
                case "windowWidth" when (width = Number(value)) is null or < 1: problem = "windowWidth is a number from 1."; break;
                case "rows" when (rows = Whole(value, Viewport.MaxSide)) is null: problem = $"rows is a whole number from 1 to {Viewport.MaxSide}."; break;
                case "columns" when (columns = Whole(value, Viewport.MaxSide)) is null: problem = $"columns is a whole number from 1 to {Viewport.MaxSide}."; break;
                case "imageQuality" when Whole(value, 100) is not { }: problem = "imageQuality is a whole number from 1 to 100."; break;
                case "imageQuality": quality = Whole(value, 100)!.Value; break;
                case "frameNumber" when Whole(value, int.MaxValue) is not { }: problem = "frameNumber is a whole number from 1."; break;
                case "frameNumber": frame = Whole(value, int.MaxValue)!.Value; break;
                case "region" when (region = Region(value)) is null: problem = "region is left, top, right and bottom, each from 0 to 1, separated by commas."; break;
                case "annotation" or "presentationUID" or "presentationSeriesUID": problem = $"{name} is not offered here."; break;
            }
            if (problem is not null) return (null, frame, problem);
        }
        if (center is null != width is null) return (null, frame, "windowCenter and windowWidth come together.");
        var options = new RenderOptions
        {
            Window = center is { } c && width is { } w ? new DisplayWindow(c, w) : null,
            Viewport = Box(instance, rows, columns, region)
        };
        return options.Viewport is { IsValid: false } ? (null, frame, "region leaves nothing of the image.") : (new RenderRequest(options, quality), frame, null);
    }

    /// <summary>rows and columns bound the result, region is a part of the image (PS3.18 §9.1.2.1).</summary>
    private static Viewport? Box(IndexedInstance instance, int? rows, int? columns, double[]? region)
    {
        if (rows is null && columns is null && region is null) return null;
        var part = region ?? [0, 0, 1, 1];
        var (width, height) = ((part[2] - part[0]) * instance.Columns, (part[3] - part[1]) * instance.Rows);
        // Unbounded in one direction: the other decides. In both: as large as the part itself.
        var (bound, isBounded) = (Viewport.MaxSide, rows is not null || columns is not null);
        return new Viewport(
            columns ?? (isBounded ? bound : (int)Math.Ceiling(width)), rows ?? (isBounded ? bound : (int)Math.Ceiling(height)),
            part[0] * instance.Columns, part[1] * instance.Rows, width, height);
    }

    private static double[]? Region(string text)
    {
        var parts = text.Split(',').Select(Number).ToArray();
        return parts is [{ } left, { } top, { } right, { } bottom] && left >= 0 && top >= 0 && right <= 1 && bottom <= 1 && left < right && top < bottom
            ? [left, top, right, bottom] : null;
    }

    private static string? Known(string type) => type.Split(';')[0].Trim().ToLowerInvariant() switch
    {
        MediaTypes.Dicom => MediaTypes.Dicom,
        RenderedImages.Jpeg or "image/*" or "*/*" => RenderedImages.Jpeg,
        RenderedImages.Png => RenderedImages.Png,
        _ => null
    };

    private static double? Number(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number : null;

    private static int? Whole(string text, int most) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= 1 && number <= most ? number : null;
}
