using System.Globalization;
using System.Text;
using Regional.Imaging.Capture;
using Regional.Imaging.Cluster;
using Regional.Imaging.Storage;

namespace Regional.Edge.Capture;

/// <summary>
/// A watched folder on disk. Where a file stands says how far it is: in the folder (arriving), in <c>processing</c> (claimed), in <c>done/DAY</c> (stored)
/// or in <c>refused</c> with the reason beside it. Every step is a rename, synced in both directories.
/// </summary>
internal sealed class CaptureFolder
{
    private static readonly string[] Arriving = [".tmp", ".part", ".partial", ".crdownload", ".filepart"];
    private readonly IFileLayer _files;
    private readonly string _root;
    private readonly string _processing;
    private readonly string _refused;
    private readonly Dictionary<string, (long Length, DateTime Written, DateTimeOffset Since)> _seen = new(StringComparer.Ordinal);

    public CaptureFolder(CaptureFolderOptions options, string root, IFileLayer files)
    {
        (Options, _root, _files) = (options, root, files);
        (_processing, _refused) = (Path.Combine(root, "processing"), Path.Combine(root, "refused"));
    }

    public CaptureFolderOptions Options { get; }

    /// <summary>Makes the folders where they are missing, and clears what a crash left of a finished file.</summary>
    public void Prepare()
    {
        _files.CreateDirectory(_processing);
        _files.CreateDirectory(_refused);
        var names = _files.List(_processing);
        foreach (var plan in names.Where(CapturePlan.IsPlan))
        {
            if (!plan.EndsWith(CapturePlan.Ending, StringComparison.Ordinal) || !names.Contains(plan[..^CapturePlan.Ending.Length]))
                _files.Delete(Path.Combine(_processing, plan));
        }
    }

    /// <summary>Claimed and not finished, in order of name.</summary>
    public IReadOnlyList<string> Claimed() => [.. _files.List(_processing).Where(name => !CapturePlan.IsPlan(name)).Select(name => Path.Combine(_processing, name))];

    /// <summary>Files that have arrived whole: looked at before, and since then neither longer nor newer.</summary>
    public IReadOnlyList<string> Arrived(DateTimeOffset now)
    {
        List<string> whole = [];
        var names = _files.List(_root);
        foreach (var gone in _seen.Keys.Except(names).ToArray()) _seen.Remove(gone);
        foreach (var name in names)
        {
            var file = new FileInfo(Path.Combine(_root, name));
            if (name.StartsWith('.') || Arriving.Contains(file.Extension, StringComparer.OrdinalIgnoreCase) || CapturePlan.IsPlan(name)
                || !file.Exists || file.Attributes.HasFlag(FileAttributes.ReparsePoint))
                continue;
            var stands = (file.Length, file.LastWriteTimeUtc);
            if (!_seen.TryGetValue(name, out var was) || (was.Length, was.Written) != stands) _seen[name] = (file.Length, file.LastWriteTimeUtc, now);
            else if (now - was.Since >= Options.Settle && !_files.FileExists(Path.Combine(_processing, name)) && IsClosed(file)) whole.Add(name);
        }

        return whole;
    }

    /// <summary>Takes a file out of its writer's reach.</summary>
    /// <returns>Its path in <c>processing</c>.</returns>
    public string Claim(string name)
    {
        var claimed = Path.Combine(_processing, name);
        Move(Path.Combine(_root, name), claimed);
        _seen.Remove(name);
        return claimed;
    }

    public void Done(string claimed, DateTimeOffset at) =>
        Leave(claimed, Path.Combine(_root, "done", at.ToString("yyyyMMdd", CultureInfo.InvariantCulture)), null);

    /// <summary>Keeps it aside with its name and the reason in words (Chinese, English) and as the rule's name.</summary>
    public void Refused(string claimed, string rule)
    {
        var (chinese, english) = rule.StartsWith("store.", StringComparison.Ordinal)
            ? ("归档拒绝接收", "the archive does not take it")
            : CaptureRule.TextOf(rule);
        Leave(claimed, _refused, $"{Path.GetFileName(claimed)}\n{rule}\n{chinese}\n{english}\n");
    }

    private void Leave(string claimed, string folder, string? reason)
    {
        _files.CreateDirectory(folder);
        var target = Free(folder, Path.GetFileName(claimed));
        if (reason is not null)
        {
            _files.Delete(target + ".reason");
            using var text = _files.CreateNew(target + ".reason");
            text.Write(0, [Encoding.UTF8.GetBytes(reason)]);
            text.SyncData();
        }

        Move(claimed, target);
        _files.Delete(claimed + CapturePlan.Ending);
    }

    /// <summary>A camera that counts its pictures anew gives old names again.</summary>
    private string Free(string folder, string name)
    {
        var path = Path.Combine(folder, name);
        for (var n = 2; _files.FileExists(path); n++)
            path = Path.Combine(folder, $"{Path.GetFileNameWithoutExtension(name)}-{n.ToString(CultureInfo.InvariantCulture)}{Path.GetExtension(name)}");
        return path;
    }

    private void Move(string from, string to)
    {
        _files.Rename(from, to);
        _files.SyncDirectory(Path.GetDirectoryName(to)!);
        _files.SyncDirectory(Path.GetDirectoryName(from)!);
    }

    /// <summary>On Windows a writer keeps others out; on Linux nobody can tell, and the settling time has to do.</summary>
    private static bool IsClosed(FileInfo file)
    {
        try
        {
            using var open = file.Open(FileMode.Open, FileAccess.Read, FileShare.None);
            return true;
        }
        catch (Exception busy) when (busy is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
