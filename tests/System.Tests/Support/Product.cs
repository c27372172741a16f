namespace Regional.System.Tests.Support;

/// <summary>The product as it was built beside these tests, and the demo's own topology file.</summary>
internal static class Product
{
    private static readonly string Root = FindRoot();

    private static string Configuration => AppContext.BaseDirectory.Contains($"{Path.DirectorySeparatorChar}Debug{Path.DirectorySeparatorChar}", StringComparison.Ordinal) ? "Debug" : "Release";

    public static string Centre => Executable("Silo");

    public static string Edge => Executable("Edge");

    public static string ClusterFile => Path.Combine(Root, "cluster.yaml");

    public static string Resolve(string relative) => Path.Combine(Root, relative);

    private static string Executable(string room)
    {
        var path = Path.Combine(Root, room, "bin", Configuration, "net10.0", $"Regional.{room}.dll");
        return File.Exists(path) ? path : throw new InvalidOperationException($"{room} is not built ({Configuration}): dotnet build {room} -c {Configuration}");
    }

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Regional.sln")))
                return folder.FullName;
        }

        throw new InvalidOperationException("Regional.sln was not found above the tests.");
    }
}
