using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Regional.Actors;
using Regional.Portal.Tests.Hosting;
using Regional.Studies;
using Regional.TestKit.Phantoms;

namespace Regional.Portal.Tests;

/// <summary>Images that an edge received and that do not reach the centre: the reader is told, and somebody may end the waiting (R4.2.3-3).</summary>
[Collection("centre")]
[Trait("Requirement", "R4.2.3-3")]
public sealed class MissingImagesTests(CentreFixture centre)
{
    [Fact]
    public async Task The_reading_list_tells_how_many_images_will_never_come()
    {
        var id = await Acquired(341, "庚缺");
        await Told(id, received: 4, notComing: 3);
        using var reader = await centre.As("reader");

        var row = Row(await reader.Until("/api/studies?view=reading&limit=200", list => Row(list, id) is { } row && row.GetProperty("notComing").GetInt32() > 0), id)!.Value;

        (row.GetProperty("imagesAtCentre").GetInt32(), row.GetProperty("imagesAtEdge").GetInt32(), row.GetProperty("notComing").GetInt32()).ShouldBe((1, 4, 3));
        row.Text("phase").ShouldBe("readyToRead");
    }

    [Theory]
    [InlineData(342, "tech-a")]
    [InlineData(343, "reader")]
    public async Task Somebody_of_the_exam_reads_anyway_with_a_reason(int seed, string who)
    {
        var id = await Acquired(seed, "辛缺");
        using var otherSite = await centre.As("tech-b");
        (await otherSite.Refused(Rest.Path(id, "/read-anyway"), new { reason = "设备故障" })).Status.ShouldBe(404);
        using var nurse = await centre.As("nurse-a");
        (await nurse.Refused(Rest.Path(id, "/read-anyway"), new { reason = "设备故障" })).Status.ShouldBe(403);
        using var person = await centre.As(who);
        (await person.Get(Rest.Path(id))).GetProperty("allowed").EnumerateArray().Select(a => a.GetString()).ShouldContain("exam.read-anyway");
        (await person.Refused(Rest.Path(id, "/read-anyway"))).Status.ShouldBe(400);

        var after = await person.Command(Rest.Path(id, "/read-anyway"), new { reason = "设备故障，余下影像不再到达" });

        after.Text("phase").ShouldBe("readyToRead");
        after.GetProperty("history").EnumerateArray().Single(s => s.Text("event") == "exam.read-anyway").Text("byUserId").ShouldBe(who);
    }

    /// <summary>An exam of which one image is at the centre and three are announced.</summary>
    private async Task<string> Acquired(int seed, string name)
    {
        using var desk = await centre.As("desk-a");
        using var technician = await centre.As("tech-a");
        var made = await desk.Command("/api/studies", TestExams.Walking(name, localId: $"T{seed}"));
        var id = made.Text("studyId");
        await technician.Command(Rest.Path(id, "/start"));
        await centre.Host.Archive.Receive(new PhantomStudy(new StudyRecipe { Seed = seed, Images = 1, PatientId = $"T{seed}", PatientName = "Ce^Shi=" + name, AccessionNumber = made.Text("accessionNumber") }), "township-a");
        await technician.Until(Rest.Path(id), s => s.GetProperty("images").EnumerateArray().Sum(i => i.GetProperty("atCentre").GetInt32()) == 1);
        await Told(id, received: 4, notComing: 0);
        (await technician.Command(Rest.Path(id, "/complete"))).Text("phase").ShouldBe("acquired");
        return id;
    }

    private async Task Told(string id, int received, int notComing)
    {
        using var technician = await centre.As("tech-a");
        var uid = (await technician.Get(Rest.Path(id))).GetProperty("images")[0].Text("studyInstanceUid");
        await centre.Services.GetRequiredService<IGrainFactory>().GetGrain<IStudyGrain>(id).EdgeProgressed(
            new EdgeProgress(uid, received, 1, TimeProvider.System.GetUtcNow()) { Site = "township-a", NotComing = notComing });
    }

    private static JsonElement? Row(JsonElement list, string id) =>
        list.GetProperty("items").EnumerateArray().Where(row => row.Text("studyId") == id).Select(row => (JsonElement?)row).SingleOrDefault();
}
