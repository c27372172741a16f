using System.Net.Http.Json;
using System.Text.Json;
using FellowOakDicom;
using Regional.Imaging;
using Regional.Imaging.Packs;
using Regional.TestKit.Phantoms;

namespace Regional.Portal.Tests.Hosting;

/// <summary>REST in a few words.</summary>
internal static class Rest
{
    public static string Path(string studyId, string rest = "") => $"/api/studies/{Uri.EscapeDataString(studyId)}{rest}";

    /// <summary>POST that has to succeed.</summary>
    public static async Task<JsonElement> Command(this HttpClient client, string path, object? body = null)
    {
        using var response = await client.PostAsJsonAsync(path, body ?? new { }, CentreFixture.Json);
        var text = await response.Content.ReadAsStringAsync();
        response.IsSuccessStatusCode.ShouldBeTrue($"{path}: {(int)response.StatusCode} {text}");
        return JsonSerializer.Deserialize<JsonElement>(text);
    }

    /// <summary>POST that has to be refused: status and rule.</summary>
    public static async Task<(int Status, string Rule)> Refused(this HttpClient client, string path, object? body = null)
    {
        using var response = await client.PostAsJsonAsync(path, body ?? new { }, CentreFixture.Json);
        var text = await response.Content.ReadAsStringAsync();
        response.IsSuccessStatusCode.ShouldBeFalse(text);
        return ((int)response.StatusCode, JsonSerializer.Deserialize<JsonElement>(text).GetProperty("rule").GetString()!);
    }

    public static async Task<JsonElement> Get(this HttpClient client, string path) => await client.GetFromJsonAsync<JsonElement>(path);

    public static string Text(this JsonElement element, string name) => element.GetProperty(name).GetString()!;

    /// <summary>Asks again until it holds: projections follow the grain by some milliseconds. Fails after ten seconds.</summary>
    public static async Task<JsonElement> Until(this HttpClient client, string path, Func<JsonElement, bool> holds)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        while (true)
        {
            var answer = await client.Get(path);
            if (holds(answer))
                return answer;
            patience.IsCancellationRequested.ShouldBeFalse($"{path} never came to be: {answer}");
            await Task.Yield();
        }
    }

    /// <summary>Puts a phantom's images into the centre's archive, as the link does.</summary>
    public static async Task Receive(this ImageArchive archive, PhantomStudy study, string site)
    {
        foreach (var image in study.Images())
        {
            using var file = new MemoryStream();
            await image.File.SaveAsync(file);
            var bytes = file.ToArray();
            // Preamble, DICM and the group length element tell where the data set begins (PS3.10 7.1).
            var dataSet = 132 + 12 + (int)BitConverter.ToUInt32(bytes, 132 + 8);
            using var arrival = archive.Buffers.Rent();
            arrival.BeginDataSet();
            arrival.Write(bytes.AsSpan(dataSet));
            arrival.Complete();
            var instance = new ReceivedInstance(
                study.StudyInstanceUid, study.SeriesInstanceUid, image.SopInstanceUid, image.File.Dataset.GetString(DicomTag.SOPClassUID),
                image.File.FileMetaInfo.TransferSyntax.UID.UID, study.Recipe.StationAe, site, TimeProvider.System.GetUtcNow());
            (await archive.StoreAsync(instance, arrival, default)).ShouldBeOfType<StoreResult.Stored>();
        }
    }
}
