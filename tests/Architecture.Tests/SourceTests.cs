using System.Text.RegularExpressions;

namespace Regional.Architecture.Tests;

/// <summary>Habits that a reader of any file may rely on.</summary>
public sealed partial class SourceTests
{
    private static readonly string[] Product = ["Grains.Interfaces", "Grains", "Imaging", "Decoder", "Silo", "Portal", "Edge"];

    private static IEnumerable<string> CSharp => Product.Append("load").Append("tests").SelectMany(r => Repository.Files(r, ".cs"));

    [Fact]
    public void No_conditional_compilation_and_no_regions_outside_compat() =>
        CSharp.Where(f => Directive().IsMatch(File.ReadAllText(Repository.Path(f)))).ShouldBeEmpty();

    [Fact]
    public void No_unfinished_marks()
    {
        var marks = Product.Append("load").SelectMany(r => Repository.Files(r, ".cs", ".ts", ".tsx"))
            .Where(f => Unfinished().IsMatch(File.ReadAllText(Repository.Path(f))));
        marks.ShouldBeEmpty();
    }

    [Fact]
    public void Files_stay_small() =>
        // What a generator wrote from the approved surface is read there, not here.
        CSharp.Concat(Repository.Files("Portal/Web/src", ".ts", ".tsx").Where(f => !File.ReadLines(Repository.Path(f)).Take(1).Any(l => l.Contains("Not by hand.", StringComparison.Ordinal))))
            .Where(f => File.ReadLines(Repository.Path(f)).Count() > 500)
            .ShouldBeEmpty("a file over 500 lines is more than one thing");

    [Fact]
    public void Grains_stay_thin() =>
        Repository.Files("Grains", "Grain.cs")
            .Where(f => File.ReadLines(Repository.Path(f)).Count() > 300)
            .ShouldBeEmpty("a grain over 300 lines holds rules that belong beside it");

    [Fact]
    public void Nothing_is_named_helper_or_util() =>
        CSharp.Where(f => Vague().IsMatch(Path.GetFileNameWithoutExtension(f))).ShouldBeEmpty();

    [Fact]
    public void Every_room_says_what_lives_there()
    {
        foreach (var room in Product.Append("load").Append("tests").Append("compat").Append("Portal/Web"))
            File.Exists(Repository.Path(room, "README.md")).ShouldBeTrue($"{room}/README.md");
    }

    [Fact]
    public void Demo_and_phantoms_stay_out_of_product_paths() =>
        Product.SelectMany(r => Repository.Files(r, ".cs"))
            .Where(f => Path.GetFileName(f).Contains("Phantom", StringComparison.Ordinal) || Path.GetFileName(f).StartsWith("Demo", StringComparison.Ordinal))
            .ShouldBeEmpty();

    [Fact]
    public void Every_log_event_has_a_number_of_its_own() =>
        Product.SelectMany(r => Repository.Files(r, ".cs"))
            .SelectMany(f => EventId().Matches(File.ReadAllText(Repository.Path(f))).Select(match => (Id: match.Groups[1].Value, File: f)))
            .GroupBy(log => log.Id)
            .Where(same => same.Count() > 1)
            .Select(same => $"{same.Key}: {string.Join(", ", same.Select(log => log.File))}")
            .ShouldBeEmpty();

    [GeneratedRegex(@"LoggerMessage\((\d+)")]
    private static partial Regex EventId();

    [GeneratedRegex(@"^\s*#\s*(if|elif|else|endif|region|endregion)\b", RegexOptions.Multiline)]
    private static partial Regex Directive();

    [GeneratedRegex(@"NotImplementedException|\bTODO\b|\bFIXME\b|\bHACK\b")]
    private static partial Regex Unfinished();

    [GeneratedRegex("(Helper|Helpers|Util|Utils|Utilities|Manager)$")]
    private static partial Regex Vague();
}
