using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Regional.Imaging.Frames;

namespace Regional.Imaging.DicomWeb;

/// <summary>The value of one binary top-level element, as metadata points to it by BulkDataURI (PS3.18 §10.4.1.1.5).</summary>
internal static class BulkDataEndpoints
{
    public static async Task BulkDataAsync(HttpContext context)
    {
        if (await Target.ResolveAsync(context, DicomWebAction.Pixels) is not { } target) return;
        if (!uint.TryParse(context.GetRouteValue("tag") as string, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var tag))
        {
            await Answer.ProblemAsync(context, StatusCodes.Status400BadRequest, "Bulk data is named by a tag of eight hexadecimal digits.");
            return;
        }
        var archive = context.RequestServices.GetRequiredService<ImageArchive>();
        if (await target.InstanceAsync(context) is not { } instance || archive.Packs.OpenData(instance.Address) is not { } slice)
        {
            await Answer.NotFoundAsync(context);
            return;
        }
        using (slice)
        {
            var layout = DataSetWalker.Walk(slice.Read, slice.Length, instance.TransferSyntaxUid);
            if (tag == TransferSyntaxes.PixelDataTag && layout.Fragments is not null)
            {
                await Answer.NotAcceptableAsync(context, "The pixel data is encapsulated; retrieve its frames.");
                return;
            }
            var value = tag == TransferSyntaxes.PixelDataTag ? layout.NativePixels : layout.Bulk.Where(element => element.Tag == tag).Select(element => (ByteRange?)element.Value).FirstOrDefault();
            if (value is not { } range)
            {
                await Answer.NotFoundAsync(context);
                return;
            }
            var choice = AcceptedMedia.Of(context.Request).Where(accepted => accepted.Matches(MediaTypes.OctetStream)).Select(accepted => (bool?)accepted.IsMultipart).FirstOrDefault();
            if (choice is not { } isMultipart)
            {
                await Answer.NotAcceptableAsync(context, "Bulk data is served as application/octet-stream.");
                return;
            }
            if (Answer.IsUnchanged(context, $"\"{instance.Hash.ToString()[..32]}-{tag:x8}-{(isMultipart ? "m" : "s")}\"", immutable: true)) return;
            var response = context.Response;
            var multipart = new MultipartWriter(response.BodyWriter);
            response.ContentType = isMultipart ? multipart.ContentType(MediaTypes.OctetStream) : MediaTypes.OctetStream;
            response.ContentLength = range.Length + (isMultipart ? multipart.PartOverhead(MediaTypes.OctetStream) + multipart.EndLength : 0);
            if (HttpMethods.IsHead(context.Request.Method)) return;
            if (isMultipart) multipart.BeginPart(MediaTypes.OctetStream);
            if (layout.Inflated is { } inflated) await response.BodyWriter.WriteAsync(inflated.Slice((int)range.Offset, (int)range.Length), context.RequestAborted);
            else await PackCopy.CopyAsync(slice, range.Offset, range.Length, response.BodyWriter, context.RequestAborted);
            if (!isMultipart) return;
            multipart.EndPart();
            multipart.End();
            await response.BodyWriter.FlushAsync(context.RequestAborted);
        }
    }
}
