namespace Regional.Silo.Hosting;

/// <summary>The command line: what to do, with which topology file, and the folder of a backup.</summary>
internal sealed record CentreCommand(string Verb, string ClusterPath, string? Folder)
{
    public const string Usage = """
        Usage: Regional.Silo [run]   [--cluster cluster.yaml]
               Regional.Silo backup  [--cluster cluster.yaml] --to DIR
               Regional.Silo restore [--cluster cluster.yaml] --from DIR
               Regional.Silo verify  [--cluster cluster.yaml]
               Regional.Silo where   [--cluster cluster.yaml]
        """;

    /// <summary>Null where the words make no command.</summary>
    public static CentreCommand? Parse(string[] words)
    {
        var verb = words.Length > 0 && !words[0].StartsWith('-') ? words[0] : "run";
        var rest = words.Length > 0 && !words[0].StartsWith('-') ? words[1..] : words;
        var cluster = "cluster.yaml";
        string? folder = null;
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
}
