using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using Regional.Edge.Status;
using Regional.Imaging.Cluster;

namespace Regional.Edge.Peers;

/// <summary>
/// The command line <c>dicom echo|query|send|import|jobs|cancel|retry</c>: speaks to the running edge of this machine over its local door, which does the work and
/// keeps the jobs.
/// </summary>
internal sealed class PeerCommand(string verb, string site, string clusterPath, IReadOnlyDictionary<string, string> options)
{
    public const string Usage = """
        Usage: Regional.Edge dicom VERB --site CODE --cluster cluster.yaml
          echo [--to AE]                                     ask one, or everybody that the edge calls, whether it is there
          query --to AE [--from DATE] [--until DATE] [--modality CS] [--patient ID] [--accession NO]     studies of an older archive
          send --to AE --study UID                           a study to a workstation or archive
          import --from AE --since DATE --until DATE [--modality CS] [--patient ID]     an older archive's history, as a job
          jobs                                               what was asked for and how far it is
          cancel|retry --job ID
        Dates are YYYY-MM-DD.
        """;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Null: not a command line that this is.</summary>
    public static PeerCommand? Parse(string[] args)
    {
        if (args is not ["dicom", var verb, .. var rest] || rest.Length % 2 != 0)
            return null;
        var options = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var i = 0; i < rest.Length; i += 2)
        {
            if (!rest[i].StartsWith("--", StringComparison.Ordinal) || !options.TryAdd(rest[i][2..], rest[i + 1]))
                return null;
        }

        return options.Remove("site", out var site) && options.Remove("cluster", out var cluster) ? new PeerCommand(verb, site, cluster, options) : null;
    }

    /// <returns>The process's exit code: 0 done or accepted, 1 refused or not answered, 2 not understood.</returns>
    public async Task<int> RunAsync(TextWriter output)
    {
        var cluster = ClusterFile.Load(clusterPath, ClusterPart.Edge(site));
        if (cluster.Site(site) is not { } edge)
            return 2;
        using var own = edge.Edge.Tls is { } tls ? TlsIdentity.Load(cluster, tls, $"sites[{site}].edge.tls") : null;
        // The edge's certificate names the hospital's address, not this machine's loopback: it is known by being the very one of the file.
        using var handler = new SocketsHttpHandler
        {
            SslOptions = { RemoteCertificateValidationCallback = (_, shown, _, _) => own is not null && shown is not null && own.Certificate.RawData.AsSpan().SequenceEqual(shown.GetRawCertData()) },
        };
        var url = new UriBuilder(edge.Edge.Http) { Host = "127.0.0.1" };
        using var http = new HttpClient(handler) { BaseAddress = url.Uri, Timeout = TimeSpan.FromMinutes(5) };
        http.DefaultRequestHeaders.Add(StatusEndpoints.HandHeader, "1");
        return verb switch
        {
            "echo" when Has("to") => await AskAsync(http, output, HttpMethod.Post, $"peers/{Ae("to")}/echo", new { }),
            "echo" => await EchoAllAsync(http, output),
            "query" when Has("to") => await AskAsync(http, output, HttpMethod.Post, $"peers/{Ae("to")}/studies", new PeerCriteria(
                Date("from"), Date("until"), Option("modality"), Option("patient"), null, Option("accession"))),
            "send" when Has("to", "study") => await AskAsync(http, output, HttpMethod.Post, $"peers/{Ae("to")}/sends", new SendWish(Option("study"))),
            "import" when Has("from", "since", "until") => await AskAsync(http, output, HttpMethod.Post, $"peers/{Ae("from")}/imports", new ImportWish(
                Date("since"), Date("until"), Option("modality"), Option("patient"))),
            "jobs" => await AskAsync(http, output, HttpMethod.Get, "peers/jobs", null),
            "cancel" or "retry" when Has("job") => await AskAsync(http, output, HttpMethod.Post, $"peers/jobs/{Uri.EscapeDataString(options["job"])}/{verb}", new { }),
            _ => Misunderstood(output),
        };
    }

    private static int Misunderstood(TextWriter output)
    {
        output.WriteLine(Usage);
        return 2;
    }

    private static async Task<int> EchoAllAsync(HttpClient http, TextWriter output)
    {
        var all = await http.GetFromJsonAsync<PeerAnswer[]>("peers/", Json) ?? [];
        var silent = 0;
        foreach (var peer in all)
        {
            using var response = await http.PostAsJsonAsync($"peers/{Uri.EscapeDataString(peer.AeTitle)}/echo", new { }, Json);
            var answer = response.IsSuccessStatusCode ? await response.Content.ReadFromJsonAsync<EchoAnswer>(Json) : null;
            silent += answer is { Answers: true } ? 0 : 1;
            await output.WriteLineAsync($"{peer.AeTitle,-16} {peer.Address}:{peer.Port} {(answer is { Answers: true } ? "answers" : answer?.Failure ?? response.StatusCode.ToString())}");
        }

        return silent == 0 ? 0 : 1;
    }

    private static async Task<int> AskAsync(HttpClient http, TextWriter output, HttpMethod method, string path, object? body)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body, body.GetType(), options: Json) };
        try
        {
            using var response = await http.SendAsync(request);
            var text = await response.Content.ReadAsStringAsync();
            await output.WriteLineAsync(text.Length > 0 ? JsonSerializer.Serialize(JsonSerializer.Deserialize<JsonElement>(text), Json)
                : string.Create(CultureInfo.InvariantCulture, $"{(int)response.StatusCode} {response.ReasonPhrase}"));
            return response.IsSuccessStatusCode && !text.Contains("\"answers\":false", StringComparison.Ordinal) ? 0 : 1;
        }
        catch (HttpRequestException away)
        {
            await output.WriteLineAsync($"The edge does not answer: {away.HttpRequestError}. Is it running on this machine?");
            return 1;
        }
    }

    private bool Has(params string[] names) => names.All(options.ContainsKey);

    private string? Option(string name) => options.GetValueOrDefault(name);

    private string Ae(string name) => Uri.EscapeDataString(options[name]);

    private DateOnly? Date(string name) =>
        DateOnly.TryParseExact(Option(name), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) ? date : null;
}
