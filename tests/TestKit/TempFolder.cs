namespace Regional.TestKit;

/// <summary>A folder of its own for one test, removed with all it holds on dispose.</summary>
public sealed class TempFolder : IDisposable
{
    public TempFolder(string prefix = "regional-")
    {
        FullPath = Directory.CreateTempSubdirectory(prefix).FullName;
    }

    public string FullPath { get; }

    public static implicit operator string(TempFolder folder) => folder.FullPath;

    /// <summary>A path below the folder; nothing is created.</summary>
    public string File(params string[] parts) => Path.Combine([FullPath, .. parts]);

    /// <summary>A folder below the folder, created when missing.</summary>
    public string Folder(params string[] parts) => Directory.CreateDirectory(File(parts)).FullName;

    public override string ToString() => FullPath;

    public void Dispose()
    {
        try
        {
            Directory.Delete(FullPath, recursive: true);
        }
        catch (DirectoryNotFoundException)
        {
            // The test removed it itself.
        }
        catch (IOException)
        {
            // A process that is still dying holds a file; the system clears its temporary folder.
        }
    }
}
