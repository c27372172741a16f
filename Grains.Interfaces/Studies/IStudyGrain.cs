using Orleans;
using Orleans.Concurrency;
using Regional.Actors;
using Regional.Outcomes;
using Regional.Patients;
using Regional.Reading;
using Regional.Reports;

namespace Regional.Studies;

/// <summary>
/// One exam from request to released report, keyed by <c>study:</c> ULID. Accession numbers and StudyInstanceUIDs are attributes of it.
/// Every command answers with the snapshot that it made, or with the failure that changed nothing; a repeated command id answers the same again.
/// Transitions: workflow.md, Exam and Report.
/// </summary>
[Alias("regional.IStudyGrain")]
public interface IStudyGrain : IGrainWithStringKey
{
    /// <summary>The exam as last written; answered also while a command is under way, so that two exams may look at each other.</summary>
    [AlwaysInterleave, Alias("Get")] Task<Outcome<StudySnapshot>> Get();

    // Exam
    [Alias("Submit")] Task<Outcome<StudySnapshot>> Submit(Command command, ExamRequest request);
    [Alias("StartEmergency")] Task<Outcome<StudySnapshot>> StartEmergency(Command command, EmergencyStart start);
    [Alias("Accept")] Task<Outcome<StudySnapshot>> Accept(Command command);
    [Alias("ReturnRequest")] Task<Outcome<StudySnapshot>> ReturnRequest(Command command);
    [Alias("Resubmit")] Task<Outcome<StudySnapshot>> Resubmit(Command command, ExamRequest request);
    [Alias("Schedule")] Task<Outcome<StudySnapshot>> Schedule(Command command, DateTimeOffset at);
    [Alias("Restore")] Task<Outcome<StudySnapshot>> Restore(Command command);
    [Alias("Arrive")] Task<Outcome<StudySnapshot>> Arrive(Command command);
    [Alias("Start")] Task<Outcome<StudySnapshot>> Start(Command command);
    [Alias("Replan")] Task<Outcome<StudySnapshot>> Replan(Command command);
    [Alias("Abort")] Task<Outcome<StudySnapshot>> Abort(Command command);
    [Alias("Cancel")] Task<Outcome<StudySnapshot>> Cancel(Command command);
    [Alias("Complete")] Task<Outcome<StudySnapshot>> Complete(Command command, int? imagesExpected);

    /// <summary>Reading does not wait any longer for images that the edge has reported and that do not come; with a reason.</summary>
    [Alias("ReadAnyway")] Task<Outcome<StudySnapshot>> ReadAnyway(Command command);
    [Alias("Retake")] Task<Outcome<StudySnapshot>> Retake(Command command);
    [Alias("Grade")] Task<Outcome<StudySnapshot>> Grade(Command command, ImageGrade grade);
    [Alias("SupplyOwed")] Task<Outcome<StudySnapshot>> SupplyOwed(Command command, ExamRequest request);
    [Alias("SettleFee")] Task<Outcome<StudySnapshot>> SettleFee(Command command, FeeFact fee);
    [Alias("ConfirmIdentity")] Task<Outcome<StudySnapshot>> ConfirmIdentity(Command command, string patientId, PatientLabel patient);
    [Alias("JudgeAdditional")] Task<Outcome<StudySnapshot>> JudgeAdditional(Command command, bool relevant);

    // Images
    [Alias("ImagesArrived")] Task ImagesArrived(ImagesArrived batch);
    [Alias("EdgeProgressed")] Task EdgeProgressed(EdgeProgress progress);

    /// <summary>What a device says it did; applied once by (source, sequence).</summary>
    [Alias("StepPerformed")] Task StepPerformed(PerformedStep step);

    /// <summary>Gives this exam the images of an unmatched study. The unmatched one is asked to hand over, and ends.</summary>
    [Alias("Attach")] Task<Outcome<StudySnapshot>> Attach(Command command, string unmatchedStudyId);

