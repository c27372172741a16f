using System.Globalization;
using System.Net.Sockets;
using FellowOakDicom.Network;
using Regional.Load.Portal;
using Regional.Load.Region;

namespace Regional.Load.Demo;

/// <summary>Fills the demo region so that the first look holds what demo-data lists, through REST and DICOM alone. May be run again.</summary>
public static class DemoFiller
{
    private const int AtOnce = 3;

    /// <returns>0 when every story was told, else 1.</returns>
    public static async Task<int> RunAsync(RegionMap region, string password, CancellationToken cancellation)
    {
        try
        {
            using var staff = await DemoStaff.SignInAsync(region.Portal, password, cancellation);
            var known = await staff["admin"].StudiesAsync("all", cancellation: cancellation);
            var day = TimeProvider.System.GetUtcNow().ToOffset(TimeSpan.FromHours(8)).ToString("yyyyMMdd", CultureInfo.InvariantCulture);
            var stories = new DemoStories(staff, region, known, day, password).All();
            using var turns = new SemaphoreSlim(AtOnce);
            var told = await Task.WhenAll(stories.Select(story => TellAsync(story, turns, cancellation)));
            Console.WriteLine($"{told.Count(t => t)} of {told.Length} stories told.");
            return told.All(t => t) ? 0 : 1;
        }
        catch (Exception failure) when (failure is HttpRequestException or PortalRefusedException)
        {
            await Console.Error.WriteLineAsync($"The demo could not be filled: {failure.Message}");
            return 1;
        }
    }

    private static async Task<bool> TellAsync(DemoStory story, SemaphoreSlim turns, CancellationToken cancellation)
    {
        await turns.WaitAsync(cancellation);
        try
        {
            await story.Tell();
            Console.WriteLine($"  {story.Name}");
            return true;
        }
        catch (Exception failure) when (failure is HttpRequestException or PortalRefusedException or DemoException or DicomNetworkException or SocketException or IOException or System.Text.Json.JsonException)
        {
            await Console.Error.WriteLineAsync($"  {story.Name}: {failure.Message}");
            return false;
        }
        finally
        {
            turns.Release();
        }
    }
}

/// <summary>One thing that the first look holds.</summary>
public sealed record DemoStory(string Name, Func<Task> Tell);
