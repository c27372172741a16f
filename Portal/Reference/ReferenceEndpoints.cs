using System.Collections.Immutable;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Regional.Portal.Access;
using Regional.Projections;

namespace Regional.Portal.Reference;

/// <summary>What the region maintains for everybody: items, templates, phrases, the critical-value dictionary.</summary>
internal static class ReferenceEndpoints
{
    public static void MapReference(this IEndpointRouteBuilder routes)
    {
        var reference = routes.MapGroup("/api/reference").WithTags("Reference");
        reference.MapGet("/items", Items).For(Can.Anybody).WithName("items");
        reference.MapGet("/templates", Templates).For(Can.Anybody).WithName("templates");
        reference.MapGet("/phrases", Phrases).For(Can.Anybody).WithName("phrases");
        reference.MapGet("/critical-entries", CriticalEntries).For(Can.Anybody).WithName("criticalEntries");
    }

    private static async Task<Ok<ImmutableArray<ExamItem>>> Items(IReferenceReader reader, CancellationToken cancellation) =>
        TypedResults.Ok(await reader.Items(cancellation));

    private static async Task<Ok<ImmutableArray<ReportTemplate>>> Templates(IReferenceReader reader, CancellationToken cancellation) =>
        TypedResults.Ok(await reader.Templates(cancellation));

    private static async Task<Ok<ImmutableArray<string>>> Phrases(IReferenceReader reader, CancellationToken cancellation) =>
        TypedResults.Ok(await reader.Phrases(cancellation));

    private static async Task<Ok<ImmutableArray<CriticalEntry>>> CriticalEntries(IReferenceReader reader, CancellationToken cancellation) =>
        TypedResults.Ok(await reader.CriticalEntries(cancellation));
}
