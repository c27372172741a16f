using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.SignalR.Client;
using Regional.TestKit;

namespace Regional.System.Tests.Support;

/// <summary>One signed-in person at the portal, over the public surface alone: REST, DICOMweb, hub.</summary>
internal sealed class PortalUnderTest : IAsyncDisposable
{
    private readonly HttpClient _http;
    private readonly string _token;
    private HubConnection? _hub;

    private PortalUnderTest(HttpClient http, string token) => (_http, _token) = (http, token);

    /// <summary>What the queue hub has told: sequence and topics.</summary>
    public EventCollector<JsonElement> Changes { get; } = new();

    public static async Task<PortalUnderTest> SignInAsync(Uri portal, string user)
    {
        var http = new HttpClient { BaseAddress = portal, Timeout = TimeSpan.FromSeconds(30) };
        var answer = await http.PostAsJsonAsync("/api/auth/login", new { username = user, password = "regional-demo" });
        answer.EnsureSuccessStatusCode();
        var token = (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("token").GetString()!;
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        http.DefaultRequestHeaders.Add("X-Regional", "1");
        return new PortalUnderTest(http, token);
    }

    public Task<JsonElement> GetAsync(string path) => _http.GetFromJsonAsync<JsonElement>(path);

    public async Task<JsonElement> PostAsync(string path, object body)
    {
        var answer = await _http.PostAsJsonAsync(path, body);
        if (!answer.IsSuccessStatusCode)
            throw new HttpRequestException($"POST {path}: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }

    /// <summary>The reading list's row of a study; null while it is not on the list.</summary>
    public async Task<JsonElement?> OnReadingListAsync(string studyInstanceUid)
    {
        string? after = null;
        do
        {
            var page = await GetAsync($"/api/studies?view=reading&limit=200{(after is null ? "" : "&after=" + Uri.EscapeDataString(after))}");
            foreach (var row in page.GetProperty("items").EnumerateArray())
            {
                if (row.GetProperty("studyInstanceUids").EnumerateArray().Any(uid => uid.GetString() == studyInstanceUid))
                    return row;
            }

            after = page.GetProperty("next").GetString();
        }
        while (after is not null);
        return null;
    }

    /// <summary>Ends when the row is on the list and as asked.</summary>
    public async Task<JsonElement> WhenOnReadingListAsync(string studyInstanceUid, Func<JsonElement, bool> holds, TimeSpan? patience = null)
    {
        using var limit = new CancellationTokenSource(patience ?? TimeSpan.FromSeconds(60));
        JsonElement? last = null;
        while (!limit.IsCancellationRequested)
        {
            last = await OnReadingListAsync(studyInstanceUid);
            if (last is { } row && holds(row))
                return row;
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, CancellationToken.None);
        }

        throw new TimeoutException($"On the reading list: {last}");
    }

    /// <summary>Instances of a study by QIDO-RS, as often as they are told.</summary>
    public async Task<IReadOnlyList<(string Series, string Sop)>> InstancesAsync(string studyInstanceUid)
    {
        List<(string, string)> found = [];
        while (true)
        {
            using var answer = await _http.GetAsync($"/dicom-web/studies/{studyInstanceUid}/instances?limit=500&offset={found.Count}");
            if (answer.StatusCode is global::System.Net.HttpStatusCode.NotFound or global::System.Net.HttpStatusCode.NoContent)
                return found;
            answer.EnsureSuccessStatusCode();
            var page = await answer.Content.ReadFromJsonAsync<JsonElement>();
            if (page.GetArrayLength() == 0)
                return found;
            foreach (var instance in page.EnumerateArray())
                found.Add((Value(instance, "0020000E"), Value(instance, "00080018")));
            if (page.GetArrayLength() < 500)
                return found;
        }
    }

    /// <summary>SHA-256 of an image's only frame by WADO-RS: its pixels as they were sent.</summary>
    public async Task<string> PixelHashAsync(string study, string series, string sop)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/dicom-web/studies/{study}/series/{series}/instances/{sop}/frames/1");
        request.Headers.TryAddWithoutValidation("Accept", "application/octet-stream");
        using var answer = await _http.SendAsync(request);
        answer.EnsureSuccessStatusCode();
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("application/octet-stream");
        return Convert.ToHexStringLower(SHA256.HashData(await answer.Content.ReadAsByteArrayAsync()));
    }

    /// <summary>Opens the queue hub as a page does.</summary>
    public async Task ListenAsync()
    {
        _hub = new HubConnectionBuilder()
            .WithUrl(new Uri(_http.BaseAddress!, "/hubs/queue"), options => options.AccessTokenProvider = () => Task.FromResult<string?>(_token))
            .Build();
        _hub.On<JsonElement>("Changed", change => Changes.Add(change));
        await _hub.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_hub is not null)
            await _hub.DisposeAsync();
        _http.Dispose();
    }

    private static string Value(JsonElement instance, string tag) => instance.GetProperty(tag).GetProperty("Value")[0].GetString()!;
}
