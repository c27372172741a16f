using System.Text.Json;
using FellowOakDicom;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Regional.Imaging.Frames;
using Regional.Imaging.Headers;
using Regional.Imaging.Index;
using Regional.Imaging.Repairs;

namespace Regional.Imaging.DicomWeb;

/// <summary>Retrieve metadata (PS3.18 §10.4.1.1.2): all attributes, binary values above 1 KiB and pixel data as BulkDataURI.</summary>
internal static class MetadataEndpoints
{
    public static async Task MetadataAsync(HttpContext context)
    {
        if (await Target.ResolveAsync(context, DicomWebAction.Metadata) is not { } target) return;
        if (JsonType(context) is not { } contentType)
        {
            await Answer.NotAcceptableAsync(context, "Metadata is served as application/dicom+json.");
            return;
        }
        var instances = await target.InstancesAsync(context);
        if (instances.Count == 0)
        {
            await Answer.NotFoundAsync(context);
            return;
        }
        // The newest sequence and the count change with every arrival and deletion.
        if (Answer.IsUnchanged(context, $"\"m1-{instances.Count}-{instances.Max(instance => instance.Sequence)}\"", immutable: false)) return;
        context.Response.ContentType = contentType;
        if (HttpMethods.IsHead(context.Request.Method)) return;
        await WriteAsync(context, instances);
    }

    /// <summary>The JSON type to answer with; null when the client takes none.</summary>
    public static string? JsonType(HttpContext context)
    {
        foreach (var range in AcceptedMedia.Of(context.Request))
        {
            if (range.Matches(MediaTypes.DicomJson)) return MediaTypes.DicomJson;
            if (range.Matches("application/json")) return "application/json";
        }
        return null;
    }

    /// <summary>Absolute address of the resources, as this request was made.</summary>
    public static string BaseUri(HttpContext context)
    {
        var request = context.Request;
        var path = request.Path.Value ?? "";
        var end = new[] { "/studies", "/series", "/instances" }.Select(part => path.IndexOf(part, StringComparison.Ordinal)).Where(at => at >= 0).DefaultIfEmpty(path.Length).Min();
        return $"{request.Scheme}://{request.Host}{request.PathBase}{path[..end]}";
    }

    private static async Task WriteAsync(HttpContext context, IReadOnlyList<IndexedInstance> instances)
    {
        var archive = context.RequestServices.GetRequiredService<ImageArchive>();
        var root = BaseUri(context);
        await using var json = new Utf8JsonWriter(context.Response.BodyWriter, DicomJson.Options);
        var writer = new DataSetJson(json);
        json.WriteStartArray();
        foreach (var instance in instances)
        {
            context.RequestAborted.ThrowIfCancellationRequested();
            WriteOne(archive, instance, root, json, writer);
            await json.FlushAsync(context.RequestAborted);
        }
        json.WriteEndArray();
        await json.FlushAsync(context.RequestAborted);
    }

    /// <summary>All attributes of an instance before its pixel data, as its device's profile says that they are to be read; null when they are not there, not understood or too many.</summary>
    public static DicomDataset? Header(ImageArchive archive, IndexedInstance instance)
    {
        using var slice = archive.Packs.OpenData(instance.Address);
        if (slice is null) return null;
        var layout = instance.TransferSyntaxUid == TransferSyntaxes.Deflated || instance.Problem != DataSetProblem.None
            ? DataSetWalker.Walk(slice.Read, slice.Length, instance.TransferSyntaxUid)
            : new DataSetLayout { Problem = DataSetProblem.None, HeaderLength = instance.DataHeader, IndexableLength = 0 };
        var dataSet = HeaderReader.Read(slice.Read, layout, layout.HeaderLength, instance.TransferSyntaxUid);
        if (dataSet is not null && Repair.Decode(instance.Repair) is { IsNone: false } repair) repair.Apply(dataSet, instance.ReceivedAt);
        return dataSet;
    }

    public static string BulkDataUri(string root, IndexedInstance instance) =>
        $"{root}/studies/{instance.StudyUid}/series/{instance.SeriesUid}/instances/{instance.SopInstanceUid}/bulkdata/";

    private static void WriteOne(ImageArchive archive, IndexedInstance instance, string root, Utf8JsonWriter json, DataSetJson writer)
    {
        if (Header(archive, instance) is { } dataSet)
        {
            writer.Write(dataSet, BulkDataUri(root, instance), instance.TransferSyntaxUid, instance.Frames.Count == 0 ? null : PixelVr(instance));
            return;
        }
        // Not understood or too large a header: the client still learns what the index knows.
        json.WriteStartObject();
        DicomJson.Text(json, "00080016", "UI", instance.SopClassUid);
        DicomJson.Text(json, "00080018", "UI", instance.SopInstanceUid);
        DicomJson.Text(json, "00083002", "UI", instance.TransferSyntaxUid);
        DicomJson.Text(json, "0020000D", "UI", instance.StudyUid);
        DicomJson.Text(json, "0020000E", "UI", instance.SeriesUid);
        json.WriteEndObject();
    }

    private static string PixelVr(IndexedInstance instance) => instance.Frames.IsEncapsulated || instance.BitsAllocated <= 8 ? "OB" : "OW";
}
