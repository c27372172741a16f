using System.Security.Claims;

namespace Regional.Imaging.DicomWeb.Store;

/// <summary>Whose images somebody brings over STOW-RS, and what is noted as their sender.</summary>
/// <param name="Site">Code of the site that the images belong to, by who the caller is and never by what the images say.</param>
/// <param name="Label">Stands where C-STORE has the calling AE title; at most 16 characters of ASCII.</param>
public sealed record StoreOrigin(string Site, string Label);

/// <summary>What a request brought, for the log of accesses.</summary>
public sealed record StoreSummary(IReadOnlyCollection<string> StudyUids, int Stored, int Failed);

/// <summary>
/// Who may store over DICOMweb. The host decides; without a registration nobody stores anything. The roles that may knock are the endpoint's own.
/// </summary>
public interface IDicomWebStore
{
    /// <summary>Null: this principal may not store. Asked before a byte of the body is read.</summary>
    ValueTask<StoreOrigin?> OriginAsync(ClaimsPrincipal user, CancellationToken cancellation);

    /// <summary>Told once a request whose body was read; images named as stored are durable by then.</summary>
    ValueTask StoredAsync(ClaimsPrincipal user, StoreSummary summary, CancellationToken cancellation);
}

/// <summary>The default: nobody stores anything.</summary>
internal sealed class NoStore : IDicomWebStore
{
    public ValueTask<StoreOrigin?> OriginAsync(ClaimsPrincipal user, CancellationToken cancellation) => ValueTask.FromResult<StoreOrigin?>(null);

    public ValueTask StoredAsync(ClaimsPrincipal user, StoreSummary summary, CancellationToken cancellation) => ValueTask.CompletedTask;
}

/// <summary>Bounds of one STOW-RS request.</summary>
public sealed record StoreLimits
{
    /// <summary>Bytes of the whole body. Default 16 GiB.</summary>
    public long MaxBody { get; init; } = 16L << 30;

    /// <summary>Bytes of one instance. Default 2 GiB.</summary>
    public long MaxInstance { get; init; } = 2L << 30;

    /// <summary>Parts of one request. Default 20,000.</summary>
    public int MaxParts { get; init; } = 20_000;

    /// <summary>Whether free space is below the reserve; asked while large instances arrive.</summary>
    public Func<bool> DiskIsLow { get; init; } = () => false;
}
