using Regional.Actors;
using Regional.CriticalValues;
using Regional.Grains.Tests.Hosting;
using Regional.Outcomes;
using Regional.Patients;
using Regional.Studies;

namespace Regional.Grains.Tests.Actors;

/// <summary>Images find their exam, by themselves or by a person; nothing is lost on the way (X3).</summary>
public sealed class AttachTests : IAsyncLifetime
{
    private World world = null!;

    public async Task InitializeAsync() => world = await World.Start();

    public async Task DisposeAsync() => await world.DisposeAsync();

    private IStudyMatching Matching => (IStudyMatching)world.Cluster.GetSiloServiceProvider().GetService(typeof(IStudyMatching))!;

    [Fact]
    public async Task X3_a_technician_attaches_an_unmatched_study_to_an_open_exam()
    {
        var (unmatched, exam) = (await Unmatched(), await Open());

        var attached = (await world.Study(exam).Attach(People.Technician.Does(), unmatched)).Value!;

        attached.Phase.ShouldBe(ExamPhase.ReadyToRead);
        attached.Images.Single().AtCentre.ShouldBe(10);
        (await world.Study(unmatched).Get()).Value!.Phase.ShouldBe(ExamPhase.Cancelled);
        (await world.Keys.FindStudyInstanceUid("1.2.3", default)).ShouldBe(exam);
        await Eventually.Holds(async () => (await world.List.Entries()) is [var entry] && entry.StudyId == exam);
    }

    [Fact]
    public async Task Attaching_twice_is_attaching_once()
    {
        var (unmatched, exam) = (await Unmatched(), await Open());
        var command = People.Technician.Does();
        var first = (await world.Study(exam).Attach(command, unmatched)).Value!;
        (await world.Study(exam).Attach(command, unmatched)).Value!.Images.Length.ShouldBe(first.Images.Length);
        await Eventually.Holds(() => !world.Notes.Has(unmatched));
        (await world.Study(exam).Get()).Value!.History.Count(step => step.Event == "exam.attach").ShouldBe(1);

        var second = await Open();
        (await world.Study(second).Attach(People.Technician.Does(), unmatched)).Failure!.Code.ShouldBe(FailureCode.Conflict);
    }

    [Fact]
    public async Task A_crash_between_hand_over_and_write_is_healed_by_the_giver()
    {
        var (unmatched, exam) = (await Unmatched(), await Open());
        world.Keys.FailNextMove = new IOException("The database is away.");

        await Should.ThrowAsync<IOException>(() => world.Study(exam).Attach(People.Technician.Does(), unmatched));

        await Eventually.Holds(async () => (await world.Study(exam).Get()).Value!.Phase == ExamPhase.ReadyToRead);
        (await world.Keys.FindStudyInstanceUid("1.2.3", default)).ShouldBe(exam);
    }

    [Fact]
    public async Task Images_handed_over_to_an_exam_that_was_cancelled_meanwhile_are_unmatched_again()
    {
        var (unmatched, exam) = (await Unmatched(), await Open());
        (await world.Study(exam).Cancel(People.Desk.Does("重复"))).Succeeded.ShouldBeTrue();
        (await world.Study(unmatched).HandOver(People.Technician.Does(), exam)).Succeeded.ShouldBeTrue("as an attach did before its receiver crashed");

        await Eventually.Holds(async () => await world.Keys.FindStudyInstanceUid("1.2.3", default) is { } holder
            && holder != unmatched && (await world.Study(holder).Get()).Value is { Phase: ExamPhase.Unmatched, Images: [{ AtCentre: 10 }] });
    }

    [Fact]
    public async Task Stragglers_that_reach_the_old_study_come_to_the_exam()
    {
        var (unmatched, exam) = (await Unmatched(), await Open());
        await world.Study(exam).Attach(People.Technician.Does(), unmatched);
        await world.Study(unmatched).ImagesArrived(world.Batch("1.2.3", 12, sequence: 2));
        await Eventually.Holds(async () => (await world.Study(exam).Get()).Value!.Images.Single().AtCentre == 12);
    }

    [Fact]
    public async Task Rights_and_sites_hold_before_anything_is_given()
    {
        var (unmatched, exam) = (await Unmatched(), await Open());
        (await world.Study(exam).Attach(People.Stranger.Does(), unmatched)).Failure!.Code.ShouldBe(FailureCode.Forbidden);
        (await world.Study(exam).Attach(People.Technician.Does(), exam)).Failure!.Code.ShouldBe(FailureCode.NotFound);
        (await world.Study(exam).Attach(People.Technician.Does(), "study:none")).Failure!.Code.ShouldBe(FailureCode.NotFound);
        (await world.Study(unmatched).Attach(People.Technician.Does(), exam)).Failure!.Code.ShouldBe(FailureCode.WrongState);
        (await world.Study(unmatched).Get()).Value!.Phase.ShouldBe(ExamPhase.Unmatched);
    }

