using System.Globalization;
using System.Net;
using YamlDotNet.RepresentationModel;

namespace Regional.Load.Region;

/// <summary>Where a site's edge listens.</summary>
/// <param name="Code">Site code.</param>
/// <param name="AeTitle">Called AE title of the edge.</param>
/// <param name="Host">Of its DICOM listener.</param>
/// <param name="Port">Of its DICOM listener.</param>
/// <param name="Status">Base address of its status page.</param>
public sealed record EdgeAddress(string Code, string AeTitle, string Host, int Port, Uri Status);

/// <summary>The addresses of a region: from its cluster.yaml, else the demo's. Only addresses are read; everything else in that file is the product's.</summary>
public sealed record RegionMap(Uri Portal, IReadOnlyList<EdgeAddress> Edges)
{
    /// <summary>The demo region's addresses.</summary>
    public static RegionMap Demo { get; } = new(
        new Uri("http://127.0.0.1:8080"),
        [
            new EdgeAddress("township-a", "TOWNSHIPA", "127.0.0.1", 11112, new Uri("http://127.0.0.1:8091")),
            new EdgeAddress("township-b", "TOWNSHIPB", "127.0.0.1", 11113, new Uri("http://127.0.0.1:8092")),
            new EdgeAddress("expert", "EXPERT", "127.0.0.1", 11114, new Uri("http://127.0.0.1:8093")),
        ]);

    /// <summary>The edge of a site.</summary>
    /// <exception cref="UsageException">No such site.</exception>
    public EdgeAddress Edge(string site) =>
        Edges.FirstOrDefault(e => e.Code == site)
        ?? throw new UsageException($"There is no site '{site}'; there are {string.Join(", ", Edges.Select(e => e.Code))}.");

    /// <summary>Reads the addresses of a cluster.yaml; the demo's when the file is not there and none was asked for by name.</summary>
    /// <exception cref="UsageException">The file is missing or says something else than it should.</exception>
    public static RegionMap Load(FileInfo? file)
    {
        var path = file?.FullName ?? Path.GetFullPath("cluster.yaml");
        if (!File.Exists(path)) return file is null ? Demo : throw new UsageException($"{path} does not exist.");
        try
        {
            using var reader = new StreamReader(path);
            var yaml = new YamlStream();
            yaml.Load(reader);
            var root = (YamlMappingNode)yaml.Documents[0].RootNode;
            return new RegionMap(
                new Uri(Text((YamlMappingNode)root["centre"], "http")),
                [.. ((YamlSequenceNode)root["sites"]).Children.Cast<YamlMappingNode>().Where(Runs).Select(Edge)]);
        }
        catch (Exception failure) when (failure is YamlDotNet.Core.YamlException or KeyNotFoundException or InvalidCastException or FormatException)
        {
            throw new UsageException($"{path} could not be understood: {failure.Message}");
        }
    }

    /// <summary>A site whose edge does not run beside the centre is none to send to.</summary>
    private static bool Runs(YamlMappingNode site) =>
        !((YamlMappingNode)site["edge"]).Children.TryGetValue("autostart", out var starts) || ((YamlScalarNode)starts).Value != "false";

    private static EdgeAddress Edge(YamlMappingNode site)
    {
        var edge = (YamlMappingNode)site["edge"];
        var dicom = IPEndPoint.Parse(Text(edge, "dicom"));
        return new EdgeAddress(Text(site, "code"), Text(edge, "ae-title"), dicom.Address.ToString(), dicom.Port, new Uri(Text(edge, "http")));
    }

    private static string Text(YamlMappingNode node, string key) => ((YamlScalarNode)node[key]).Value ?? "";

    /// <summary>An address given as HOST:PORT.</summary>
    public static (string Host, int Port) Parse(string address)
    {
        var colon = address.LastIndexOf(':');
        return colon > 0 && int.TryParse(address[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is > 0 and < 65536
            ? (address[..colon], port)
            : throw new UsageException($"'{address}' is not HOST:PORT.");
    }
}

/// <summary>What the caller asked for cannot be done as asked; the message is for people.</summary>
public sealed class UsageException(string message) : Exception(message);
