namespace Regional.Actors;

/// <summary>Roles of people (pages.md). A person holds one or more, always at one site.</summary>
public static class Role
{
    public const string Desk = "desk";
    public const string Technician = "technician";
    public const string Nurse = "nurse";
    public const string Sonographer = "sonographer";
    public const string Clinician = "clinician";
    public const string DutyDoctor = "duty";
    public const string Trainee = "trainee";
    public const string Reader = "reader";
    public const string Senior = "senior";
    public const string Coordinator = "coordinator";
    public const string Quality = "quality";
    public const string Administrator = "administrator";

    /// <summary>Roles that may write a report.</summary>
    public static readonly string[] Reporting = [Trainee, Reader, Senior, DutyDoctor];

    /// <summary>Roles at the capturing site that answer a critical value (R7.1.3-3).</summary>
    public static readonly string[] Answering = [Nurse, Clinician, DutyDoctor];
}
