using Regional.Imaging.Cluster;

namespace Regional.Portal.Hosting;

/// <summary>What the portal needs to know of its host.</summary>
public sealed class PortalOptions
{
    /// <summary>Topology: sites, agreements, profile.</summary>
    public required ClusterFile Cluster { get; init; }

    /// <summary>A person who does nothing is signed out. Default 20 minutes.</summary>
    public TimeSpan SessionIdle => Cluster.Options.Centre.Session.Idle;

    public int LockAfter => Cluster.Options.Centre.Session.LockAfter;

    public TimeSpan LockFor => Cluster.Options.Centre.Session.LockFor;

    /// <summary>Folder of the built pages; null where they were not built.</summary>
    public string? Pages { get; init; }

    /// <summary>Version of the product, as <c>/api/meta</c> tells it.</summary>
    public required string Version { get; init; }

    /// <summary><c>compat</c> or <c>nuget</c>.</summary>
    public required string Stack { get; init; }

    /// <summary>Name of this portal process among others of the region: feeds and presence are told apart by it.</summary>
    public string Name { get; init; } = $"portal-{Guid.NewGuid():N}";

    /// <summary>True where listeners are HTTPS: cookies are then marked Secure.</summary>
    public bool Secure => Cluster.Options.Centre.Http.StartsWith("https:", StringComparison.Ordinal);
}
