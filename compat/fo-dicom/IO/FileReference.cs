namespace FellowOakDicom.IO;

/// <summary>A file by name.</summary>
public interface IFileReference
{
    bool Exists { get; }

    /// <summary>Whether the file is deleted when the reference is collected.</summary>
    bool IsTempFile { get; set; }

    string Name { get; }

    IDirectoryReference Directory { get; }

    Stream Create();

    Stream Open();

    Stream OpenRead();

    Stream OpenWrite();

    void Delete();

    void Move(string dstFileName, bool overwrite = false);

    byte[] GetByteRange(long offset, int count);

    void GetByteRange(long offset, int count, byte[] output);
}

public interface IDirectoryReference
{
    string Name { get; }

    bool Exists { get; }

    void Create();

    IEnumerable<string> EnumerateFileNames(string searchPattern = null);

    IEnumerable<string> EnumerateDirectoryNames();
}

public interface IFileReferenceFactory
{
    IFileReference Create(string fileName);
}

public class FileReferenceFactory : IFileReferenceFactory
{
    public IFileReference Create(string fileName) => new FileReference(fileName);
}

internal sealed class FileReference : IFileReference
{
    public FileReference(string fileName) => Name = Path.GetFullPath(fileName);

    public bool Exists => File.Exists(Name);

    public bool IsTempFile { get; set; }

    public string Name { get; private set; }

    public IDirectoryReference Directory => new DirectoryReference(Path.GetDirectoryName(Name));

    public Stream Create() => File.Create(Name);

    public Stream Open() => File.Open(Name, FileMode.Open, FileAccess.ReadWrite);

    public Stream OpenRead() => new FileStream(Name, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1);

    public Stream OpenWrite() => File.OpenWrite(Name);

    public void Delete()
    {
        if (Exists) File.Delete(Name);
    }

    public void Move(string dstFileName, bool overwrite = false)
    {
        File.Move(Name, dstFileName, overwrite);
        Name = Path.GetFullPath(dstFileName);
    }

    public byte[] GetByteRange(long offset, int count)
    {
        var bytes = new byte[count];
        GetByteRange(offset, count, bytes);
        return bytes;
    }

    public void GetByteRange(long offset, int count, byte[] output)
    {
        using var stream = OpenRead();
        stream.Position = offset;
        stream.ReadExactly(output, 0, count);
    }
}

internal sealed class DirectoryReference : IDirectoryReference
{
    public DirectoryReference(string name) => Name = name;

    public string Name { get; }

    public bool Exists => Directory.Exists(Name);

    public void Create() => Directory.CreateDirectory(Name);

    public IEnumerable<string> EnumerateFileNames(string searchPattern = null) => Directory.EnumerateFiles(Name, searchPattern ?? "*");

    public IEnumerable<string> EnumerateDirectoryNames() => Directory.EnumerateDirectories(Name);
}
