using Regional.Imaging.Cluster;

namespace Regional.Silo.Hosting;

/// <summary>
/// What a start script has to know of cluster.yaml, a line each: <c>data PATH</c>, <c>profile NAME</c>, <c>site CODE</c> of an edge to start,
/// <c>address NAME URL</c>, and <c>summary TEXT</c> for people.
/// </summary>
internal static class WhereAnswer
{
    public static IEnumerable<string> Lines(ClusterFile cluster)
    {
        var options = cluster.Options;
        yield return $"data {cluster.DataFolder}";
        yield return $"profile {options.Profile}";
        yield return $"address centre {options.Centre.Http}";
        yield return $"summary Portal        {options.Centre.Http}   REST /api · OpenAPI /openapi/v1.json · DICOMweb /dicom-web · health /health/ready";
        yield return $"summary Edge link     {options.Centre.Link} (gRPC, dialled by the edges)";
        foreach (var site in options.Sites)
        {
            if (!site.Edge.Autostart)
            {
                yield return $"summary {site.Code,-13} not started here   {site.Name}";
                continue;
            }

            yield return $"site {site.Code}";
            yield return $"address edge-{site.Code} {site.Edge.Http}";
            yield return $"summary {site.Code,-13} DICOM {site.Edge.AeTitle}@{site.Edge.Dicom}   status {site.Edge.Http}   {site.Name}";
        }

        if (options.IsDemo)
        {
            yield return "summary Demo users    desk-a tech-a nurse-a us-a clinician-a · tech-b duty-b · trainee reader reader2 senior mdt qc admin";
            yield return "summary Password      regional-demo (all of them; the demo profile alone knows it)";
        }
    }
}
