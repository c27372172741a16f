using System.Security.Claims;
using Regional.Imaging.Index;

namespace Regional.Imaging.DicomWeb;

/// <summary>What somebody wants to do with a study over DICOMweb; for the decision and for the audit.</summary>
public enum DicomWebAction
{
    /// <summary>Series and instances of one study, by QIDO-RS.</summary>
    Search,

    /// <summary>Attributes without pixel data.</summary>
    Metadata,

    /// <summary>Whole instances.</summary>
    Retrieve,

    /// <summary>Frames and bulk data.</summary>
    Pixels
}

/// <summary>
/// Who may see what over DICOMweb (R10.2.3). The host decides; without a registration nobody sees anything. Called for every request, also for
/// every frame: an implementation must be quick and may remember its answers for a short while.
/// </summary>
public interface IDicomWebAccess
{
    /// <summary>Whether this principal may do this with this study. A refusal is answered like a study that does not exist.</summary>
    ValueTask<bool> MayAsync(ClaimsPrincipal user, string studyUid, DicomWebAction action, CancellationToken cancellation);

    /// <summary>The studies that a search over all studies may show to this principal.</summary>
    ValueTask<SearchScope> ScopeAsync(ClaimsPrincipal user, CancellationToken cancellation);
}

/// <summary>The default: nobody sees anything.</summary>
internal sealed class NoAccess : IDicomWebAccess
{
    public ValueTask<bool> MayAsync(ClaimsPrincipal user, string studyUid, DicomWebAction action, CancellationToken cancellation) =>
        ValueTask.FromResult(false);

    public ValueTask<SearchScope> ScopeAsync(ClaimsPrincipal user, CancellationToken cancellation) => ValueTask.FromResult(SearchScope.Nobody);
}
