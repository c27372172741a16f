namespace Regional.Load.Portal;

// The part of the portal's JSON that load reads. These are the public protocol's shapes, not the product's types.

public sealed record SignedIn(string Token, PortalUser User);

public sealed record PortalUser(string UserId, string Name, string Site);

public sealed record StudyFacts(string Identity, string Request, string Images, string Copy, string Grade);

public sealed record StudyImages(string StudyInstanceUid, int AtCentre, int AtEdge);

public sealed record ReportView(string Phase, string? ReaderId, string? AuthorId, long ClaimToken);

public sealed record StudyView(
    string StudyId,
    long Version,
    string Site,
    string Phase,
    StudyFacts Facts,
    string? AccessionNumber,
    string? PatientId,
    IReadOnlyList<StudyImages> Images,
    ReportView Report,
    IReadOnlyList<string> CriticalValueIds)
{
    public int ImagesAtCentre => Images.Sum(i => i.AtCentre);
}

public sealed record StudyLine(
    string StudyId,
    string Site,
    string Phase,
    string ReportPhase,
    StudyFacts Facts,
    string Priority,
    string? AccessionNumber,
    IReadOnlyList<string> StudyInstanceUids,
    int ImagesAtCentre,
    string? ReaderId);

public sealed record StudyLines(IReadOnlyList<StudyLine> Items, string? Next);

public sealed record ClaimAnswer(ClaimTicket Ticket);

public sealed record ClaimTicket(string StudyId, long Token, string ReaderId);

public sealed record CriticalView(string CriticalValueId, string Phase);

public sealed record ReportWords(string? TemplateId, string Findings, string Impression, bool? Positive);
