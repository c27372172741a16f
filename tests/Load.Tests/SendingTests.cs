using FellowOakDicom;
using Regional.Load.Region;
using Regional.Load.Sending;
using Regional.TestKit;
using Regional.TestKit.Modality;
using Regional.TestKit.Phantoms;

namespace Regional.Load.Tests;

public sealed class SendingTests
{
    [SkippableFact]
    public async Task A_folder_arrives_with_all_below_it_and_nothing_else()
    {
        Skip.If(!Dcmtk.Installed && !ExternalTool.Required, "DCMTK is not installed");
        using var folder = new TempFolder();
        await using var receiver = await Dcmtk.StartStoreScpAsync(folder.File("in"));
        await new PhantomStudy(new StudyRecipe { Seed = 3, Images = 2 }).SaveAsync(folder.File("out", "a"));
        await new PhantomStudy(new StudyRecipe { Seed = 4, Kind = PhantomKind.ChestDr, Matrix = 128 }).SaveAsync(folder.File("out", "b", "c"));
        await File.WriteAllTextAsync(folder.File("out", "notes.txt"), "not DICOM");
        var edge = new EdgeAddress("x", "ANY", "127.0.0.1", receiver.Port, new Uri("http://127.0.0.1:1"));
        (await FolderSend.RunAsync(new DirectoryInfo(folder.File("out")), edge, "REGIONAL", CancellationToken.None)).ShouldBe(0);
        receiver.Files.Count.ShouldBe(3);
        await Should.ThrowAsync<UsageException>(() => FolderSend.RunAsync(new DirectoryInfo(folder.Folder("empty")), edge, "REGIONAL", CancellationToken.None));
    }

    [SkippableFact]
    public async Task A_phantom_goes_to_any_receiver()
    {
        Skip.If(!Dcmtk.Installed && !ExternalTool.Required, "DCMTK is not installed");
        using var folder = new TempFolder();
        await using var receiver = await Dcmtk.StartStoreScpAsync(folder.File("in"));
        var recipe = new StudyRecipe { Seed = 5, Images = 2, AccessionNumber = "DEMO0001" };
        (await PhantomSend.SendAsync(recipe, "127.0.0.1", receiver.Port, "ANY", CancellationToken.None)).ShouldBe(0);
        var received = await DicomFile.OpenAsync(receiver.Files[0]);
        received.Dataset.GetSingleValue<string>(DicomTag.AccessionNumber).ShouldBe("DEMO0001");
    }
}
