using System.Text.RegularExpressions;

namespace Regional.Imaging.Cluster;

/// <summary>The rules of <c>centre.dicomweb</c> and <c>sites[].edge.dicomweb</c>.</summary>
internal static partial class DicomWebDoorValidation
{
    private const int ShortestToken = 32;

    public static void CheckOrigins(IEnumerable<string> origins, string at, ClusterOptions options, Action<bool, string, object?, string> rule)
    {
        foreach (var origin in origins)
        {
            var valid = Uri.TryCreate(origin, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" && url.GetLeftPart(UriPartial.Authority) == origin;
            rule(valid, at + "origins", origin, "must be an origin exactly as a browser writes it: scheme, host in lower case, port unless it is the usual one, no path");
            rule(!valid || options.IsDemo || url!.Scheme == "https" || options.WaiveTls.Contains("http"), at + "origins", origin,
                "must be https outside the demo profile (or waive http by name)");
        }
    }

    public static void CheckClients(EdgeDicomWebOptions door, string at, Action<bool, string, object?, string> rule)
    {
        foreach (var twice in door.Clients.GroupBy(client => client.Name, StringComparer.Ordinal).Where(group => group.Count() > 1))
            rule(false, at + "clients.name", twice.Key, "must be unique");
        foreach (var client in door.Clients)
        {
            rule(Name().IsMatch(client.Name), at + "clients.name", client.Name, "must be 1 to 16 of letters, digits, underscore and hyphen");
            rule(client.Network is not null, at + "clients.address", client.Address, "must be an IP address or a network such as 10.1.2.0/24");
            rule(IsReference(client.Token), at + "clients.token", client.Token.Length == 0 ? null : "(not shown)", "must be env:NAME or file:PATH, never the token itself");
            rule(client.Query || client.Retrieve || client.Store, at + "clients.name", client.Name, "has no right: query, retrieve or store");
        }
    }

    /// <summary>What only the hospital's machine has: the tokens themselves.</summary>
    public static void CheckTokens(ClusterFile file, EdgeDicomWebOptions door, string at, List<ClusterFault> faults)
    {
        foreach (var client in door.Clients.Where(client => IsReference(client.Token)))
        {
            if (file.Secret(client.Token) is not { Length: >= ShortestToken } token || !token.All(c => c is > ' ' and <= '~'))
                faults.Add(new ClusterFault(at + "clients.token", client.Token, $"must lead to {ShortestToken} printable characters or more"));
        }
    }

    private static bool IsReference(string token) => token.StartsWith("env:", StringComparison.Ordinal) || token.StartsWith("file:", StringComparison.Ordinal);

    [GeneratedRegex("^[A-Za-z0-9_-]{1,16}$")]
    private static partial Regex Name();
}
