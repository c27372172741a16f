using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace Regional.Load.Portal;

/// <summary>The portal refused (RFC 9457) or could not be understood.</summary>
/// <param name="status">HTTP status.</param>
/// <param name="rule">Machine name of the rule that was broken, where given.</param>
/// <param name="request">Method and path, without what may name a person.</param>
public sealed class PortalRefusedException(HttpStatusCode status, string? rule, string request)
    : Exception($"{request}: {(int)status} {rule ?? status.ToString()}")
{
    public HttpStatusCode Status { get; } = status;

    public string? Rule { get; } = rule;
}

/// <summary>One signed-in person at the portal, over REST. Disposing forgets the token; it does not sign out.</summary>
public sealed class PortalClient : IDisposable
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);
    private readonly HttpClient http;

    private PortalClient(HttpClient http, SignedIn session)
    {
        this.http = http;
        Token = session.Token;
        User = session.User;
    }

    public string Token { get; }

    public PortalUser User { get; }

    public static async Task<PortalClient> SignInAsync(Uri portal, string username, string password, CancellationToken cancellation = default)
    {
        // Loopback or a load line: connections are kept, answers are expected fast.
        var http = new HttpClient(new SocketsHttpHandler { UseCookies = false, PooledConnectionLifetime = TimeSpan.FromMinutes(10) })
        {
            BaseAddress = portal,
            Timeout = TimeSpan.FromSeconds(30),
        };
        try
        {
            using var response = await http.PostAsJsonAsync("/api/auth/login", new { username, password }, Json, cancellation);
            var session = await ReadAsync<SignedIn>(response, "POST /api/auth/login", cancellation);
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", session.Token);
            http.DefaultRequestHeaders.Add("X-Regional", "1");
            return new PortalClient(http, session);
        }
        catch
        {
            http.Dispose();
            throw;
        }
    }

    public async Task<T> GetAsync<T>(string path, CancellationToken cancellation = default)
    {
        using var response = await http.GetAsync(new Uri(path, UriKind.Relative), cancellation);
        return await ReadAsync<T>(response, "GET " + Shape(path), cancellation);
    }

    /// <param name="key">A ULID that makes a repeat of the same command harmless; drawn when left out.</param>
    public Task<T> PostAsync<T>(string path, object? body = null, string? key = null, CancellationToken cancellation = default) =>
        SendAsync<T>(HttpMethod.Post, path, body, key, cancellation);

    public Task<T> PutAsync<T>(string path, object body, CancellationToken cancellation = default) =>
        SendAsync<T>(HttpMethod.Put, path, body, null, cancellation);

    /// <summary>Every study of a view, page after page.</summary>
    public async Task<IReadOnlyList<StudyLine>> StudiesAsync(string view, int mostPages = 20, CancellationToken cancellation = default)
    {
        var all = new List<StudyLine>();
        string? after = null;
        for (var page = 0; page < mostPages; page++)
        {
            var from = after is null ? "" : "&after=" + Uri.EscapeDataString(after);
            var lines = await GetAsync<StudyLines>($"/api/studies?view={view}&limit=200{from}", cancellation);
            all.AddRange(lines.Items);
            if (lines.Next is not { Length: > 0 } next || lines.Items.Count == 0) break;
            after = next;
        }

        return all;
    }

    public Task<StudyView> StudyAsync(string studyId, CancellationToken cancellation = default) =>
        GetAsync<StudyView>(Study(studyId), cancellation);

    public static string Study(string studyId) => "/api/studies/" + Uri.EscapeDataString(studyId);

    public void Dispose() => http.Dispose();

    private async Task<T> SendAsync<T>(HttpMethod method, string path, object? body, string? key, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(method, path) { Content = JsonContent.Create(body ?? new { }, options: Json) };
        request.Headers.Add("Idempotency-Key", key ?? CommandKey.New());
        using var response = await http.SendAsync(request, cancellation);
        return await ReadAsync<T>(response, $"{method} {Shape(path)}", cancellation);
    }

    private static async Task<T> ReadAsync<T>(HttpResponseMessage response, string request, CancellationToken cancellation)
    {
        if (!response.IsSuccessStatusCode)
        {
            string? rule = null;
            try
            {
                var problem = await response.Content.ReadFromJsonAsync<JsonElement>(Json, cancellation);
                if (problem.TryGetProperty("rule", out var named)) rule = named.GetString();
            }
            catch (JsonException)
            {
                // Not a problem document; the status says enough.
            }

            throw new PortalRefusedException(response.StatusCode, rule, request);
        }

        if (response.StatusCode == HttpStatusCode.NoContent) return default!;
        return await response.Content.ReadFromJsonAsync<T>(Json, cancellation)
            ?? throw new PortalRefusedException(response.StatusCode, "empty", request);
    }

    /// <summary>The path without what may name a person.</summary>
    private static string Shape(string path) => path.Split('?')[0];
}
