using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace Regional.Edge.Tests.Support;

/// <summary>An edge's local door to its peers, as a person on that machine uses it.</summary>
internal static class PeerDoor
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static async Task<(HttpStatusCode Status, JsonElement Body)> PostAsync(this EdgeUnderTest edge, string path, object body, bool byHand = true)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(path, UriKind.Relative)) { Content = JsonContent.Create(body) };
        if (byHand)
            request.Headers.Add("X-Regional-Edge", "1");
        using var response = await edge.Http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        return (response.StatusCode, text.Length == 0 ? default : JsonSerializer.Deserialize<JsonElement>(text));
    }

    /// <summary>Asks for a job; its id.</summary>
    public static async Task<string> BeginAsync(this EdgeUnderTest edge, string path, object body)
    {
        var (status, job) = await edge.PostAsync(path, body);
        status.ShouldBe(HttpStatusCode.Accepted, job.ToString());
        return job.GetProperty("id").GetString()!;
    }

    public static async Task<JsonElement> JobAsync(this EdgeUnderTest edge, string id) =>
        await edge.Http.GetFromJsonAsync<JsonElement>(new Uri($"/peers/jobs/{id}", UriKind.Relative));

    /// <summary>The job, once it is as asked.</summary>
    public static async Task<JsonElement> WhenJobAsync(this EdgeUnderTest edge, string id, Func<JsonElement, bool> holds)
    {
        using var limit = new CancellationTokenSource(Patience);
        while (true)
        {
            var job = await edge.JobAsync(id);
            if (holds(job))
                return job;
            try
            {
                await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, limit.Token);
            }
            catch (OperationCanceledException)
            {
                throw new TimeoutException($"The job stayed at {job}.");
            }
        }
    }

    public static bool IsDone(JsonElement job) => job.GetProperty("state").GetString() == "Done";

    public static bool HasFailed(JsonElement job) => job.GetProperty("failure").ValueKind == JsonValueKind.String;

    public static (int Total, int Done, int Failed) Counts(JsonElement job) =>
        (job.GetProperty("total").GetInt32(), job.GetProperty("done").GetInt32(), job.GetProperty("failed").GetInt32());
}
