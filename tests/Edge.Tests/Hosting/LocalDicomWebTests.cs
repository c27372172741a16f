using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text.Json;
using System.Xml.Linq;
using Regional.Edge.Tests.Dicom;
using Regional.Edge.Tests.Support;
using Regional.Imaging.Cluster;

namespace Regional.Edge.Tests.Hosting;

/// <summary>DICOMweb for the hospital's own network, with no centre to ask (R4.2.5-1, R4.2.5-3, R10.2.3): by address and token, right by right, default deny.</summary>
[Trait("Requirement", "R4.2.5-3")]
public sealed class LocalDicomWebTests
{
    private const string Token = "0123456789abcdef0123456789abcdef";
    private const string Other = "fedcba9876543210fedcba9876543210";

    private static readonly EdgeSetup Setup = new()
    {
        Profile = "production",
        DicomWeb = "{ origins: ['https://viewer.hospital.example'], clients: ["
            + "{ name: READING_ROOM, address: 127.0.0.0/24, token: file:reading-room, query: true, retrieve: true }, "
            + "{ name: CAMERA, address: 127.0.0.3, token: file:camera, store: true } ] }",
        Files = [("reading-room", Token + "\n"), ("camera", Other)],
    };

    [Fact]
    public async Task A_client_needs_its_address_its_token_and_the_right()
    {
        await using var edge = await EdgeUnderTest.StartAsync(Setup);
        var image = StoreTests.Small(61);
        (await edge.Modality.SendAsync([image.File]))[0].Stored.ShouldBeTrue();
        var stored = (await edge.FindAsync(image.SopInstanceUid)).ShouldNotBeNull();
        var frame = $"/dicom-web/studies/{stored.StudyUid}/series/{stored.SeriesUid}/instances/{stored.SopInstanceUid}/frames/1";

        using var reading = From(edge, "127.0.0.2", Token);
        (await reading.GetStringAsync("/dicom-web/studies")).ShouldContain(stored.StudyUid);
        (await reading.GetAsync(frame)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await StoreAsync(reading, 62)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);

        using var camera = From(edge, "127.0.0.3", Other);
        (await StoreAsync(camera, 63)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await camera.GetStringAsync("/dicom-web/studies")).ShouldBe("[]");
        (await camera.GetAsync(frame)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        var brought = (await edge.FindAsync(StoreTests.Small(63).SopInstanceUid)).ShouldNotBeNull();
        (brought.CallingAe, brought.Site).ShouldBe(("CAMERA", EdgeUnderTest.Site));
        // As what comes by C-STORE, it waits for the line.
        await edge.WhenQueueAsync(totals => totals.Received == 2);

        foreach (var (address, token) in new[] { ("127.0.0.2", Other), ("127.0.1.2", Token), ("127.0.0.2", "x"), ("127.0.0.2", ""), ("127.0.0.1", null) })
        {
            using var stranger = From(edge, address, token);
            foreach (var path in new[] { "/dicom-web/studies", frame, "/dicom-web/capabilities", "/dicom-web/nothing" })
                (await stranger.GetAsync(path)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized, $"{address} {path}");
            (await StoreAsync(stranger, 64)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        }
    }

    [Fact]
    public async Task Every_access_is_logged_by_client_and_study_and_holds_no_patient()
    {
        await using var edge = await EdgeUnderTest.StartAsync(Setup);
        var image = StoreTests.Small(65);
        await edge.Modality.SendAsync([image.File]);
        var stored = (await edge.FindAsync(image.SopInstanceUid)).ShouldNotBeNull();
        using var reading = From(edge, "127.0.0.2", Token);
        using var stranger = From(edge, "127.0.0.9", null);
        (await stranger.GetAsync("/dicom-web/studies")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await reading.GetAsync("/dicom-web/studies?PatientName=SECRET*")).StatusCode.ShouldBe(HttpStatusCode.OK);
        for (var again = 0; again < 3; again++)
            (await reading.GetAsync($"/dicom-web/studies/{stored.StudyUid}/metadata")).StatusCode.ShouldBe(HttpStatusCode.OK);

        // The line of a request follows its answer by a moment.
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (edge.Logs.Lines.Count(line => line.Event.Id is 3460 or 3461) < 3)
        {
            patience.IsCancellationRequested.ShouldBeFalse();
            await Task.Yield();
        }

        var lines = edge.Logs.Lines.Where(line => line.Event.Id is 3460 or 3461).Select(line => line.Message).ToList();
        lines.Count(line => line.Contains("READING_ROOM at 127.0.0.2", StringComparison.Ordinal) && line.Contains(stored.StudyUid, StringComparison.Ordinal)).ShouldBe(1);
        lines.Count(line => line.Contains("refused to 127.0.0.9", StringComparison.Ordinal)).ShouldBe(1);
        lines.ShouldAllBe(line => !line.Contains("SECRET", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Scripts_of_named_origins_alone_may_call()
    {
        await using var edge = await EdgeUnderTest.StartAsync(Setup);
        using var reading = From(edge, "127.0.0.2", null);
        async Task<HttpResponseMessage> PreflightAsync(string origin)
        {
            using var request = new HttpRequestMessage(HttpMethod.Options, "/dicom-web/studies");
            request.Headers.Add("Origin", origin);
            request.Headers.Add("Access-Control-Request-Method", "GET");
            request.Headers.Add("Access-Control-Request-Headers", "authorization");
            return await reading.SendAsync(request);
        }

        using var known = await PreflightAsync("https://viewer.hospital.example");
        known.Headers.GetValues("Access-Control-Allow-Origin").ShouldBe(["https://viewer.hospital.example"]);
        known.Headers.Contains("Access-Control-Allow-Credentials").ShouldBeFalse();
        foreach (var origin in new[] { "https://viewer.hospital.example.evil", "http://viewer.hospital.example", "null" })
        {
            using var answer = await PreflightAsync(origin);
            answer.Headers.Contains("Access-Control-Allow-Origin").ShouldBeFalse(origin);
        }
    }

    [Fact]
    public async Task Capabilities_name_every_resource_that_is_there()
    {
        await using var edge = await EdgeUnderTest.StartAsync(Setup);
        using var reading = From(edge, "127.0.0.2", Token);
        using var request = new HttpRequestMessage(HttpMethod.Options, "/dicom-web/");
        using var answer = await reading.SendAsync(request);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("application/vnd.sun.wadl+xml");
        var paths = XDocument.Parse(await answer.Content.ReadAsStringAsync()).Descendants().Attributes("path").Select(path => path.Value).ToList();
        paths.ShouldContain("studies/{study}/series/{series}/instances/{instance}/frames/{frames}");
        using var json = new HttpRequestMessage(HttpMethod.Get, "/dicom-web/capabilities");
        json.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        using var told = await reading.SendAsync(json);
        var resources = JsonDocument.Parse(await told.Content.ReadAsStringAsync()).RootElement.GetProperty("resources");
        resources.EnumerateArray().Count(one => one.GetProperty("transaction").GetString() == "StoreTransaction").ShouldBe(2);
        resources.GetArrayLength().ShouldBe(paths.Count);
    }

    [Fact]
    public async Task A_name_that_is_made_to_lead_here_is_not_this_machine()
    {
        await using var edge = await EdgeUnderTest.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/dicom-web/studies");
        request.Headers.Host = "evil.example";
        (await edge.Http.SendAsync(request)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await edge.Http.GetAsync("/dicom-web/studies")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task The_file_is_refused_with_every_fault_and_never_shows_a_token()
    {
        await using var edge = await EdgeUnderTest.StartAsync(Setup);
        var yaml = edge.Yaml.Replace("https://viewer.hospital.example", "https://viewer.hospital.example/ohif", StringComparison.Ordinal)
            .Replace("127.0.0.0/24", "10.1.2.0/99", StringComparison.Ordinal).Replace("file:camera", "plain-secret", StringComparison.Ordinal)
            .Replace("file:reading-room", "file:nowhere", StringComparison.Ordinal).Replace(", store: true", "", StringComparison.Ordinal)
            .Replace("name: CAMERA", "name: 'a b'", StringComparison.Ordinal);
        var wrong = Should.Throw<ClusterFileException>(() => ClusterFile.Parse(yaml, edge.Folder, ClusterPart.Edge(EdgeUnderTest.Site)));
        string[] expected =
        [
            "sites[township-a].edge.dicomweb.origins", "sites[township-a].edge.dicomweb.clients.address", "sites[township-a].edge.dicomweb.clients.token",
            "sites[township-a].edge.dicomweb.clients.name", "sites[township-a].edge.dicomweb.clients.name", "sites[township-a].edge.dicomweb.clients.token",
        ];
        wrong.Faults.Select(fault => fault.Name).ShouldBe(expected, ignoreOrder: true);
        wrong.Message.ShouldNotContain("plain-secret");
    }

    /// <summary>A client that calls from one address of this machine.</summary>
    private static HttpClient From(EdgeUnderTest edge, string address, string? token)
    {
        var client = new HttpClient(new SocketsHttpHandler
        {
            ConnectCallback = async (_, cancellation) =>
            {
                var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                socket.Bind(new IPEndPoint(IPAddress.Parse(address), 0));
                await socket.ConnectAsync(IPAddress.Loopback, edge.HttpPort, cancellation);
                return new NetworkStream(socket, ownsSocket: true);
            },
        })
        { BaseAddress = edge.Http.BaseAddress };
        if (token is not null)
            client.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", "Bearer " + token);
        return client;
    }

    private static async Task<HttpResponseMessage> StoreAsync(HttpClient client, int seed)
    {
        using var file = new MemoryStream();
        await StoreTests.Small(seed).File.SaveAsync(file);
        using var content = new ByteArrayContent(file.ToArray());
        content.Headers.ContentType = new MediaTypeHeaderValue("application/dicom");
        return await client.PostAsync("/dicom-web/studies", content);
    }
}
