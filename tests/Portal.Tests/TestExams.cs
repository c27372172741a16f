using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Regional.Portal.Tests.Hosting;
using Regional.TestKit.Phantoms;

namespace Regional.Portal.Tests;

/// <summary>Bodies of requests that tests make.</summary>
internal static class TestExams
{
    public static readonly object Text = new { findings = "脑实质密度未见异常。", impression = "颅内未见急性出血。", positive = false };

    /// <summary>An exam of township-a whose images are at the centre, waiting for a reader.</summary>
    public static async Task<string> Readable(this CentreFixture centre, int seed, string name, string priority = "routine")
    {
        using var desk = await centre.As("desk-a");
        using var technician = await centre.As("tech-a");
        var made = await desk.Command("/api/studies", Walking(name, localId: $"T{seed}", priority: priority));
        var id = made.Text("studyId");
        await technician.Command(Rest.Path(id, "/start"));
        await centre.Host.Archive.Receive(new PhantomStudy(new StudyRecipe { Seed = seed, Images = 1, PatientId = $"T{seed}", PatientName = "Ce^Shi=" + name, AccessionNumber = made.Text("accessionNumber") }), "township-a");
        await technician.Until(Rest.Path(id), s => s.GetProperty("images").EnumerateArray().Sum(i => i.GetProperty("atCentre").GetInt32()) == 1);
        await technician.Command(Rest.Path(id, "/complete"), new { imagesExpected = 1 });
        await technician.Until(Rest.Path(id), s => s.Text("phase") == "readyToRead");
        return id;
    }

    /// <summary>Claims a readable exam; gives the fencing token.</summary>
    public static async Task<long> Claim(this HttpClient reader, string id)
    {
        // The reading list hears of an exam a moment after the exam itself says that it can be read.
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        while (true)
        {
            using var response = await reader.PostAsJsonAsync(Rest.Path(id, "/report/claim"), new { }, CentreFixture.Json);
            var text = await response.Content.ReadAsStringAsync();
            if (response.StatusCode == HttpStatusCode.NotFound && text.Contains("claim.listed", StringComparison.Ordinal) && !patience.IsCancellationRequested)
                continue;
            response.IsSuccessStatusCode.ShouldBeTrue($"claim: {(int)response.StatusCode} {text}");
            return JsonSerializer.Deserialize<JsonElement>(text).GetProperty("ticket").GetProperty("token").GetInt64();
        }
    }

    /// <summary>Gives a command that demands the version seen: the present one.</summary>
    public static async Task<JsonElement> Versioned(this HttpClient client, string id, string verb, Func<long, object> body)
    {
        // A claim's renewal follows an autosave by some milliseconds, so the version may move once more.
        while (true)
        {
            var version = (await client.Get(Rest.Path(id))).GetProperty("version").GetInt64();
            using var response = await client.PostAsJsonAsync(Rest.Path(id, verb), body(version), CentreFixture.Json);
            var text = await response.Content.ReadAsStringAsync();
            if (response.StatusCode == HttpStatusCode.PreconditionFailed && text.Contains("exam.version", StringComparison.Ordinal))
                continue;
            response.IsSuccessStatusCode.ShouldBeTrue($"{verb}: {(int)response.StatusCode} {text}");
            return JsonSerializer.Deserialize<JsonElement>(text);
        }
    }

    /// <summary>A new patient who stands at the desk for a head CT.</summary>
    public static object Walking(string name, string? site = null, string? localId = null, string priority = "routine", string? stationAe = null) => new
    {
        request = new
        {
            site,
            item = "头颅CT平扫",
            priority,
            purpose = "头痛待查",
            stationAe,
            patient = new
            {
                demographics = new { name, sex = "F", birthDate = "1961-05-17", provisional = false },
                localIds = localId is null ? [] : new[] { new { issuer = site ?? "township-a", value = localId } },
            },
        },
        arrive = true,
    };
}
