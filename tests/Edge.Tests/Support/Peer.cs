using FellowOakDicom;
using FellowOakDicom.Network;
using FellowOakDicom.Network.Client;
using Regional.TestKit;
using Regional.TestKit.Modality;
using Regional.TestKit.Phantoms;

namespace Regional.Edge.Tests.Support;

/// <summary>A workstation that asks an edge, spoken by the library; and what such tests share.</summary>
internal static class Peer
{
    /// <summary>Sends studies of a recipe each and ends when the index knows them.</summary>
    public static async Task<IReadOnlyList<PhantomStudy>> StoreAsync(this EdgeUnderTest edge, params StudyRecipe[] recipes)
    {
        List<PhantomStudy> studies = [.. recipes.Select(recipe => new PhantomStudy(recipe))];
        var outcomes = await edge.Modality.SendAsync(studies.SelectMany(study => study.Images()).Select(image => image.File));
        outcomes.ShouldAllBe(outcome => outcome.Stored);
        (await edge.StoredInstancesAsync()).ShouldBe(outcomes.Count);
        return studies;
    }

    public static StudyRecipe Chest(int seed) => new() { Seed = seed, Kind = PhantomKind.ChestDr, Matrix = 64 };

    public static IDicomClient Client(this EdgeUnderTest edge, string callingAe = "STATION") =>
        DicomClientFactory.Create("127.0.0.1", edge.DicomPort, false, callingAe, EdgeUnderTest.Ae);

    /// <summary>Every answer to one request, the last included.</summary>
    public static async Task<List<DicomCFindResponse>> FindAsync(this EdgeUnderTest edge, DicomCFindRequest request, string callingAe = "STATION")
    {
        List<DicomCFindResponse> answers = [];
        request.OnResponseReceived = (_, answer) => answers.Add(answer);
        var client = edge.Client(callingAe);
        await client.AddRequestAsync(request);
        await client.SendAsync().WaitAsync(TimeSpan.FromSeconds(60));
        return answers;
    }

    /// <summary>A query in the study root at a level, with these keys.</summary>
    public static DicomCFindRequest Query(DicomQueryRetrieveLevel level, params (DicomTag Tag, string Value)[] keys) =>
        Query(DicomUID.StudyRootQueryRetrieveInformationModelFind, level, keys);

    public static DicomCFindRequest Query(DicomUID model, DicomQueryRetrieveLevel level, params (DicomTag Tag, string Value)[] keys)
    {
        var request = new DicomCFindRequest(model, level);
        foreach (var (tag, value) in keys)
            request.Dataset.AddOrUpdate(tag, value.Split('\\'));
        return request;
    }

    /// <summary>One attribute of every match, in order.</summary>
    public static IEnumerable<string> Values(this IEnumerable<DicomCFindResponse> answers, DicomTag tag) =>
        answers.Where(answer => answer.Status.State == DicomState.Pending).Select(answer => answer.Dataset.GetString(tag));

    /// <summary>One of DCMTK's clients, calling the edge.</summary>
    public static Task<ToolResult> AskAsync(this EdgeUnderTest edge, string program, string[] options, string callingAe = "STATION") =>
        Dcmtk.RunAsync(program, [.. options, "-aet", callingAe, "-aec", EdgeUnderTest.Ae, "127.0.0.1", $"{edge.DicomPort}"]);
}
