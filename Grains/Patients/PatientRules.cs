using System.Collections.Immutable;
using Regional.Actors;
using Regional.Outcomes;
using Regional.Transitions;

namespace Regional.Patients;

/// <summary>
/// Identity of a resident (R4.2.3-1). A local id belongs to its issuer, and only the issuer's own people give it: an id taken for another
/// hospital would catch that hospital's images. The same issuer may give a person several (cards get lost).
/// </summary>
internal static class PatientRules
{
    private static readonly ImmutableArray<string> Registering =
        [Role.Desk, Role.Technician, Role.Sonographer, Role.Nurse, Role.Clinician, Role.DutyDoctor];

    public static Outcome<PatientState> Register(PatientState state, Turn turn, Demographics demographics, ImmutableArray<LocalId> localIds)
    {
        if (state.Demographics is not null) return Failure.Of(FailureCode.WrongState, "patient.register");
        var ids = localIds.IsDefault ? [] : localIds;
        return Permitted(state, turn, "patient.register")
            .Then(_ => Checked(demographics, ids))
            .Then(person => Own(person, turn, ids))
            .Then<Demographics, PatientState>(checkedOnes => (state with { Demographics = checkedOnes, LocalIds = [.. ids.Distinct()] })
                .Stepped(turn, "patient.register"));
    }

    public static Outcome<PatientState> Correct(PatientState state, Turn turn, Demographics demographics) =>
        Permitted(state, turn, "patient.correct")
            .Then(_ => Checked(demographics, []))
            .Then<Demographics, PatientState>(corrected => (state with { Demographics = corrected }).Stepped(turn, "patient.correct"));

    public static Outcome<PatientState> AddLocalId(PatientState state, Turn turn, LocalId localId)
    {
        if (state.LocalIds.Contains(localId)) return state;
        return Permitted(state, turn, "patient.add-local-id")
            .Then(_ => Checked(state.Demographics!, [localId]))
            .Then(person => Own(person, turn, [localId]))
            .Then<Demographics, PatientState>(_ => (state with { LocalIds = state.LocalIds.Add(localId) }).Stepped(turn, "patient.add-local-id"));
    }

    private static Outcome<PatientState> Permitted(PatientState state, Turn turn, string rule) =>
        BySystem(turn) || Registering.Any(turn.By.Is) ? state : Failure.Of(FailureCode.Forbidden, rule);

    private static Outcome<Demographics> Own(Demographics person, Turn turn, ImmutableArray<LocalId> ids) =>
        BySystem(turn) || ids.All(id => id.Issuer == turn.By.Site) ? person : Failure.Of(FailureCode.Forbidden, "patient.local-id.issuer");

    private static bool BySystem(Turn turn) => turn.By.UserId == Actor.System.UserId;

    /// <summary>A provisional person (无名氏) may lack everything but a name to call them by.</summary>
    private static Outcome<Demographics> Checked(Demographics person, ImmutableArray<LocalId> ids)
    {
        var faults = ImmutableArray.CreateBuilder<FieldFault>();
        if (string.IsNullOrWhiteSpace(person.Name)) faults.Add(new FieldFault("name", "required"));
        if (person.Sex is not ("M" or "F" or "O" or "U")) faults.Add(new FieldFault("sex", "known"));
        if (ids.Any(id => string.IsNullOrWhiteSpace(id.Issuer) || string.IsNullOrWhiteSpace(id.Value))) faults.Add(new FieldFault("localIds", "issuerAndValue"));
        return faults.Count == 0 ? person : new Failure(FailureCode.Invalid, "patient", null, faults.ToImmutable());
    }
}
