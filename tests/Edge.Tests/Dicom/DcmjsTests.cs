using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.Json;
using Regional.Edge.Commitment;
using Regional.Edge.Tests.Support;
using Regional.TestKit;
using Regional.TestKit.Phantoms;

namespace Regional.Edge.Tests.Dicom;

/// <summary>Worklist, performed steps and storage commitment with a second stranger: dcmjs-dimse, in Node (R4.2.2-2, R4.3.2-1).</summary>
[Trait("Requirement", "R4.2.2-2")]
[Trait("Requirement", "R4.3.2-1")]
public sealed class DcmjsTests
{
    private static readonly string Folder =
        Assembly.GetExecutingAssembly().GetCustomAttributes<AssemblyMetadataAttribute>().Single(item => item.Key == "JsFolder").Value!;

    [SkippableFact]
    public async Task It_reads_its_worklist()
    {
        await using var edge = await EdgeUnderTest.StartAsync(new EdgeSetup { Devices = [], MoreDevices = [Waiting.Device("CT1", "scope: device")] });
        edge.Wait(Waiting.Exam("QS1"), Waiting.Exam("QS2", modality: "MR"));

        var result = await RunAsync(edge, "CT1", "worklist");

        // It writes an empty number (pregnancy status) as 0: a key to match that the worklist does not know, and says so.
        Statuses(result).ShouldBe([0xFF01, 0]);
        var match = result.GetProperty("matches").EnumerateArray().Single();
        match.GetProperty("AccessionNumber").GetString().ShouldBe("QS1");
        match.ToString().ShouldContain("张^三");
        match.ToString().ShouldContain("头颅CT平扫");
    }

    [SkippableFact]
    public async Task It_reports_what_it_performed()
    {
        await using var edge = await EdgeUnderTest.StartAsync();

        var result = await RunAsync(edge, "A_CT1", "performed", "2.25.77001");

        Statuses(result).ShouldBe([0, 0, 0x0110]);
        edge.Get<Regional.Edge.Performed.PerformedStore>().Find("2.25.77001").ShouldNotBeNull().Status.ShouldBe("COMPLETED");
    }

    [SkippableFact]
    public async Task It_is_told_which_of_its_objects_are_safe()
    {
        await using var edge = await EdgeUnderTest.StartAsync();
        var image = (await edge.StoreAsync(new StudyRecipe { Seed = 4200, Images = 1, Matrix = 64 }))[0].Images().Single();

        var result = await RunAsync(edge, "A_CT1", "commitment", image.File.Dataset.GetString(FellowOakDicom.DicomTag.SOPClassUID), image.SopInstanceUid);

        Statuses(result).ShouldBe([0]);
        result.GetProperty("event").GetInt32().ShouldBe(2);
        result.GetProperty("report").GetProperty("ReferencedSOPSequence").ToString().ShouldContain(image.SopInstanceUid);
        result.GetProperty("report").GetProperty("FailedSOPSequence").ToString().ShouldContain("2.25.404");
        await edge.UntilAsync(() => edge.Get<CommitmentStore>().OpenOf("A_CT1").Count == 0);
    }

    private static IEnumerable<int> Statuses(JsonElement result) => result.GetProperty("statuses").EnumerateArray().Select(status => status.GetInt32());

    private static async Task<JsonElement> RunAsync(EdgeUnderTest edge, string ae, params string[] scenario)
    {
        var (node, npm) = (ExternalTool.Find("node"), ExternalTool.Find(RuntimeInformation.IsOSPlatform(OSPlatform.Windows) ? "npm.cmd" : "npm"));
        Skip.If((node is null || npm is null) && !ExternalTool.Required, "Node.js 20 with npm is not installed");
        // npm writes the hidden lock file when all packages are there.
        if (!File.Exists(Path.Combine(Folder, "node_modules", ".package-lock.json")))
        {
            var installed = await ExternalTool.RunAsync(npm!, ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], TimeSpan.FromMinutes(3), Folder);
            Skip.If(installed.ExitCode != 0 && !ExternalTool.Required, "the packages of js/ cannot be installed");
            installed.ExitCode.ShouldBe(0, installed.Output);
        }

        var run = await ExternalTool.RunAsync(node!, ["client.mjs", $"{edge.DicomPort}", ae, .. scenario], workingFolder: Folder);
        run.ExitCode.ShouldBe(0, run.Output);
        return JsonSerializer.Deserialize<JsonElement>(run.Output.Split('\n').Last(line => line.StartsWith('{')));
    }
}
