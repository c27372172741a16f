using System.Xml.Linq;

namespace Regional.Architecture.Tests;

/// <summary>The source tree, found upward from the test's own folder.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    private static readonly string[] Generated = ["bin", "obj", "node_modules", "dist", ".git", ".build", "artifacts", "data"];

    public static string Path(params string[] parts) => System.IO.Path.Combine([Root, .. parts]);

    /// <summary>Source files below a folder, without what builds produce; paths relative to the root, with forward slashes.</summary>
    public static IEnumerable<string> Files(string folder, params string[] endings)
    {
        var start = Path(folder);
        if (!Directory.Exists(start))
            return [];
        return Walk(start)
            .Select(f => System.IO.Path.GetRelativePath(Root, f).Replace('\\', '/'))
            .Where(f => endings.Any(e => f.EndsWith(e, StringComparison.Ordinal)))
            .Order(StringComparer.Ordinal);
    }

    /// <summary>Names of the projects (and switched libraries, and packages) that a project file names.</summary>
    public static (string[] Projects, string[] Libraries, string[] Packages) References(string projectFile)
    {
        var xml = XDocument.Load(Path(projectFile));
        string[] Of(string item) => [.. xml.Descendants(item).Select(e => (string?)e.Attribute("Include")).OfType<string>()];
        return ([.. Of("ProjectReference").Select(p => System.IO.Path.GetFileNameWithoutExtension(p.Replace('\\', '/')))], Of("StackLibrary"), Of("PackageReference"));
    }

    private static IEnumerable<string> Walk(string folder) =>
        Directory.EnumerateFiles(folder)
            .Concat(Directory.EnumerateDirectories(folder).Where(d => !Generated.Contains(System.IO.Path.GetFileName(d))).SelectMany(Walk));

    private static string FindRoot()
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (File.Exists(System.IO.Path.Combine(at.FullName, "Regional.sln")))
                return at.FullName;
        }

        throw new InvalidOperationException("Regional.sln is not above the tests.");
    }
}
