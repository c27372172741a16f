namespace Regional.Silo.Archive;

/// <summary>What to do with the centre's archive while no centre runs on it.</summary>
/// <param name="Action"><c>compact</c>, <c>merge</c>, <c>rebuild-index</c> or <c>delete</c>.</param>
/// <param name="Study">StudyInstanceUID of a deletion.</param>
/// <param name="Reason">Reason code of a deletion.</param>
internal sealed record ArchiveCommand(string Action, string Study = "", string Reason = "")
{
    public const string Usage = """
               Regional.Silo archive compact|merge|rebuild-index [--cluster cluster.yaml]
               Regional.Silo archive delete --study UID --reason CODE [--cluster cluster.yaml]
        """;

    /// <summary>Null where the words make no command.</summary>
    public static ArchiveCommand? Parse(string[] words) => words switch
    {
        ["compact" or "merge" or "rebuild-index"] => new ArchiveCommand(words[0]),
        ["delete", "--study", var study, "--reason", var reason] => new ArchiveCommand("delete", study, reason),
        ["delete", "--reason", var reason, "--study", var study] => new ArchiveCommand("delete", study, reason),
        _ => null,
    };
}
