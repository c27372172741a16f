using System.Reflection;
using System.Runtime.Loader;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Regional.Compat.Orleans.Tests.Contracts;

/// <summary>
/// Compiles contracts from text, apart from this assembly: here they would keep every other test's silo from starting.
/// </summary>
internal static class BadContracts
{
    private const string Usings =
        """
        using System; using System.Collections.Generic; using System.Threading; using System.Threading.Tasks;
        using Orleans; using Orleans.Concurrency; using Orleans.Runtime;

        """;

    public static Assembly Compile(string source)
    {
        var references = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Select(path => MetadataReference.CreateFromFile(path));
        var compilation = CSharpCompilation.Create(
            $"BadContracts{Guid.NewGuid():N}",
            [CSharpSyntaxTree.ParseText(Usings + source)],
            references,
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary));
        using var image = new MemoryStream();
        var result = compilation.Emit(image);
        result.Success.ShouldBeTrue(string.Join(Environment.NewLine, result.Diagnostics));
        image.Position = 0;
        return new AssemblyLoadContext("bad contracts", isCollectible: true).LoadFromStream(image);
    }
}
