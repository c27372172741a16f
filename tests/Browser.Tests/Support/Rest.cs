using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace Regional.Browser.Tests.Support;

/// <summary>REST as somebody, for what a test needs to be there before the browser shows it.</summary>
public sealed class Rest : IDisposable
{
    private readonly HttpClient http;

    private Rest(HttpClient http) => this.http = http;

    public static async Task<Rest> AsAsync(RunningRegion region, string user)
    {
        var http = new HttpClient { BaseAddress = region.Portal };
        using var answer = await http.PostAsJsonAsync("/api/auth/login", new { username = user, password = Person.Password });
        answer.EnsureSuccessStatusCode();
        var token = (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("token").GetString();
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return new Rest(http);
    }

    public async Task<JsonElement> GetAsync(string path) => await http.GetFromJsonAsync<JsonElement>(path);

    public async Task<JsonElement> PostAsync(string path, object body)
    {
        using var answer = await http.PostAsJsonAsync(path, body);
        var text = await answer.Content.ReadAsStringAsync();
        answer.IsSuccessStatusCode.ShouldBeTrue($"POST {path}: {(int)answer.StatusCode} {text}");
        return JsonSerializer.Deserialize<JsonElement>(text);
    }

    /// <summary>A request accepted at once; gives id and accession number.</summary>
    public async Task<(string Id, string Accession)> RequestAsync(
        string site, string name, string sex = "M", string item = "头颅CT平扫", string priority = "routine", bool arrive = false, string? localId = null)
    {
        var study = await PostAsync("/api/studies", new
        {
            request = new
            {
                site, item, priority, purpose = "头痛待查", flags = Array.Empty<string>(),
                patient = new
                {
                    demographics = new { name, sex, birthDate = "1961-05-17", provisional = false },
                    localIds = localId is null ? [] : new[] { new { issuer = site, value = localId } },
                },
            },
            arrive,
        });
        return (study.GetProperty("studyId").GetString()!, study.GetProperty("accessionNumber").GetString()!);
    }

    /// <summary>Asks until the answer holds; the network needs a moment.</summary>
    public async Task<JsonElement> UntilAsync(string path, Func<JsonElement, bool> holds, TimeSpan? limit = null)
    {
        using var patience = new CancellationTokenSource(limit ?? TimeSpan.FromSeconds(30));
        while (true)
        {
            var answer = await GetAsync(path);
            if (holds(answer)) return answer;
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, patience.Token);
        }
    }

    /// <summary>The exam that holds the images of a study.</summary>
    public async Task<JsonElement> StudyWithImagesAsync(string studyInstanceUid, int images)
    {
        var list = await UntilAsync("/api/studies?limit=200", answer => Find(answer, studyInstanceUid, images).ValueKind == JsonValueKind.Object);
        return Find(list, studyInstanceUid, images);
    }

    public void Dispose() => http.Dispose();

    private static JsonElement Find(JsonElement list, string uid, int images) => list.GetProperty("items").EnumerateArray()
        .FirstOrDefault(row => row.GetProperty("imagesAtCentre").GetInt32() >= images && row.GetProperty("studyInstanceUids").EnumerateArray().Any(each => each.GetString() == uid));
}
