using System.Collections.Immutable;

namespace Regional.Silo.People;

/// <summary>What is to be done to which account, as the command line says it.</summary>
/// <param name="Action"><c>add</c>, <c>password</c>, <c>disable</c>, <c>enable</c> or <c>list</c>.</param>
/// <param name="User">Account name; empty for <c>list</c>.</param>
/// <param name="PasswordFromInput">The password is the first line of standard input; otherwise one is generated and printed once.</param>
internal sealed record AccountCommand(
    string Action, string User, string Name, string Site, ImmutableArray<string> Roles, string? Title, string? Licence, bool PasswordFromInput)
{
    public const string Usage = """
               Regional.Silo account add USER --name NAME --site CODE --roles ROLE[,ROLE] [--title TITLE] [--licence NUMBER] [--password-stdin]
               Regional.Silo account password USER [--password-stdin]
               Regional.Silo account disable|enable USER
               Regional.Silo account list
        """;

    /// <summary>Null where the words make no command.</summary>
    /// <param name="words">What follows <c>account</c>, without <c>--cluster</c> and its value.</param>
    public static AccountCommand? Parse(ReadOnlySpan<string> words)
    {
        if (words is ["list"])
            return new AccountCommand("list", "", "", "", [], null, null, false);
        if (words.Length < 2 || words[0] is not ("add" or "password" or "disable" or "enable") || words[1].StartsWith('-'))
            return null;
        var adds = words[0] == "add";
        var command = new AccountCommand(words[0], words[1], "", "", [], null, null, false);
        for (var i = 2; i < words.Length; i++)
        {
            if (words[i] == "--password-stdin" && words[0] is "add" or "password")
            {
                command = command with { PasswordFromInput = true };
                continue;
            }

            if (!adds || i + 1 >= words.Length || With(command, words[i], words[++i]) is not { } more)
                return null;
            command = more;
        }

        return adds && (command.Name.Length == 0 || command.Site.Length == 0 || command.Roles.IsEmpty) ? null : command;
    }

    private static AccountCommand? With(AccountCommand command, string option, string value) => option switch
    {
        "--name" => command with { Name = value.Trim() },
        "--site" => command with { Site = value },
        "--roles" => command with { Roles = [.. value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Distinct()] },
        "--title" => command with { Title = value },
        "--licence" => command with { Licence = value },
        _ => null,
    };
}
