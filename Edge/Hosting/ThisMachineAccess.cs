using System.Security.Claims;
using Regional.Imaging.DicomWeb;
using Regional.Imaging.Index;

namespace Regional.Edge.Hosting;

/// <summary>
/// Local DICOMweb in the demo profile: whoever is on this machine may read what this hospital's edge holds (the endpoints are closed to
/// others). Outside the demo nothing is registered, so nobody sees anything (default deny).
/// </summary>
internal sealed class ThisMachineAccess : IDicomWebAccess
{
    public ValueTask<bool> MayAsync(ClaimsPrincipal user, string studyUid, DicomWebAction action, CancellationToken cancellation) => ValueTask.FromResult(true);

    public ValueTask<SearchScope> ScopeAsync(ClaimsPrincipal user, CancellationToken cancellation) => ValueTask.FromResult(SearchScope.All);
}
