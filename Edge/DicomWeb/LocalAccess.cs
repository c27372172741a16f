using System.Security.Claims;
using Regional.Imaging.DicomWeb;
using Regional.Imaging.DicomWeb.Store;
using Regional.Imaging.Index;

namespace Regional.Edge.DicomWeb;

/// <summary>An edge holds what its own hospital may see; who of it may do what is a client's rights (<see cref="LocalClients"/>). What is stored is this site's.</summary>
internal sealed class LocalAccess(string site) : IDicomWebAccess, IDicomWebStore
{
    public ValueTask<bool> MayAsync(ClaimsPrincipal user, string studyUid, DicomWebAction action, CancellationToken cancellation) =>
        ValueTask.FromResult(LocalClients.RightsOf(user).HasFlag(action == DicomWebAction.Search ? LocalRights.Query : LocalRights.Retrieve));

    public ValueTask<SearchScope> ScopeAsync(ClaimsPrincipal user, CancellationToken cancellation) =>
        ValueTask.FromResult(LocalClients.RightsOf(user).HasFlag(LocalRights.Query) ? SearchScope.All : SearchScope.Nobody);

    public ValueTask<StoreOrigin?> OriginAsync(ClaimsPrincipal user, CancellationToken cancellation) => ValueTask.FromResult(
        LocalClients.RightsOf(user).HasFlag(LocalRights.Store) ? new StoreOrigin(site, user.Identity?.Name ?? "") : null);

    /// <summary>The door logs every request with its outcome.</summary>
    public ValueTask StoredAsync(ClaimsPrincipal user, StoreSummary summary, CancellationToken cancellation) => ValueTask.CompletedTask;
}
