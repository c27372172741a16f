using YamlDotNet.Core;
using YamlDotNet.Serialization;
using YamlDotNet.Serialization.NamingConventions;

namespace Regional.Imaging.Cluster;

/// <summary>Reads and validates cluster.yaml. Both the centre and the edges start from it.</summary>
public sealed class ClusterFile
{
    private ClusterFile(ClusterOptions options, string folder, ClusterPart part) => (Options, Folder, Part) = (options, folder, part);

    public ClusterOptions Options { get; }

    /// <summary>The file's own folder: relative paths in it start here.</summary>
    public string Folder { get; }

    /// <summary>The process that reads the file.</summary>
    public ClusterPart Part { get; }

    public string DataFolder => Resolve(Options.Data);

    public string CentreFolder => Path.Combine(DataFolder, "centre");

    public string EdgeFolder(string site) => Path.Combine(DataFolder, "edge", site);

    public string Resolve(string path) => Path.GetFullPath(path, Folder);

    /// <summary>The value behind <c>env:NAME</c> or <c>file:PATH</c>; null where it is not there.</summary>
    public string? Secret(string? reference) => reference switch
    {
        null => null,
        _ when reference.StartsWith("env:", StringComparison.Ordinal) => Environment.GetEnvironmentVariable(reference[4..]),
        _ when reference.StartsWith("file:", StringComparison.Ordinal) && File.Exists(Resolve(reference[5..])) =>
            File.ReadAllText(Resolve(reference[5..])).Trim(),
        _ => null,
    };

    /// <summary>Whether the site's DICOM listener speaks TLS: the edge has a certificate, and <c>dicom</c> is not waived by name.</summary>
    public bool SecuresDicom(SiteOptions site) => site.Edge.Tls is not null && !Options.WaiveTls.Contains("dicom");

    public SiteOptions? Site(string code) => Options.Sites.Find(s => s.Code == code);

    /// <exception cref="ClusterFileException">The file is missing or wrong; carries every fault found.</exception>
    public static ClusterFile Load(string path, ClusterPart part)
    {
        if (!File.Exists(path))
            throw new ClusterFileException([new ClusterFault("(file)", path, "the file does not exist")]);
        return Parse(File.ReadAllText(path), Path.GetDirectoryName(Path.GetFullPath(path))!, part);
    }

    /// <inheritdoc cref="Load"/>
    public static ClusterFile Parse(string yaml, string folder, ClusterPart part)
    {
        ClusterOptions options;
        try
        {
            options = new DeserializerBuilder()
                .WithNamingConvention(HyphenatedNamingConvention.Instance)
                .WithTypeConverter(new Scalars())
                .WithDuplicateKeyChecking()
                .Build()
                .Deserialize<ClusterOptions>(new MergingParser(new Parser(new StringReader(yaml)))) ?? new ClusterOptions();
        }
        catch (YamlException fault)
        {
            var why = fault.InnerException is { } inner ? $"{fault.Message} {inner.Message}" : fault.Message;
            throw new ClusterFileException([new ClusterFault("(syntax)", $"line {fault.Start.Line}", why)]);
        }

        var file = new ClusterFile(options, folder, part);
        var faults = ClusterValidation.Check(file);
        return faults.Count == 0 ? file : throw new ClusterFileException(faults);
    }
}

/// <summary>
/// Which process reads the file. Files and secrets that it refers to are looked at by the part that uses them: a hospital's machine has neither the
/// centre's key nor its database.
/// </summary>
public sealed record ClusterPart
{
    private ClusterPart(string? site) => Site = site;

    public static ClusterPart Centre { get; } = new((string?)null);

    /// <summary>Code of the edge's site; null at the centre.</summary>
    public string? Site { get; }

    public static ClusterPart Edge(string site) => new(site);
}

/// <summary>One fault of the file: where, what stands there, and the rule.</summary>
public sealed record ClusterFault(string Name, string? Value, string Rule)
{
    public override string ToString() => $"{Name} = {Value ?? "(nothing)"}: {Rule}";
}

/// <summary>cluster.yaml cannot be used. All faults at once.</summary>
public sealed class ClusterFileException(IReadOnlyList<ClusterFault> faults)
    : Exception("cluster.yaml cannot be used:\n  " + string.Join("\n  ", faults))
{
    public IReadOnlyList<ClusterFault> Faults { get; } = faults;
}
