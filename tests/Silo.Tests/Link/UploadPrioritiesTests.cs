using System.Threading.Channels;
using Regional.Link.V1;
using Regional.Patients;
using Regional.Projections;
using Regional.Silo.Link;
using Regional.Studies;

namespace Regional.Silo.Tests.Link;

/// <summary>An exam that is urgent, or becomes so while its images wait at the edge, is sent first (R4.2.3-3).</summary>
[Trait("Requirement", "R4.2.3-3")]
public sealed class UploadPrioritiesTests
{
    private readonly LinkSessions _sessions = new();
    private readonly Projection _studies = new();
    private readonly Channel<CentreOrder> _orders;
    private readonly UploadPriorities _priorities;

    public UploadPrioritiesTests()
    {
        _orders = _sessions.Open("township-a");
        _priorities = new UploadPriorities(_sessions, _studies, "township-a");
    }

    [Fact]
    public async Task Urgent_exam_is_ordered_once_and_again_when_it_changes()
    {
        _studies.Priority = Studies.Priority.Emergency;
        _priorities.Follow("2.25.1", "study:1", behind: true);
        await _priorities.Order(default);
        await _priorities.Order(default);
        Ordered().ShouldBe([("2.25.1", Regional.Link.V1.Priority.Emergency)]);

        _studies.Priority = Studies.Priority.Routine;
        await _priorities.Order(default);
        Ordered().ShouldBe([("2.25.1", Regional.Link.V1.Priority.Routine)]);
    }

    [Fact]
    public async Task Routine_exam_is_not_ordered_until_it_becomes_urgent()
    {
        _studies.Priority = Studies.Priority.Routine;
        _priorities.Follow("2.25.1", "study:1", behind: true);
        await _priorities.Order(default);
        Ordered().ShouldBeEmpty();
        _studies.Priority = Studies.Priority.Urgent;
        await _priorities.Order(default);
        Ordered().ShouldBe([("2.25.1", Regional.Link.V1.Priority.Urgent)]);
    }

    [Fact]
    public async Task Exam_whose_images_have_all_come_is_left_alone()
    {
        _studies.Priority = Studies.Priority.Emergency;
        _priorities.Follow("2.25.1", "study:1", behind: true);
        _priorities.Follow("2.25.1", "study:1", behind: false);
        await _priorities.Order(default);
        Ordered().ShouldBeEmpty();
    }

    private List<(string, Regional.Link.V1.Priority)> Ordered()
    {
        List<(string, Regional.Link.V1.Priority)> orders = [];
        while (_orders.Reader.TryRead(out var order))
            orders.Add((order.Prioritise.StudyInstanceUid, order.Prioritise.Priority));
        return orders;
    }

    private sealed class Projection : IStudyReader
    {
        public Studies.Priority Priority { get; set; }

        public Task<Page<StudyRow>> Find(StudyQuery query, CancellationToken cancellation) => Task.FromResult(new Page<StudyRow>([], null));

        public Task<StudyRow?> Get(string studyId, CancellationToken cancellation) => Task.FromResult<StudyRow?>(new StudyRow(
            studyId, 1, "township-a", "expert", ExamPhase.Unmatched, default, new ExamFacts(default, default, default, default, default, default), Priority, null,
            new PatientLabel("", "O", null), null, null, "CT", null, null, ["2.25.1"], 1, 10, null, DateTimeOffset.UnixEpoch, null, null, null, null, null, null, null, null, 0,
            false, 0, []));
    }
}
