using System.Text.RegularExpressions;

namespace Regional.Architecture.Tests;

/// <summary>Each row that the product claims is cited by a test, so that a claim can be followed to its proof.</summary>
public sealed partial class RequirementTests
{
    /// <summary>Rows "Backbone" of the requirements.</summary>
    private static readonly string[] Backbone =
    [
        "R4.1-1", "R4.1-2", "R4.1-5", "R4.2.3-3", "R4.2.5-1", "R4.3.1-1", "R4.3.1-6", "R4.3.2-1", "R4.3.2-2", "R7.3.2-1", "R7.3.2-2", "R10.2.2-1",
    ];

    [Fact]
    public void Every_backbone_row_is_cited_by_a_test()
    {
        var cited = Repository.Files("tests", ".cs", ".ts")
            .Concat(Repository.Files("Portal/Web", ".test.ts", ".test.tsx", ".e2e.ts"))
            .Where(f => !f.EndsWith("RequirementTests.cs", StringComparison.Ordinal))
            .SelectMany(f => Id().Matches(File.ReadAllText(Repository.Path(f))).Select(m => m.Value))
            .ToHashSet(StringComparer.Ordinal);
        Backbone.Where(id => !cited.Contains(id)).ShouldBeEmpty("rows that no test cites");
    }

    [GeneratedRegex(@"\b[RSX]\d+(\.\d+)*(-\d+[a-z]?)?\b")]
    private static partial Regex Id();
}
