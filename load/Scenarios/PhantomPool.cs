using System.Collections.Concurrent;
using FellowOakDicom;
using Regional.TestKit.Phantoms;

namespace Regional.Load.Scenarios;

/// <summary>
/// Studies fast enough for load: pixels are rendered once a kind, every study gets UIDs, patient and station of its own.
/// </summary>
public sealed class PhantomPool(int images)
{
    private readonly ConcurrentDictionary<PhantomKind, Lazy<IReadOnlyList<PhantomImage>>> rendered = new();

    /// <summary>Renders all kinds, so that the first studies are not slower than the others.</summary>
    public void Prepare()
    {
        foreach (var kind in Enum.GetValues<PhantomKind>()) Rendered(kind);
    }

    public LoadStudy Make(PhantomKind kind, int seed, string stationAe)
    {
        var studyUid = SeededUid.Of("load", seed, kind);
        var seriesUid = SeededUid.Of("load-series", seed, kind);
        var patient = FormattableString.Invariant($"L{seed % 100_000_000:00000000}");
        var files = new List<DicomFile>();
        foreach (var image in Rendered(kind))
        {
            var dataset = new DicomDataset(image.File.Dataset);
            dataset.AddOrUpdate(DicomTag.StudyInstanceUID, studyUid);
            dataset.AddOrUpdate(DicomTag.SeriesInstanceUID, seriesUid);
            dataset.AddOrUpdate(DicomTag.SOPInstanceUID, SeededUid.Of("load-image", seed, kind, image.InstanceNumber));
            if (dataset.Contains(DicomTag.FrameOfReferenceUID)) dataset.AddOrUpdate(DicomTag.FrameOfReferenceUID, SeededUid.Of("load-frame", seed, kind));
            dataset.AddOrUpdate(DicomTag.PatientID, patient);
            dataset.AddOrUpdate(DicomTag.PatientName, "Load^" + patient);
            dataset.AddOrUpdate(DicomTag.StationName, stationAe);
            files.Add(new DicomFile(dataset));
        }

        return new LoadStudy(studyUid, files, Rendered(kind).Sum(i => i.File.Dataset.GetDicomItem<DicomElement>(DicomTag.PixelData).Buffer.Size));
    }

    private IReadOnlyList<PhantomImage> Rendered(PhantomKind kind) => rendered.GetOrAdd(
        kind,
        k => new Lazy<IReadOnlyList<PhantomImage>>(() =>
            [.. new PhantomStudy(new StudyRecipe { Seed = 1, Kind = k, Images = images, Charset = PhantomCharset.Utf8 }).Images()])).Value;
}

/// <summary>A study on its way.</summary>
/// <param name="StudyInstanceUid">Its UID.</param>
/// <param name="Files">Its objects.</param>
/// <param name="Bytes">Bytes of pixels.</param>
public sealed record LoadStudy(string StudyInstanceUid, IReadOnlyList<DicomFile> Files, long Bytes);
