using Regional.TestKit.Modality;
using Regional.TestKit.Phantoms;

namespace Regional.Browser.Tests.Support;

/// <summary>A modality: DCMTK sends seeded phantoms to a site's edge.</summary>
public static class Capture
{
    /// <summary>Sends a study and returns when its last image has been acknowledged.</summary>
    public static async Task<PhantomStudy> SendAsync(this RunningRegion region, string site, StudyRecipe recipe)
    {
        var study = await region.PrepareAsync(recipe);
        await region.SendAsync(site, study);
        return study;
    }

    /// <summary>Writes the images of a study, so that sending does not wait for them.</summary>
    public static async Task<PhantomStudy> PrepareAsync(this RunningRegion region, StudyRecipe recipe)
    {
        var study = new PhantomStudy(recipe);
        await study.SaveAsync(region.Scratch(study.StudyInstanceUid));
        return study;
    }

    public static async Task SendAsync(this RunningRegion region, string site, PhantomStudy study)
    {
        var (title, port) = region.Edge(site);
        var sent = await Dcmtk.StoreAsync("127.0.0.1", port, title, [region.Scratch(study.StudyInstanceUid)], study.Recipe.StationAe);
        sent.ExitCode.ShouldBe(0, sent.Output);
    }

    public static StudyRecipe HeadCt(int seed, string name, int images = 12, string accession = "", string id = "") => new()
    {
        Seed = seed, Kind = PhantomKind.HeadCt, PatientName = name, PatientId = id.Length == 0 ? $"B{seed:0000}" : id, PatientSex = "M",
        AccessionNumber = accession, Images = images, StationAe = "A_CT1",
    };
}
