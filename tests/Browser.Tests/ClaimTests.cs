using Microsoft.Playwright;
using Regional.Browser.Tests.Support;

namespace Regional.Browser.Tests;

/// <summary>Issue "Backbone", 3: of two readers who claim at once exactly one wins, the other sees who.</summary>
[Collection(RegionCollection.Name)]
public sealed class ClaimTests(RunningRegion region)
{
    [SkippableFact]
    public async Task Of_two_readers_at_once_one_wins_and_the_other_sees_who()
    {
        region.Need();
        using var rest = await Rest.AsAsync(region, "reader");
        var study = await region.SendAsync("township-a", Capture.HeadCt(201, "Zhao^Yi"));
        var id = (await rest.StudyWithImagesAsync(study.StudyInstanceUid, 12)).GetProperty("studyId").GetString()!;
        await using var first = await Person.SignInAsync(region, "reader");
        await using var second = await Person.SignInAsync(region, "reader2");
        ILocator Claim(Person person) => person.Page.Locator($"[data-row-key='{id}']").GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "认领" });
        await Claim(first).WaitForAsync();
        await Claim(second).WaitForAsync();

        // Neither request goes out before both have been made: else the live list takes the button from the slower hand.
        using var asked = new CountdownEvent(2);
        var both = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        foreach (var person in new[] { first, second })
            await person.Page.RouteAsync("**/claim", async route =>
            {
                if (asked.Signal()) both.SetResult();
                await both.Task.WaitAsync(TimeSpan.FromSeconds(20));
                await route.ContinueAsync();
            });
        await Task.WhenAll(Claim(first).ClickAsync(), Claim(second).ClickAsync());

        var reading = new[] { first, second }.Select(person => person.Test("preliminary").WaitForAsync()).ToArray();
        var winner = await Task.WhenAny(reading) == reading[0] ? first : second;
        var other = winner == first ? second : first;
        var name = winner == first ? "孙佳" : "许诺";
        await Assertions.Expect(other.Page.Locator($"[data-row-key='{id}']")).ToContainTextAsync(name);
        await Assertions.Expect(Claim(other)).ToHaveCountAsync(0);
        other.Page.Url.ShouldEndWith("/reading");
        await other.KeepAsync("claimed-by-other");
        foreach (var waiting in reading) _ = waiting.ContinueWith(task => task.Exception, TaskScheduler.Default);
    }
}
