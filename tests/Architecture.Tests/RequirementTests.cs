namespace Regional.Architecture.Tests;

/// <summary>Each row that the product claims is cited by a test that runs, so that a claim can be followed to its proof.</summary>
public sealed class RequirementTests
{
    /// <summary>Rows "Backbone" of the requirements.</summary>
    private static readonly string[] Backbone =
    [
        "R4.1-1", "R4.1-2", "R4.1-5", "R4.2.3-3", "R4.2.5-1", "R4.3.1-1", "R4.3.1-6", "R4.3.2-1", "R4.3.2-2", "R7.3.2-1", "R7.3.2-2", "R10.2.2-1",
    ];

    [Fact]
    public void Every_backbone_row_is_cited_by_a_test_that_runs()
    {
        var cited = Citations.Of(
            Repository.Files("tests", ".cs").Where(f => !f.StartsWith("tests/Architecture.Tests/", StringComparison.Ordinal)).Select(f => File.ReadAllText(Repository.Path(f))));
        Backbone.Where(id => !cited.Contains(id)).ShouldBeEmpty("rows that no test cites");
    }

    [Fact]
    public void Only_what_stands_on_a_test_that_runs_is_a_citation()
    {
        string[] sources =
        [
            """
            /// <summary>Of a class with tests (R1.1-1).</summary>
            [Trait("Requirement", "R1.1-2")]
            public sealed partial class WithTests
            {
                /// <summary>Proves R2.1-1.</summary>
                [SkippableFact]
                [Trait("Requirement", "R2.1-2")]
                public async Task Runs()
                {
                    // R3.1-1 is only talked of.
                    "R3.1-2".ShouldNotBeNull();
                }

                /// <summary>R3.1-3.</summary>
                [Fact(Skip = "R3.1-4 some day")]
                public void Never() { }

                /// <summary>Helps with R3.1-5.</summary>
                private static void Help() { }
            }

            /// <summary>R3.1-6.</summary>
            internal sealed class Helper { }
            """,
            """
            /// <summary>R1.1-3.</summary>
            public sealed partial class WithTests
            {
            }
            """,
        ];

        Citations.Of(sources).ShouldBe(["R1.1-1", "R1.1-2", "R1.1-3", "R2.1-1", "R2.1-2"], ignoreOrder: true);
    }
}
