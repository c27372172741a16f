using Regional.Actors;
using Regional.Grains.Tests.Hosting;
using Regional.Outcomes;
using Regional.Patients;
using Regional.Reading;
using Regional.Reports;
using Regional.Sites;
using Regional.Studies;
using Regional.Transitions;

namespace Regional.Grains.Tests.Rules;

/// <summary>Exams brought to each phase by the rules themselves.</summary>
internal static class Exams
{
    public static readonly DateTimeOffset Now = new(2026, 3, 2, 8, 0, 0, TimeSpan.Zero);
    public static readonly WorkflowClocks Clocks = new();
    public static readonly ReportText Text = new(null, "所见", "意见", true);
    public static readonly SignatureProof Proof = new("password", "DEMO-RD-0003");

    public static readonly Agreement Doubly =
        new(People.Centre, SigningPolicy.Double, ["senior"], TimeSpan.FromHours(2), TimeSpan.FromMinutes(30), TimeSpan.FromMinutes(15));

    public static readonly Agreement Singly = Doubly with { Signing = SigningPolicy.Single };

    public static Turn By(Actor who, string? reason = null) => new(who, reason, Now);

    public static T Ok<T>(this Outcome<T> outcome)
        where T : class
    {
        outcome.Failure.ShouldBeNull();
        return outcome.Value!;
    }

    public static StudyState Nothing => new() { StudyId = "study:X" };

    public static StudyState Requested(Priority priority = Priority.Routine) =>
        ExamRules.Submit(Nothing, By(People.Clinician), People.Request(priority: priority), Doubly, "QS2603020001").Ok();

    public static StudyState Accepted => ExamRules.Move(Requested(), ExamTransitions.Accept, By(People.Desk)).Ok();

    public static StudyState Scheduled => ExamRules.Schedule(Accepted, By(People.Desk), Now + TimeSpan.FromHours(1)).Ok();

    public static StudyState Arrived => ExamRules.Arrive(Accepted, By(People.Desk)).Ok();

    public static StudyState InRoom => ExamRules.Move(Arrived, ExamTransitions.Start, By(People.Technician)).Ok();

    public static StudyState Emergency => ExamRules.StartEmergency(
        Nothing, By(People.Technician), new EmergencyStart(People.Township, "pat:2", new PatientLabel("无名氏", "U", null), "头颅CT平扫", "CT", "HEAD", null),
        Doubly, "QS2603020002", Clocks.OwedWithin).Ok();

    /// <summary>Complete, with nothing at the centre yet.</summary>
    public static StudyState Acquired => ExamRules.Complete(InRoom, By(People.Technician), null).Ok();

    public static StudyState ReadyToRead => ImageRules.Arrive(Acquired, Batch(10), Doubly, Now);

    public static StudyState Unmatched => ImageRules.Arrive(Nothing, Batch(10), Doubly, Now);

    public static StudyState Claimed(StudyState waiting, Actor? reader = null, long? token = null) => ReportRules.ClaimGranted(
        waiting, new ClaimTicket(waiting.StudyId, token ?? waiting.Report.ClaimToken + 7, (reader ?? People.Reader).UserId, "R", Now, Now + Clocks.ClaimIdle), Now);

    public static StudyState Preliminary(StudyState waiting, Actor? author = null)
    {
        var claimed = Claimed(waiting, author);
        return ReportRules.SubmitPreliminary(claimed, By(author ?? People.Reader), claimed.Report.ClaimToken, Text).Ok();
    }

    public static StudyState UnderReview => ReviewRules.TakeReview(Preliminary(ReadyToRead), By(People.Senior)).Ok();

    public static StudyState Released => ReviewRules.Sign(UnderReview, By(People.Senior), Text, Proof, Doubly).Ok();

    public static ImagesArrived Batch(int total, string uid = "1.2.3", long sequence = 1, TimeSpan after = default) => new(
        "archive", sequence, People.Township, uid, total, 1, "CT", "A_CT1", new PatientLabel("ZHANG SAN", "M", null), "A1", null, "HEAD", "HEAD",
        Now + after, Now + after);
}
