using Orleans;
using Regional.Imaging;
using Regional.Imaging.Capture;
using Regional.Imaging.Packs;
using Regional.Outcomes;
using Regional.Patients;
using Regional.Portal.Accounts;
using Regional.Portal.Hosting;
using Regional.Projections;
using Regional.Studies;

namespace Regional.Portal.Capture;

/// <summary>A file that became an image of an exam.</summary>
/// <param name="StudyInstanceUid">The exam's study of captures.</param>
/// <param name="Kind">What the file was: jpeg, png, bmp, pdf or mp4.</param>
public sealed record CapturedImage(string StudyInstanceUid, string SeriesInstanceUid, string SopInstanceUid, string Modality, CaptureKind Kind);

/// <summary>What a page says of a file beside its bytes.</summary>
/// <param name="Session">ULID of the sitting: what is captured in one makes a series.</param>
/// <param name="Number">Place in it, from 1.</param>
/// <param name="ByCamera">Taken with the page's own camera, else a file that was chosen.</param>
internal sealed record CaptureOccasion(string Session, int Number, bool ByCamera);

/// <summary>
/// Converts a file for an exam and stores it at the centre as an image of the exam's site (R4.2.4-1, R4.2.4-2): index and outbox as for an image that an edge
/// sends, so that it joins the exam. Captures have a StudyInstanceUID of their own per exam: what an edge counts of the modality's study stays comparable
/// with what the centre holds of it.
/// </summary>
internal sealed class CaptureDesk(
    IGrainFactory grains, ImageArchive archive, IStudyKeys keys, PortalOptions options, TimeProvider time)
    : IDisposable
{
    public const string RulePrefix = "capture.";

    /// <summary>A UID that went to another exam with its images is not taken back; then the next one is.</summary>
    private const int MostStudies = 8;

    /// <summary>A picture may take 100 MB to unpack.</summary>
    private readonly SemaphoreSlim _converting = new(2);

    /// <summary>From when the patient stands there; later images are told to the reader as 追加影像 (workflow.md 4).</summary>
    public static bool TakesCaptures(ExamPhase phase) =>
        phase is ExamPhase.Arrived or ExamPhase.InRoom or ExamPhase.Acquired or ExamPhase.ReadyToRead or ExamPhase.Reported or ExamPhase.Closed;

    public async Task<Outcome<CapturedImage>> Store(StudySnapshot exam, CaptureOccasion occasion, Stream file, CancellationToken cancellation)
    {
        if (await StudyUid(exam, cancellation) is not { } studyUid)
            return Failure.Of(FailureCode.Conflict, RulePrefix + "study");
        var subject = await Subject(exam, studyUid, occasion);
        await _converting.WaitAsync(cancellation);
        try
        {
            using var arrival = archive.Buffers.Rent();
            return CaptureConverter.Convert(file, subject, arrival) switch
            {
                CaptureResult.Converted made => await Store(exam, subject, made, arrival, cancellation),
                CaptureResult.Refused refused => Failure.Of(FailureCode.Invalid, RulePrefix + refused.Rule),
                _ => throw new InvalidOperationException("A conversion ends in one of two ways."),
            };
        }
        finally
        {
            _converting.Release();
        }
    }

    public void Dispose() => _converting.Dispose();

    private async Task<Outcome<CapturedImage>> Store(
        StudySnapshot exam, CaptureSubject subject, CaptureResult.Converted made, ArrivalStream arrival, CancellationToken cancellation)
    {
        var image = new CapturedImage(made.StudyUid, made.SeriesUid, made.SopInstanceUid, made.Modality, made.Kind);
        // Sent again after an answer that was lost: it is there, whatever the clock says by now.
        if (await archive.Index.GetInstanceAsync(made.SopInstanceUid, cancellation) is { } known)
            return image with { SeriesInstanceUid = known.SeriesUid };
        var result = await archive.StoreAsync(
            new ReceivedInstance(
                made.StudyUid, made.SeriesUid, made.SopInstanceUid, made.SopClassUid, made.TransferSyntaxUid, subject.Station.Name, exam.Site, time.GetUtcNow()),
            arrival, cancellation);
        return result switch
        {
            StoreResult.Stored or StoreResult.Duplicate => image,
            StoreResult.OutOfResources => Failure.Of(FailureCode.PolicyRefused, RulePrefix + "out-of-resources"),
            _ => Failure.Of(FailureCode.Conflict, RulePrefix + "conflict"),
        };
    }

    private async Task<string?> StudyUid(StudySnapshot exam, CancellationToken cancellation)
    {
        for (var n = 0; n < MostStudies; n++)
        {
            var uid = CaptureUid.Of("study", exam.StudyId, $"captures-{n}");
            if (await keys.ResolveStudyInstanceUid(uid, exam.StudyId, cancellation) == exam.StudyId)
                return uid;
        }

        return null;
    }

    private async Task<CaptureSubject> Subject(StudySnapshot exam, string studyUid, CaptureOccasion occasion)
    {
        var at = time.GetUtcNow().ToOffset(options.Cluster.Options.Clocks.LocalOffset);
        var person = exam.PatientId is { } id ? (await grains.GetGrain<IPatientGrain>(id).Get()).Value : null;
        var request = exam.Request;
        return new CaptureSubject
        {
            Patient = Patient(exam, person),
            Exam = new CapturedExam(
                studyUid, exam.AccessionNumber ?? "", exam.Site, request?.Item ?? "", request?.BodyPart, request?.Side,
                exam.History.IsEmpty ? at : exam.History[0].At.ToOffset(at.Offset)),
            Station = new CaptureStation(
                occasion.ByCamera ? "CAMERA" : "UPLOAD", options.Cluster.Site(exam.Site)?.Name ?? "", Modality(request?.Modality, occasion), occasion.ByCamera ? "DI" : "WSD"),
            Session = occasion.Session,
            SeriesDescription = occasion.ByCamera ? "现场拍摄" : "上传资料",
            Number = occasion.Number,
            CapturedAt = at,
        };
    }

    /// <summary>By the hospital's own number where it has given one, else by the region's.</summary>
    private CapturedPatient Patient(StudySnapshot exam, PatientSnapshot? person)
    {
        var local = person?.LocalIds.FirstOrDefault(known => known.Issuer == exam.Site);
        var (number, issuer) = local is not null ? (local.Value, local.Issuer) : (exam.PatientId?["pat:".Length..] ?? "", options.Cluster.Options.Service);
        return new CapturedPatient(number, issuer, exam.Patient.Name, person?.Demographics.Pinyin, exam.Patient.Sex, exam.Patient.BirthDate);
    }

    /// <summary>Where the exam's own device makes pictures in the light, so do these; else a camera makes photographs, and a file is whatever it is.</summary>
    private static string Modality(string? exam, CaptureOccasion occasion) => exam is "US" or "ES" or "GM" or "XC" ? exam : occasion.ByCamera ? "XC" : "OT";
}
