using System.Collections.Immutable;
using Regional.Patients;
using Regional.Projections;

namespace Regional.Portal.Patients;

/// <summary>A patient as a search shows them.</summary>
/// <param name="LocalIds">Of the sites that the caller may see, and no others.</param>
/// <param name="Masked">Nobody here knows this person; the exact national id found them. Enough to recognise who stands at the desk, no more.</param>
public sealed record PatientHit(string PatientId, Demographics Demographics, ImmutableArray<LocalId> LocalIds, bool Masked)
{
    internal static PatientHit Of(PatientRow row, ImmutableArray<string>? sites) =>
        new(row.PatientId, row.Demographics, Of(row.LocalIds, sites), false);

    internal static PatientHit OfStranger(PatientRow row) => new(
        row.PatientId,
        new Demographics(Mask(row.Demographics.Name), null, row.Demographics.Sex, row.Demographics.BirthDate, null, null, null, row.Demographics.Provisional),
        [],
        true);

    internal static ImmutableArray<LocalId> Of(ImmutableArray<LocalId> localIds, ImmutableArray<string>? sites) =>
        sites is { } some ? localIds.RemoveAll(id => !some.Contains(id.Issuer)) : localIds;

    private static string Mask(string name) => name.Length == 0 ? name : name[..1] + new string('*', name.Length - 1);
}