    [Fact]
    public async Task Two_exams_that_ask_each_other_at_once_are_both_refused_and_neither_waits()
    {
        var (a, b) = (await Open(), await Open());
        var both = await Task.WhenAll(
            world.Study(a).Attach(People.Technician.Does(), b), world.Study(b).Attach(People.Technician.Does(), a)).WaitAsync(TimeSpan.FromSeconds(10));
        both.ShouldAllBe(outcome => outcome.Failure!.Rule == "exam.attach.matched");
    }

    [Fact]
    public async Task Wrong_patient_takes_the_images_to_a_new_unmatched_study()
    {
        var (unmatched, exam) = (await Unmatched(), await Open());
        await world.Study(exam).Attach(People.Technician.Does(), unmatched);

        (await world.Study(exam).Detach(People.Quality.Does("错人"), "senior")).Value!.Images.ShouldBeEmpty();

        await Eventually.Holds(async () => await world.Keys.FindStudyInstanceUid("1.2.3", default) != exam);
        var holder = (await world.Keys.FindStudyInstanceUid("1.2.3", default))!;
        await Eventually.Holds(async () => (await world.Study(holder).Get()).Value?.Phase == ExamPhase.Unmatched);
        (await world.Study(holder).Get()).Value!.Images.Single().AtCentre.ShouldBe(10);
    }

    [Fact]
    public async Task An_open_alert_follows_the_images()
    {
        var (unmatched, exam) = (await Unmatched(), await Open());
        var critical = world.NewCritical(out var id);
        await critical.Suspect(People.Reader.Does(), new Suspicion(
            unmatched, "e", "急性颅内血肿", People.Township, People.Centre, "", TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(30), null));
        await Eventually.Holds(async () => (await world.Study(unmatched).Get()).Value!.CriticalValueIds.Contains(id));

        await world.Study(exam).Attach(People.Technician.Does(), unmatched);

        await Eventually.Holds(async () => (await critical.Get()).Value!.Suspicion.StudyId == exam);
        await Eventually.Holds(() => world.Projected.Study(exam)?.OpenCriticalValues == 1);
    }

    [Fact]
    [Trait("Requirement", "R4.3.2-2")]
    public async Task Images_with_the_accession_number_of_a_request_are_its_images()
    {
        var exam = await Open();
        var number = (await world.Study(exam).Get()).Value!.AccessionNumber;
        (await Matching.Route(world.Batch("7.7", 1, accession: number), default)).ShouldBe(exam);
        (await Matching.Route(world.Batch("7.7", 2), default)).ShouldBe(exam, "the UID is known from now on");
        (await Matching.Route(world.Batch("8.8", 1, accession: number, modality: "US"), default)).ShouldNotBe(exam, "another kind of device");
    }

    [Fact]
    public async Task Images_of_the_patient_on_that_kind_of_device_are_the_only_open_exams_images()
    {
        var patient = GrainKeys.NewPatient(world.Time);
        await world.Grains.GetGrain<IPatientGrain>(patient).Register(
            People.Desk.Does(), new Demographics("张三", null, "M", new DateOnly(1960, 5, 1), null, null, null, false), [new LocalId(People.Township, "A1")]);
        var exam = await Open(patient);
        await Eventually.Holds(() => world.Projected.Study(exam)?.Phase == ExamPhase.Accepted);
        await Eventually.Holds(async () => await world.Projected.ByLocalId(People.Township, "A1", default) is not null);

        (await Matching.Route(world.Batch("7.7", 1, localId: "A1"), default)).ShouldBe(exam);

        var second = await Open(patient);
        await Eventually.Holds(() => world.Projected.Study(second)?.Phase == ExamPhase.Accepted);
        var ambiguous = await Matching.Route(world.Batch("9.9", 1, localId: "A1"), default);
        ambiguous.ShouldNotBe(exam);
        ambiguous.ShouldNotBe(second);
    }

    [Fact]
    public async Task A_local_id_belongs_to_one_person()
    {
        var person = new Demographics("张三", null, "M", null, null, null, null, false);
        var first = world.Grains.GetGrain<IPatientGrain>(GrainKeys.NewPatient(world.Time));
        (await first.Register(People.Desk.Does(), person, [new LocalId(People.Township, "7")])).Succeeded.ShouldBeTrue();
        await Eventually.Holds(async () => await world.Projected.ByLocalId(People.Township, "7", default) is not null);
        var second = world.Grains.GetGrain<IPatientGrain>(GrainKeys.NewPatient(world.Time));
        (await second.Register(People.Desk.Does(), person, [new LocalId(People.Township, "7")])).Failure!.Code.ShouldBe(FailureCode.Conflict);
        (await second.Register(People.Stranger.Does(), person, [new LocalId("township-b", "7")])).Succeeded.ShouldBeTrue("another issuer");
    }

    private async Task<string> Unmatched()
    {
        var id = await Matching.Route(world.Batch("1.2.3", 10), default);
        await world.Study(id).ImagesArrived(world.Batch("1.2.3", 10));
        return id;
    }

    private async Task<string> Open(string patient = "pat:1")
    {
        var grain = world.NewStudy(out var id);
        (await grain.Submit(People.Clinician.Does(), People.Request() with { PatientId = patient })).Succeeded.ShouldBeTrue();
        (await grain.Accept(Actor.System.Does())).Succeeded.ShouldBeTrue();
        return id;
    }
}
