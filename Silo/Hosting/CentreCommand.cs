using Regional.Silo.People;

namespace Regional.Silo.Hosting;

/// <summary>The command line: what to do, with which topology file, and the folder of a backup or what to do to an account.</summary>
internal sealed record CentreCommand(string Verb, string ClusterPath, string? Folder, AccountCommand? Account = null)
{
    public const string Usage = $"""
        Usage: Regional.Silo [run]   [--cluster cluster.yaml]
               Regional.Silo backup  [--cluster cluster.yaml] --to DIR
               Regional.Silo restore [--cluster cluster.yaml] --from DIR
               Regional.Silo verify  [--cluster cluster.yaml]
               Regional.Silo where   [--cluster cluster.yaml]
        {AccountCommand.Usage}
        """;

    /// <summary>Null where the words make no command.</summary>
    public static CentreCommand? Parse(string[] words)
    {
        var verb = words.Length > 0 && !words[0].StartsWith('-') ? words[0] : "run";
        var rest = words.Length > 0 && !words[0].StartsWith('-') ? words[1..] : words;
        var cluster = "cluster.yaml";
        string? folder = null;
        if (verb == "account")
            return ParseAccount(rest);
        for (var i = 0; i < rest.Length; i += 2)
        {
            if (i + 1 >= rest.Length)
                return null;
            switch (verb, rest[i])
            {
                case (_, "--cluster"):
                    cluster = rest[i + 1];
                    break;
                case ("backup", "--to") or ("restore", "--from"):
                    folder = rest[i + 1];
                    break;
                default:
                    return null;
            }
        }

        var complete = verb is "run" or "verify" or "where" || (verb is "backup" or "restore" && folder is not null);
        return complete ? new CentreCommand(verb, cluster, folder) : null;
    }

    private static CentreCommand? ParseAccount(string[] words)
    {
        var at = Array.LastIndexOf(words, "--cluster");
        if (at >= 0 && at + 1 >= words.Length)
            return null;
        string[] about = at < 0 ? words : [.. words[..at], .. words[(at + 2)..]];
        return AccountCommand.Parse(about) is { } account ? new CentreCommand("account", at < 0 ? "cluster.yaml" : words[at + 1], null, account) : null;
    }
}
