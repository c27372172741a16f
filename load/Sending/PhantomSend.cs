using Regional.TestKit.Modality;
using Regional.TestKit.Phantoms;

namespace Regional.Load.Sending;

/// <summary>Sends one synthetic study, or writes it to a folder.</summary>
public static class PhantomSend
{
    public static async Task<int> SendAsync(StudyRecipe recipe, string host, int port, string calledAe, CancellationToken cancellation)
    {
        var study = new PhantomStudy(recipe);
        var outcomes = await new FakeModality(host, port, calledAe, recipe.StationAe).SendAsync(study.Images().Select(i => i.File), cancellation);
        var stored = outcomes.Count(o => o.Stored);
        Console.WriteLine($"{stored} of {outcomes.Count} images stored, StudyInstanceUID {study.StudyInstanceUid}");
        return stored == outcomes.Count ? 0 : 1;
    }

    public static async Task<int> SaveAsync(StudyRecipe recipe, DirectoryInfo folder)
    {
        var study = new PhantomStudy(recipe);
        var paths = await study.SaveAsync(folder.FullName);
        Console.WriteLine($"{paths.Count} files in {folder.FullName}, StudyInstanceUID {study.StudyInstanceUid}");
        return 0;
    }
}
