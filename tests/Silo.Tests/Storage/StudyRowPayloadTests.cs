using System.Text.Json.Nodes;
using Regional.Patients;
using Regional.Projections;
using Regional.Silo.Storage;
using Regional.Studies;

namespace Regional.Silo.Tests.Storage;

/// <summary>Rows are stored as JSON: one that was written before a column was known is read all the same.</summary>
public sealed class StudyRowPayloadTests
{
    [Fact]
    public void A_row_written_before_it_knew_of_missing_images_misses_none()
    {
        var row = new StudyRow(
            "study:1", 1, "township-a", "expert", ExamPhase.ReadyToRead, default, new ExamFacts(default, default, default, default, default, default), default, null,
            new PatientLabel("", "O", null), null, null, "CT", null, null, ["2.25.1"], 8, 10, null, DateTimeOffset.UnixEpoch, null, null, null, null, null, null, null, null, 0,
            false, 0, [], NotComing: 2);
        Payload.Read<StudyRow>(Payload.Write(row)).NotComing.ShouldBe(2);

        var old = JsonNode.Parse(Payload.Write(row))!.AsObject();
        old.Remove(nameof(StudyRow.NotComing)).ShouldBeTrue();

        var read = Payload.Read<StudyRow>(old.ToJsonString());
        (read.NotComing, read.ImagesAtEdge).ShouldBe((0, 10));
    }
}
