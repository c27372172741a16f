using System.Collections.Immutable;
using Regional.Actors;
using Regional.Transitions;

namespace Regional.Studies;

/// <summary>Who may do what changes facts of an exam but not its phase; phases have <see cref="ExamTransitions"/>.</summary>
internal static class Rights
{
    public static readonly ImmutableArray<Doer> Grade =
        [.. Doer.AtSite(Role.Technician, Role.Sonographer), .. Doer.AtCentre(Role.Reader, Role.Senior), .. Doer.Anywhere(Role.Quality)];

    public static readonly ImmutableArray<Doer> SupplyRequest = [.. Doer.AtSite(Role.Clinician, Role.Desk, Role.Technician), Doer.System];

    public static readonly ImmutableArray<Doer> SettleFee = [.. Doer.AtSite(Role.Desk), Doer.System];

    public static readonly ImmutableArray<Doer> ConfirmIdentity = Doer.AtSite(Role.Desk, Role.Technician, Role.Sonographer, Role.Nurse);

    public static readonly ImmutableArray<Doer> JudgeAdditional = Doer.AtCentre(Role.Reader, Role.Senior);

    public static bool Permit(this ImmutableArray<Doer> doers, Actor actor, StudyState state) =>
        doers.Any(doer => doer.Permits(actor, state.Site, state.ReadingCentre));
}
