using Microsoft.AspNetCore.Builder;
using Regional.Actors;

namespace Regional.Portal.Access;

/// <summary>
/// Who may knock at which endpoint. The grain asks again, and more exactly: which role at which of the two sites, in which state. These sets
/// are the union of what a grain may allow, so that a stranger to the job is turned away at the door.
/// </summary>
internal static class Can
{
    public static readonly string[] Anybody =
    [
        Role.Desk, Role.Technician, Role.Nurse, Role.Sonographer, Role.Clinician, Role.DutyDoctor, Role.Trainee, Role.Reader, Role.Senior,
        Role.Coordinator, Role.Quality, Role.Administrator,
    ];

    public static readonly string[] Request = [Role.Clinician, Role.Desk, Role.Technician, Role.Sonographer];
    public static readonly string[] Emergency = [Role.Desk, Role.Technician, Role.Sonographer, Role.Nurse];
    public static readonly string[] Desk = [Role.Desk];
    public static readonly string[] Receive = [Role.Desk, Role.Technician, Role.Sonographer];
    public static readonly string[] Book = [.. Request, Role.Nurse];
    public static readonly string[] Image = [Role.Technician, Role.Sonographer];
    public static readonly string[] ImageOrNurse = [.. Image, Role.Nurse];
    public static readonly string[] Retake = [.. Image, Role.Reader, Role.Senior];
    public static readonly string[] Cancel = [Role.Clinician, Role.Desk];
    public static readonly string[] Grade = [.. Image, Role.Reader, Role.Senior, Role.Quality];
    public static readonly string[] Identify = [Role.Desk, Role.Technician, Role.Sonographer, Role.Nurse];
    public static readonly string[] Attach = [.. Image, Role.Quality, Role.Administrator];
    public static readonly string[] Steward = [Role.Quality, Role.Administrator];
    public static readonly string[] Read = [Role.Reader, Role.Senior];

    public static readonly string[] Write = Role.Reporting;
    public static readonly string[] Diagnose = [Role.Reader, Role.Senior, Role.DutyDoctor];
    public static readonly string[] Train = [Role.Trainee];
    public static readonly string[] Duty = [Role.DutyDoctor];
    public static readonly string[] Review = [Role.Senior];
    public static readonly string[] AskCorrection = [Role.Clinician, Role.Desk, Role.Reader, Role.Senior];

    public static readonly string[] Suspect = [Role.Technician, Role.Sonographer, .. Role.Reporting];
    public static readonly string[] Answer = Role.Answering;
    public static readonly string[] Call = [.. Role.Reporting, Role.Nurse, Role.Clinician];
    public static readonly string[] Act = [Role.Clinician, Role.DutyDoctor];
    public static readonly string[] Register = [.. Request, Role.Nurse];
    public static readonly string[] FindPatients = [.. Register, .. Role.Reporting, .. Steward];
    public static readonly string[] Service = [Role.Technician, Role.Sonographer, Role.Administrator];

    /// <summary>Declares the roles of an endpoint; an endpoint without a declaration is open to nobody (fallback policy).</summary>
    public static TBuilder For<TBuilder>(this TBuilder endpoint, string[] roles)
        where TBuilder : IEndpointConventionBuilder =>
        endpoint.RequireAuthorization(policy => policy.RequireAuthenticatedUser().RequireRole(roles)).WithMetadata(new RolesAllowed(roles));
}

/// <summary>Metadata of an endpoint: the roles that may knock.</summary>
internal sealed record RolesAllowed(string[] Roles);
