using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Regional.Imaging.Frames;
using Regional.Imaging.Index;

namespace Regional.Imaging.DicomWeb;

/// <summary>
/// Retrieve frames (PS3.18 §10.4.1.1.6): straight from the pack by offset and length. A client that does not take the stored syntax but
/// explicit little endian gets what a codec decodes; any other wish gets 406.
/// </summary>
internal static class FrameEndpoints
{
    private const int MaxFramesAsked = 10_000;

    public static async Task FramesAsync(HttpContext context)
    {
        if (await Target.ResolveAsync(context, DicomWebAction.Pixels) is not { } target) return;
        if (ParseList(context.GetRouteValue("frames") as string) is not { } numbers)
        {
            await Answer.ProblemAsync(context, StatusCodes.Status400BadRequest, "Frames are numbers from 1, separated by commas.");
            return;
        }
        if (await target.InstanceAsync(context) is not { } instance)
        {
            await Answer.NotFoundAsync(context);
            return;
        }
        if (InflatedFrames.Serves(instance))
        {
            await context.RequestServices.GetRequiredService<InflatedFrames>().WriteAsync(context, instance, numbers);
            return;
        }
        if (instance.Frames.Count == 0)
        {
            await Answer.NotAcceptableAsync(context, "The instance has no frames that can be served one by one; retrieve it whole.");
            return;
        }
        if (numbers.Any(number => number > instance.Frames.Count))
        {
            await Answer.NotFoundAsync(context);
            return;
        }
        if (Choose(AcceptedMedia.Of(context.Request), instance, numbers.Length) is not { } choice)
        {
            await Answer.NotAcceptableAsync(context, $"The frames are stored as {ServedSyntax(instance)} and not converted to what is accepted.");
            return;
        }
        var etag = $"\"{instance.Hash.ToString()[..32]}-{string.Join('.', numbers)}-{(choice.IsMultipart ? "m" : "s")}{(choice.IsDecoded ? "d" : "")}\"";
        if (Answer.IsUnchanged(context, etag, immutable: true)) return;
        if (choice.IsDecoded) await context.RequestServices.GetRequiredService<DecodedFrames>().WriteAsync(context, instance, numbers, choice.IsMultipart);
        else await StoredAsync(context, instance, numbers, choice);
    }

    private static Task StoredAsync(HttpContext context, IndexedInstance instance, int[] numbers, Choice choice) =>
        context.RequestServices.GetRequiredService<StoredFrames>().WriteAsync(
            context, instance, numbers, choice.IsMultipart, choice.Type, $"{choice.Type}; transfer-syntax={ServedSyntax(instance)}");

    /// <summary>The first accepted type that the frames satisfy as stored or decoded; null when none does.</summary>
    private static Choice? Choose(IReadOnlyList<AcceptedType> accepted, IndexedInstance instance, int frames)
    {
        var syntax = ServedSyntax(instance);
        var own = MediaTypes.OfSyntax(syntax);
        var canDecode = DecodedFrames.CanDecode(instance);
        foreach (var range in accepted)
        {
            if (!range.IsMultipart && frames > 1) continue;
            if (range.TransferSyntax is null or "*" || range.TransferSyntax == syntax)
            {
                if (range.Matches(own)) return new(range.IsMultipart, own, false);
                // Octet-stream without a syntax means uncompressed little endian (PS3.18 §8.7.3.5.2); with one it may carry any.
                if (range.Matches(MediaTypes.OctetStream) && range.TransferSyntax is not null) return new(range.IsMultipart, MediaTypes.OctetStream, false);
            }
            if (canDecode && range.TransferSyntax is (null or TransferSyntaxes.ExplicitLittleEndian) && range.Matches(MediaTypes.OctetStream))
                return new(range.IsMultipart, MediaTypes.OctetStream, true);
        }
        return null;
    }

    /// <summary>Pixels of implicit and explicit little endian are the same bytes.</summary>
    private static string ServedSyntax(IndexedInstance instance) =>
        instance.TransferSyntaxUid == TransferSyntaxes.ImplicitLittleEndian ? TransferSyntaxes.ExplicitLittleEndian : instance.TransferSyntaxUid;

    /// <summary>Numbers from 1; null when the text is something else.</summary>
    internal static int[]? ParseList(string? text)
    {
        var parts = text?.Split(',') ?? [];
        if (parts.Length is 0 or > MaxFramesAsked) return null;
        var numbers = new int[parts.Length];
        for (var i = 0; i < parts.Length; i++)
        {
            if (!int.TryParse(parts[i], NumberStyles.None, CultureInfo.InvariantCulture, out numbers[i]) || numbers[i] < 1) return null;
        }
        return numbers;
    }

    private readonly record struct Choice(bool IsMultipart, string Type, bool IsDecoded);
}
