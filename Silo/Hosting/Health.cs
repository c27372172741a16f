using Microsoft.AspNetCore.Http.HttpResults;
using Regional.Imaging;
using Regional.Imaging.Packs;
using Regional.Silo.Storage;

namespace Regional.Silo.Hosting;

/// <summary>What has to hold before the centre takes work.</summary>
internal sealed class Readiness(Database database, ImageArchive archive)
{
    private volatile bool setUp;

    public void RegionIsSetUp() => setUp = true;

    public async Task<HealthAnswer> Check(CancellationToken cancellation)
    {
        var databaseAnswers = await DatabaseAnswers(cancellation);
        var archiveTakes = archive.Packs.State is not (JournalState.Refusing or JournalState.Closed);
        return new HealthAnswer(
            setUp && databaseAnswers && archiveTakes ? "ready" : "notReady",
            new Dictionary<string, bool> { ["grains"] = setUp, ["database"] = databaseAnswers, ["archive"] = archiveTakes });
    }

    private async Task<bool> DatabaseAnswers(CancellationToken cancellation)
    {
        try
        {
            return await database.Read((connection, token) => connection.First(token, "SELECT 1", r => r.GetInt32(0)), cancellation) == 1;
        }
        catch (System.Data.Common.DbException)
        {
            return false;
        }
    }
}

internal sealed record HealthAnswer(string Status, Dictionary<string, bool> Checks);

internal static class Health
{
    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/health/live", () => TypedResults.Ok(new HealthAnswer("live", []))).AllowAnonymous().ExcludeFromDescription();
        routes.MapGet("/health/ready", Ready).AllowAnonymous().ExcludeFromDescription();
    }

    private static async Task<Results<Ok<HealthAnswer>, JsonHttpResult<HealthAnswer>>> Ready(Readiness readiness, CancellationToken cancellation)
    {
        var answer = await readiness.Check(cancellation);
        return answer.Status == "ready" ? TypedResults.Ok(answer) : TypedResults.Json(answer, statusCode: StatusCodes.Status503ServiceUnavailable);
    }
}
