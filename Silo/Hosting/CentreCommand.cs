using Regional.Silo.Archive;
using Regional.Silo.Growth;
using Regional.Silo.People;

namespace Regional.Silo.Hosting;

/// <summary>The command line: what to do, with which topology file, and the folder of a backup or what to do to an account.</summary>
internal sealed record CentreCommand(string Verb, string ClusterPath, string? Folder, AccountCommand? Account = null, ArchiveCommand? Archive = null, GrowthCommand? Growth = null)
{
    public const string Usage = $"""
        Usage: Regional.Silo [run]   [--cluster cluster.yaml]
               Regional.Silo backup  [--cluster cluster.yaml] --to DIR
               Regional.Silo restore [--cluster cluster.yaml] --from DIR
               Regional.Silo verify  [--cluster cluster.yaml]
               Regional.Silo where   [--cluster cluster.yaml]
        {ArchiveCommand.Usage}
        {GrowthCommand.Usage}
        {AccountCommand.Usage}
        """;

    /// <summary>Null where the words make no command.</summary>
    public static CentreCommand? Parse(string[] words)
    {
        var verb = words.Length > 0 && !words[0].StartsWith('-') ? words[0] : "run";
        var rest = words.Length > 0 && !words[0].StartsWith('-') ? words[1..] : words;
        var cluster = "cluster.yaml";
        string? folder = null;
        if (verb is "account" or "archive")
            return ParseAbout(verb, rest);
        if (verb == "growth")
            return GrowthCommand.Parse(rest) is { } growth ? new CentreCommand(verb, cluster, null, Growth: growth) : null;
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

    private static CentreCommand? ParseAbout(string verb, string[] words)
    {
        var at = Array.LastIndexOf(words, "--cluster");
        if (at >= 0 && at + 1 >= words.Length)
            return null;
        string[] about = at < 0 ? words : [.. words[..at], .. words[(at + 2)..]];
        var cluster = at < 0 ? "cluster.yaml" : words[at + 1];
        if (verb == "archive")
            return ArchiveCommand.Parse(about) is { } archive ? new CentreCommand(verb, cluster, null, Archive: archive) : null;
        return AccountCommand.Parse(about) is { } account ? new CentreCommand(verb, cluster, null, account) : null;
    }
}
