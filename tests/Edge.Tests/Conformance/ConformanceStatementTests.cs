using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace Regional.Edge.Tests.Conformance;

/// <summary>
/// <c>docs/conformance-statement.md</c> says what the code does: its tables are the code's own. After a change that is meant:
/// <c>REGIONAL_APPROVE=1 dotnet test tests/Edge.Tests --filter ConformanceStatement</c>, and commit the document.
/// </summary>
[Trait("Requirement", "R4.3.2-1")]
public sealed partial class ConformanceStatementTests
{
    [Fact]
    public void The_statement_has_the_tables_that_the_code_works_by()
    {
        var path = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Here())!, "../../../docs/conformance-statement.md"));
        var text = File.ReadAllText(path);
        var marked = Marker().Matches(text).Select(match => match.Groups["name"].Value).ToList();
        marked.ShouldBe(ConformanceTables.All.Keys, ignoreOrder: true, "each table of the code stands in the document once");

        var generated = Marker().Replace(text, match =>
            $"<!-- table: {match.Groups["name"].Value} -->\n\n{ConformanceTables.All[match.Groups["name"].Value]()}\n<!-- end -->");
        if (Environment.GetEnvironmentVariable("REGIONAL_APPROVE") == "1")
            File.WriteAllText(path, generated);
        else
            text.ShouldBe(generated, "the document is stale: REGIONAL_APPROVE=1 writes it");
    }

    private static string Here([CallerFilePath] string path = "") => path;

    [GeneratedRegex("<!-- table: (?<name>[a-z-]+) -->.*?<!-- end -->", RegexOptions.Singleline)]
    private static partial Regex Marker();
}