    /// <summary>The other side of <see cref="Attach"/>, called grain to grain: an unmatched study gives up its images, once, to one exam.</summary>
    [Alias("HandOver")] Task<Outcome<HandOver>> HandOver(Command command, string toStudyId);

    /// <summary>Wrong patient: a steward and a second person take the images off; the report is recalled and an unmatched study holds them again.</summary>
    [Alias("Detach")] Task<Outcome<StudySnapshot>> Detach(Command command, string secondPersonUserId);

    /// <summary>Takes back images that <see cref="Detach"/> took off another exam; called grain to grain on a new unmatched study.</summary>
    [Alias("Adopt")] Task<Outcome<StudySnapshot>> Adopt(Command command, HandOver images);

    // Report
    /// <summary>
    /// The reading list granted or prolonged this claim. Applied once by token, so whoever has just obtained a ticket may hand it over as
    /// well (<see cref="ReadingClaims.ClaimStudy"/>): the list's own delivery comes after the answer to the reader.
    /// </summary>
    [Alias("ClaimGranted")] Task ClaimGranted(ClaimTicket ticket);
    [Alias("ClaimEnded")] Task ClaimEnded(long token, string why);
    [Alias("SaveDraft")] Task<Outcome<StudySnapshot>> SaveDraft(Command command, long claimToken, ReportText text);
    [Alias("SubmitTraineeDraft")] Task<Outcome<StudySnapshot>> SubmitTraineeDraft(Command command, long claimToken, ReportText text);
    [Alias("SubmitPreliminary")] Task<Outcome<StudySnapshot>> SubmitPreliminary(Command command, long claimToken, ReportText text);
    [Alias("PublishProvisional")] Task<Outcome<StudySnapshot>> PublishProvisional(Command command);
    [Alias("TakeReview")] Task<Outcome<StudySnapshot>> TakeReview(Command command);
    [Alias("ReturnReport")] Task<Outcome<StudySnapshot>> ReturnReport(Command command, ReportText? markedText);
    [Alias("Dispute")] Task<Outcome<StudySnapshot>> Dispute(Command command);
    /// <summary>The consult's opinion on a disputed report: it goes back under review.</summary>
    [Alias("ReceiveOpinion")] Task<Outcome<StudySnapshot>> ReceiveOpinion(Command command, string opinion);
    [Alias("Sign")] Task<Outcome<StudySnapshot>> Sign(Command command, ReportText text, SignatureProof proof);
    [Alias("Addendum")] Task<Outcome<StudySnapshot>> Addendum(Command command, string text, SignatureProof proof);
    [Alias("RequestCorrection")] Task<Outcome<StudySnapshot>> RequestCorrection(Command command);
    [Alias("RefuseCorrection")] Task<Outcome<StudySnapshot>> RefuseCorrection(Command command);
    [Alias("AcceptCorrection")] Task<Outcome<StudySnapshot>> AcceptCorrection(Command command, bool reread);

    // Critical values and delivery
    [Alias("CriticalValueChanged")] Task CriticalValueChanged(string criticalValueId, bool open);

    /// <summary>Sends what was written but not yet delivered; the sweeper calls it after a restart (design rule 8).</summary>
    [Alias("Deliver")] Task Deliver();
}

/// <summary>Images that change hands between two exams, with what was written about them.</summary>
/// <param name="Report">The giving exam's report as it stood; the receiver goes on from it where it has none of its own.</param>
/// <param name="CriticalValueIds">Open alerts about these images.</param>
[GenerateSerializer, Immutable, Alias("regional.HandOver")]
public sealed record HandOver(
    [property: Id(0)] string FromStudyId,
    [property: Id(1)] System.Collections.Immutable.ImmutableArray<ImageSet> Images,
    [property: Id(2)] PatientLabel Evidence,
    [property: Id(3)] string? PatientLocalId,
    [property: Id(4)] string Site,
    [property: Id(5)] ReportSnapshot? Report,
    [property: Id(6)] System.Collections.Immutable.ImmutableArray<string> CriticalValueIds);
