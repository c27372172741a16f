namespace Regional.Imaging.Tests;

/// <summary>Files of the repository, found upwards from the test's folder.</summary>
internal static class RepositoryFiles
{
    public static string Find(string relative)
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            if (File.Exists(Path.Combine(directory.FullName, "Regional.sln"))) return Path.Combine(directory.FullName, relative);
        }
        throw new InvalidOperationException("Regional.sln was not found above the test.");
    }
}
