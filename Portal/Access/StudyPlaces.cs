using Microsoft.Extensions.Caching.Memory;
using Regional.Imaging;
using Regional.Portal.Hosting;
using Regional.Projections;

namespace Regional.Portal.Access;

/// <summary>Where a study belongs: what a right to see it depends on.</summary>
/// <param name="Site">Where it was made.</param>
/// <param name="ReadingCentre">Who reads it.</param>
public sealed record StudyPlace(string Site, string ReadingCentre);

/// <summary>Looks up where studies belong. A viewer asks for every frame, so it is remembered for half a minute.</summary>
public sealed class StudyPlaces(IStudyReader studies, ImageArchive archive, PortalOptions options) : IDisposable
{
    private static readonly TimeSpan Kept = TimeSpan.FromSeconds(30);

    private readonly MemoryCache known = new(new MemoryCacheOptions { SizeLimit = 20_000 });

    /// <summary>Site and reading centre of the exam that has the study; before any exam has it, those of the site that sent it. Null: unknown here.</summary>
    public async ValueTask<StudyPlace?> FindAsync(string studyInstanceUid, CancellationToken cancellation)
    {
        if (known.TryGetValue(studyInstanceUid, out StudyPlace? place))
            return place;
        var page = await studies.Find(new StudyQuery { StudyInstanceUid = studyInstanceUid, Limit = 1 }, cancellation);
        if (page.Items is [var exam, ..])
        {
            return known.Set(
                studyInstanceUid, new StudyPlace(exam.Site, exam.ReadingCentre), new MemoryCacheEntryOptions { Size = 1, AbsoluteExpirationRelativeToNow = Kept });
        }

        // Not remembered: the exam is made within a second.
        return await archive.Index.GetStudyAsync(studyInstanceUid, cancellation) is { } indexed
            ? new StudyPlace(indexed.Site, options.Cluster.Site(indexed.Site)?.Agreement.ReadingCentre ?? indexed.Site)
            : null;
    }

    public void Dispose() => known.Dispose();
}
