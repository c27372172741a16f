using System.Globalization;
using Microsoft.AspNetCore.Http;
using Regional.Imaging.Rendering;

namespace Regional.Imaging.DicomWeb.Rendered;

/// <summary>How an image is to be shown and written (PS3.18 §8.3.5).</summary>
/// <param name="Quality">Of JPEG, 1 to 100.</param>
internal sealed record RenderRequest(RenderOptions Options, int Quality)
{
    private const int UsualQuality = 90;
    private const int ThumbnailSide = 128;

    /// <summary>Null with a problem that repeats no value.</summary>
    public static RenderRequest? Read(IQueryCollection query, bool isThumbnail, out string? problem)
    {
        problem = null;
        DisplayWindow? window = null;
        var viewport = isThumbnail ? new Viewport(ThumbnailSide, ThumbnailSide) : null;
        var quality = UsualQuality;
        foreach (var (name, values) in query)
        {
            var value = values.ToString();
            switch (name.ToLowerInvariant())
            {
                case "window" when !isThumbnail:
                    if (Window(value) is not { IsValid: true } given) problem = "window is a centre, a width above 0 and, if wanted, linear, linear-exact or sigmoid, separated by commas.";
                    else window = given;
                    break;
                case "viewport":
                    viewport = Box(value);
                    if (viewport is not { IsValid: true }) problem = $"viewport is a width and a height up to {Viewport.MaxSide} and, if wanted, the part of the image: x, y, width, height.";
                    break;
                case "quality":
                    if (!int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out quality) || quality is < 1 or > 100) problem = "quality is a whole number from 1 to 100.";
                    break;
                case "annotation":
                    problem = "Texts are not burnt into images here; leave annotation out.";
                    break;
                case "iccprofile" when value.Length > 0 && !value.Equals("no", StringComparison.OrdinalIgnoreCase):
                    problem = "Images carry no ICC profile here; leave iccprofile out.";
                    break;
                case "presentationuid" or "presentationseriesuid":
                    problem = "Presentation states are not applied here.";
                    break;
            }
            if (problem is not null) return null;
        }
        return new RenderRequest(new RenderOptions { Window = window, Viewport = viewport }, quality);
    }

    /// <summary>As part of an ETag: another way to show is another image.</summary>
    public string Tag() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Quality}-{Options.Window?.Center}_{Options.Window?.Width}_{(int?)Options.Window?.Function}-{Options.Viewport?.Width}_{Options.Viewport?.Height}_{Options.Viewport?.SourceX}_{Options.Viewport?.SourceY}_{Options.Viewport?.SourceWidth}_{Options.Viewport?.SourceHeight}");

    private static DisplayWindow? Window(string value)
    {
        var parts = value.Split(',');
        if (parts.Length is < 2 or > 3 || Number(parts[0]) is not { } center || Number(parts[1]) is not { } width) return null;
        return (parts.Length == 2 ? "linear" : parts[2].Trim().ToLowerInvariant()) switch
        {
            "linear" => new DisplayWindow(center, width),
            "linear-exact" => new DisplayWindow(center, width, WindowFunction.LinearExact),
            "sigmoid" => new DisplayWindow(center, width, WindowFunction.Sigmoid),
            _ => null
        };
    }

    private static Viewport? Box(string value)
    {
        var parts = value.Split(',');
        if (parts.Length is < 2 or > 6 || Number(parts[0]) is not { } width || Number(parts[1]) is not { } height || width is < 1 or > Viewport.MaxSide || height is < 1 or > Viewport.MaxSide)
            return null;
        var numbers = new double?[6];
        for (var i = 2; i < parts.Length; i++)
        {
            // Left empty: the whole image in that direction.
            if (parts[i].Trim().Length == 0) continue;
            if (Number(parts[i]) is not { } number) return null;
            numbers[i] = number;
        }
        return new Viewport((int)width, (int)height, numbers[2] ?? 0, numbers[3] ?? 0, numbers[4], numbers[5]);
    }

    private static double? Number(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number : null;
}
