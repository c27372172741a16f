using FellowOakDicom;
using Microsoft.Extensions.DependencyInjection;
using Regional.Imaging;
using Regional.Imaging.Packs;
using Regional.Projections;
using Regional.Silo.Hosting;
using Regional.TestKit.Phantoms;

namespace Regional.Silo.Tests.Hosting;

/// <summary>Images into an archive, and the wait until their exam shows.</summary>
internal static class Arrivals
{
    /// <param name="only">One of its images; all unless given.</param>
    public static async Task Receive(this ImageArchive archive, PhantomStudy study, string site = "township-a", string? only = null)
    {
        foreach (var image in study.Images().Where(image => only is null || image.SopInstanceUid == only))
        {
            using var file = new MemoryStream();
            await image.File.SaveAsync(file);
            var bytes = file.ToArray();
            // Preamble, DICM and the group length element tell where the data set begins (PS3.10 7.1).
            var dataSet = 132 + 12 + (int)BitConverter.ToUInt32(bytes, 132 + 8);
            using var arrival = archive.Buffers.Rent();
            arrival.BeginDataSet();
            arrival.Write(bytes.AsSpan(dataSet));
            arrival.Complete();
            var instance = new ReceivedInstance(
                study.StudyInstanceUid, study.SeriesInstanceUid, image.SopInstanceUid, image.File.Dataset.GetString(DicomTag.SOPClassUID),
                image.File.FileMetaInfo.TransferSyntax.UID.UID, study.Recipe.StationAe, site, TimeProvider.System.GetUtcNow());
            (await archive.StoreAsync(instance, arrival, default)).ShouldBeOfType<StoreResult.Stored>();
        }
    }

    /// <summary>The row of the exam that has the study, once it shows so many images; fails after 20 s.</summary>
    public static async Task<StudyRow> Exam(this CentreHost host, string studyUid, int images)
    {
        var reader = host.App.Services.GetRequiredService<IStudyReader>();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (true)
        {
            var page = await reader.Find(new StudyQuery { StudyInstanceUid = studyUid }, patience.Token);
            if (page.Items is [{ } row, ..] && row.ImagesAtCentre == images)
                return row;
            await Task.Yield();
        }
    }
}
