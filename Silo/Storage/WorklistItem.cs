using Regional.Projections;

namespace Regional.Silo.Storage;

/// <summary>A row of the worklist as it is kept and sent: the exam, with what the patient's own row adds.</summary>
/// <param name="PatientNumber">The site's own number of the patient where it has one, else the region's.</param>
/// <param name="Issuer">Who gave that number: a site's code, or <c>regional</c>.</param>
internal sealed record WorklistItem(WorklistRow Exam, string PatientNumber, string Issuer, string? Pinyin)
{
    private const string Regional = "regional";

    public static WorklistItem Of(WorklistRow row, PatientRow? patient)
    {
        // What is sent does not change with the version alone.
        var item = new WorklistItem(row with { Version = 0 }, row.PatientId ?? "", Regional, null);
        return patient is null ? item : item.With(row.Site, patient);
    }

    public WorklistItem With(string site, PatientRow patient)
    {
        var own = patient.LocalIds.FirstOrDefault(id => id.Issuer == site);
        return this with
        {
            PatientNumber = own?.Value ?? patient.PatientId, Issuer = own is null ? Regional : site, Pinyin = patient.Demographics.Pinyin,
        };
    }
}
