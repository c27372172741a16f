using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Regional.Imaging;
using Regional.Imaging.DicomWeb;
using Regional.Imaging.Frames;
using Regional.Imaging.Packs;
using Regional.Portal.Access;

namespace Regional.Portal.Capture;

/// <summary>
/// The document or the video inside an instance as what it was, for the browser's own viewer and player (with byte ranges: a player seeks). Whoever may see
/// the study's pixels may see it.
/// </summary>
internal static class CaptureContent
{
    private const string EncapsulatedPdf = "1.2.840.10008.5.1.4.1.1.104.1";
    private const uint EncapsulatedDocument = 0x00420011;
    private const uint DocumentLength = 0x00420015;

    /// <summary>MPEG-4 AVC and HEVC (PS3.5 §10.9 to §10.20), of which this product writes MP4 containers.</summary>
    private static readonly string[] Videos = ["1.2.840.10008.1.2.4.102", "1.2.840.10008.1.2.4.104", "1.2.840.10008.1.2.4.107"];

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/api/images/{study}/{series}/{instance}/content", Get).For(Can.Anybody).WithTags("Images").WithName("imageContent");

    private static async Task<IResult> Get(string study, string series, string instance, HttpContext context, IDicomWebAccess access, ImageArchive archive)
    {
        if (!UidRule.IsValid(study) || !UidRule.IsValid(series) || !UidRule.IsValid(instance))
            return TypedResults.BadRequest();
        if (!await access.MayAsync(context.User, study, DicomWebAction.Pixels, context.RequestAborted)
            || await archive.Index.GetInstanceAsync(instance, context.RequestAborted) is not { } stored || stored.StudyUid != study || stored.SeriesUid != series
            || archive.Packs.OpenData(stored.Address) is not { } slice)
            return TypedResults.NotFound();
        context.Response.RegisterForDispose(slice);
        var layout = DataSetWalker.Walk(slice.Read, slice.Length, stored.TransferSyntaxUid);
        var (type, range) = stored.SopClassUid == EncapsulatedPdf && layout.Inflated is null
            ? ("application/pdf", Document(slice, layout))
            : Videos.Contains(stored.TransferSyntaxUid) && layout.Fragments is [var whole] ? ("video/mp4", whole) : ("", default);
        if (range.Length == 0)
            return TypedResults.NotFound();
        context.Response.Headers.CacheControl = "private, max-age=3600";
        var bytes = new PositionalStream((offset, buffer) => slice.Read(range.Offset + offset, buffer), range.Length);
        return TypedResults.Stream(bytes, type, enableRangeProcessing: true);
    }

    /// <summary>Without the byte that pads it to an even length (PS3.3 C.24.2, EncapsulatedDocumentLength).</summary>
    private static ByteRange Document(PackSlice slice, DataSetLayout layout)
    {
        var value = layout.Bulk.Where(element => element.Tag == EncapsulatedDocument).Select(element => element.Value).FirstOrDefault();
        if (value.Length == 0)
            return default;
        Span<byte> after = stackalloc byte[64];
        var read = slice.Read(value.End, after);
        for (var at = 0; at + 12 <= read; at += 2)
        {
            var tag = (uint)(BitConverter.ToUInt16(after[at..]) << 16 | BitConverter.ToUInt16(after[(at + 2)..]));
            if (tag == DocumentLength && BitConverter.ToUInt32(after[(at + 8)..]) is var length && length <= value.Length && length + 1 >= value.Length)
                return value with { Length = length };
        }

        return value;
    }
}
