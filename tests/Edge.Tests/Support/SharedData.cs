using Regional.TestKit;

namespace Regional.Edge.Tests.Support;

/// <summary>Real files beside the repository (<c>../shared/data</c>), where a machine has them; elsewhere phantoms must do.</summary>
internal static class SharedData
{
    public static string? Folder(string name)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (Path.Combine(folder.FullName, "shared", "data", name) is var found && Directory.Exists(found))
                return found;
        }

        return null;
    }

    public static IReadOnlyList<string> Files(string name) =>
        Folder(name) is { } folder ? [.. Directory.GetFiles(folder, "*.dcm").Order(StringComparer.Ordinal)] : [];

    /// <summary>A program of others: missing, the test is skipped on a laptop and fails on CI.</summary>
    public static void Need(string program) =>
        Skip.If(!ExternalTool.Required && ExternalTool.Find(program) is null, $"{program} is not installed.");
}
