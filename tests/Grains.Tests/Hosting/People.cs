using Regional.Actors;
using Regional.Studies;

namespace Regional.Grains.Tests.Hosting;

/// <summary>The people of the demo region.</summary>
internal static class People
{
    public const string Township = "township-a";
    public const string Centre = "expert";

    public static readonly Actor Desk = At(Township, "desk-a", Role.Desk);
    public static readonly Actor Technician = At(Township, "tech-a", Role.Technician);
    public static readonly Actor Nurse = At(Township, "nurse-a", Role.Nurse);
    public static readonly Actor Clinician = At(Township, "clinician-a", Role.Clinician);
    public static readonly Actor SiteDuty = At(Township, "duty-a", Role.DutyDoctor);
    public static readonly Actor Trainee = At(Centre, "trainee", Role.Trainee);
    public static readonly Actor Reader = At(Centre, "reader", Role.Reader, Role.DutyDoctor);
    public static readonly Actor Reader2 = At(Centre, "reader2", Role.Reader);
    public static readonly Actor Senior = At(Centre, "senior", Role.Senior, Role.Reader);
    public static readonly Actor Senior2 = At(Centre, "senior2", Role.Senior);
    public static readonly Actor Quality = At(Centre, "qc", Role.Quality);
    public static readonly Actor Stranger = At("township-b", "tech-b", Role.Technician, Role.Desk, Role.Nurse, Role.Clinician);

    private static int drawn;

    public static Actor At(string site, string user, params string[] roles) => new(user, user.ToUpperInvariant(), site, [.. roles]);

    /// <summary>A new intention of this person.</summary>
    public static Command Does(this Actor by, string? reason = null, long? seen = null) =>
        new($"cmd-{Interlocked.Increment(ref drawn)}", by, reason, seen);

    public static ExamRequest Request(string modality = "CT", Priority priority = Priority.Routine, string? accession = null, string? station = null) => new(
        Township, "pat:1", new Patients.PatientLabel("张三", "M", new DateOnly(1960, 5, 1)), accession, "头颅CT平扫", modality, "HEAD", null, priority,
        "头痛", null, null, [], station);
}
