namespace Regional.Edge.Hosting;

/// <summary>The command line: <c>run --cluster PATH --site CODE</c>.</summary>
internal sealed record EdgeCommand(string ClusterPath, string Site)
{
    public static EdgeCommand? Parse(string[] args)
    {
        string? cluster = null, site = null;
        if (args is not ["run", .. var rest] || rest.Length % 2 != 0)
            return null;
        for (var i = 0; i < rest.Length; i += 2)
        {
            switch (rest[i])
            {
                case "--cluster":
                    cluster = rest[i + 1];
                    break;
                case "--site":
                    site = rest[i + 1];
                    break;
                default:
                    return null;
            }
        }

        return cluster is null || site is null ? null : new EdgeCommand(cluster, site);
    }
}
