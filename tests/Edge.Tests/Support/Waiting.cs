using FellowOakDicom;
using FellowOakDicom.Network;
using Google.Protobuf.WellKnownTypes;
using Regional.Edge.Worklist;
using Regional.Link.V1;

namespace Regional.Edge.Tests.Support;

/// <summary>Exams that wait at an edge, and how a modality asks for them.</summary>
internal static class Waiting
{
    public static WorklistEntry Exam(string number, string station = "", string modality = "CT", string name = "张三", string pinyin = "Zhang San", TimeSpan? from = null) => new()
    {
        StudyId = "study:" + number, AccessionNumber = number, StudyInstanceUid = "2.25." + (uint)number.GetHashCode(StringComparison.Ordinal), PatientId = "P" + number,
        PatientIdIssuer = EdgeUnderTest.Site, PatientName = name, PatientPinyin = pinyin, PatientSex = "F", PatientBirthDate = "19700203", Item = "头颅CT平扫",
        Modality = modality, BodyPart = "HEAD", StationAe = station, Starts = Timestamp.FromDateTimeOffset(TimeProvider.System.GetUtcNow() + (from ?? TimeSpan.Zero)),
        Purpose = "头痛三天", Flags = { "青霉素过敏" },
    };

    public static WorklistUpdate All(params WorklistEntry[] entries) =>
        new() { Site = EdgeUnderTest.Site, Epoch = "e1", Version = 1, Snapshot = true, Last = true, Entries = { entries } };

    /// <summary>As if the centre had told the edge.</summary>
    public static void Wait(this EdgeUnderTest edge, params WorklistEntry[] entries) => edge.Get<WorklistStore>().Take(All(entries)).ShouldNotBeNull().Version.ShouldBe(1UL);

    /// <summary>What a modality asks, with keys of the exam and keys of its scheduled step.</summary>
    public static DicomCFindRequest Query(IEnumerable<(DicomTag Tag, string Value)> exam, IEnumerable<(DicomTag Tag, string Value)> step, string charset = "ISO_IR 192")
    {
        var request = DicomCFindRequest.CreateWorklistQuery();
        request.Dataset.AddOrUpdate(DicomTag.SpecificCharacterSet, charset.Split('\\'));
        foreach (var (tag, value) in exam)
            request.Dataset.AddOrUpdate(tag, value.Split('\\'));
        var item = request.Dataset.GetSequence(DicomTag.ScheduledProcedureStepSequence).Items[0];
        foreach (var (tag, value) in step)
            item.AddOrUpdate(tag, value.Split('\\'));
        return request;
    }

    public static async Task<string[]> NumbersAsync(this EdgeUnderTest edge, string callingAe, DicomCFindRequest? query = null)
    {
        var answers = await edge.FindAsync(query ?? Query([], []), callingAe);
        answers[^1].Status.Code.ShouldBe((ushort)0);
        return [.. answers.Values(DicomTag.AccessionNumber)];
    }

    public static string Device(string ae, string worklist, string modality = "CT", string room = "R1", string address = "127.0.0.1") =>
        $"{{ ae-title: {ae}, name: {ae}, modality: {modality}, room: {room}, address: {address}{(worklist.Length == 0 ? "" : $", worklist: {{ {worklist} }}")} }}";
}
