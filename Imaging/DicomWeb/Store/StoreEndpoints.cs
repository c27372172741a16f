using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Net.Http.Headers;
using Regional.Imaging.Packs;

namespace Regional.Imaging.DicomWeb.Store;

/// <summary>
/// Store (STOW-RS, PS3.18 §10.5): DICOM files in multipart/related, or one by itself. The body is read in steps and never kept whole; every instance
/// has an outcome of its own, also when the rest of the body is no good.
/// </summary>
internal static class StoreEndpoints
{
    private const int MaxBoundary = 70;

    public static async Task StoreAsync(HttpContext context)
    {
        var services = context.RequestServices;
        var study = context.GetRouteValue("study") as string;
        if (study is not null && !UidRule.IsValid(study))
        {
            await Answer.ProblemAsync(context, StatusCodes.Status400BadRequest, "The address holds something that is not a UID.");
            return;
        }
        var store = services.GetRequiredService<IDicomWebStore>();
        if (await store.OriginAsync(context.User, context.RequestAborted) is not { } origin)
        {
            await RefuseAsync(context);
            return;
        }
        var limits = services.GetRequiredService<StoreLimits>();
        if (await CheckAsync(context, limits) is not var (boundary, answerType)) return;
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size) size.MaxRequestBodySize = limits.MaxBody;

        var archive = services.GetRequiredService<ImageArchive>();
        var admission = new PartAdmission(
            archive, services.GetService<TimeProvider>() ?? TimeProvider.System, services.GetRequiredService<ILogger<IDicomWebStore>>());
        var reception = new StoreReception(new PartReader(archive, limits), admission, limits, origin, study);
        var broken = await ReadAsync(context, reception, boundary);
        var outcomes = (await reception.OutcomesAsync()).ToList();
        // The audit is about what is stored by now, whether the sender still listens or not.
        await store.StoredAsync(
            context.User, new StoreSummary(
                [.. outcomes.Where(outcome => outcome.Failure is null).Select(outcome => outcome.StudyUid).Distinct()],
                outcomes.Count(outcome => outcome.Failure is null), outcomes.Count(outcome => outcome.Failure is not null) + (broken is null ? 0 : 1)),
            CancellationToken.None);
        if (outcomes.Count == 0)
        {
            var (status, title) = broken ?? (StatusCodes.Status400BadRequest, "The body has no part.");
            await Answer.ProblemAsync(context, status, title);
            return;
        }
        if (broken is not null) outcomes.Add(PartOutcome.Unnamed(FailureReason.CannotUnderstand));
        await StoreAnswer.WriteAsync(context, answerType, outcomes);
    }

    /// <summary>Null when the body was read to its end; else what the answer is if it held no whole part.</summary>
    private static async Task<(int Status, string Title)?> ReadAsync(HttpContext context, StoreReception reception, string? boundary)
    {
        try
        {
            if (boundary is null) await reception.ReadPartAsync(context.Request.Body, context.RequestAborted);
            else await reception.ReadPartsAsync(boundary, context.Request.Body, context.RequestAborted);
            return null;
        }
        catch (BadHttpRequestException e)
        {
            return (e.StatusCode, e.StatusCode == StatusCodes.Status413PayloadTooLarge ? "The body is larger than is taken here." : "The body breaks off.");
        }
        catch (Exception e) when (e is IOException or InvalidDataException)
        {
            return (StatusCodes.Status400BadRequest, "The body is not multipart as its boundary says, or breaks off.");
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            return (StatusCodes.Status400BadRequest, "The sender went away.");
        }
    }

    /// <summary>Boundary (null for a single file) and the type of the answer; null after an answer was given. Nothing of the body is read yet.</summary>
    private static async Task<(string? Boundary, string AnswerType)?> CheckAsync(HttpContext context, StoreLimits limits)
    {
        var request = context.Request;
        if (request.Headers.ContentEncoding.ToString() is { Length: > 0 } encoding && !encoding.Equals("identity", StringComparison.OrdinalIgnoreCase))
        {
            await Answer.ProblemAsync(context, StatusCodes.Status415UnsupportedMediaType, "A body with a Content-Encoding is not taken; send it as it is.");
            return null;
        }
        if (request.ContentLength > limits.MaxBody)
        {
            await Answer.ProblemAsync(context, StatusCodes.Status413PayloadTooLarge, $"A request has at most {limits.MaxBody} bytes.");
            return null;
        }
        if (MetadataEndpoints.JsonType(context) is not { } answerType)
        {
            await Answer.NotAcceptableAsync(context, "The outcome is told as application/dicom+json.");
            return null;
        }
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type)) type = new MediaTypeHeaderValue("application/octet-stream");
        if (type.MediaType.Equals(MediaTypes.Dicom, StringComparison.OrdinalIgnoreCase)) return (null, answerType);
        var root = Parameter(type, "type");
        if (!type.MediaType.Equals("multipart/related", StringComparison.OrdinalIgnoreCase)
            || root.Length > 0 && !root.Split(';')[0].Trim().Equals(MediaTypes.Dicom, StringComparison.OrdinalIgnoreCase))
        {
            await Answer.ProblemAsync(
                context, StatusCodes.Status415UnsupportedMediaType, "Instances are taken as multipart/related; type=\"application/dicom\", or one as application/dicom.");
            return null;
        }
        if (Parameter(type, "boundary") is { Length: > 0 and <= MaxBoundary } boundary) return (boundary, answerType);
        await Answer.ProblemAsync(context, StatusCodes.Status400BadRequest, $"multipart/related needs a boundary of 1 to {MaxBoundary} characters.");
        return null;
    }

    private static string Parameter(MediaTypeHeaderValue type, string name) =>
        HeaderUtilities.RemoveQuotes(type.Parameters.FirstOrDefault(parameter => parameter.Name.Equals(name, StringComparison.OrdinalIgnoreCase))?.Value ?? "").ToString().Trim();

    private static Task RefuseAsync(HttpContext context)
    {
        if (context.User.Identity is not { IsAuthenticated: true }) return Answer.UnauthorizedAsync(context);
        DicomWebLog.StoreDenied(context.RequestServices.GetRequiredService<ILogger<IDicomWebStore>>());
        return Answer.ProblemAsync(context, StatusCodes.Status403Forbidden, "Storing is not allowed.");
    }
}
