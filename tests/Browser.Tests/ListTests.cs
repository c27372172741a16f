using System.Diagnostics;
using Microsoft.Playwright;
using Regional.Browser.Tests.Support;

namespace Regional.Browser.Tests;

/// <summary>Issue "Backbone", 2: a township's images on the reader's open list.</summary>
[Collection(RegionCollection.Name)]
public sealed class ListTests(RunningRegion region)
{
    [SkippableFact]
    public async Task Images_nobody_announced_stand_on_the_open_list_within_a_second_badged()
    {
        region.Need();
        await using var reader = await Person.SignInAsync(region, "reader");
        await reader.Page.EvaluateAsync("window.neverReloaded = true");

        // Three arrivals: what else the machine is busy with may delay one of them, not the way itself.
        List<TimeSpan> waits = [];
        foreach (var (name, index) in ((string[])["Zhang^Lie", "Tang^Lie", "Kang^Lie"]).Select((name, index) => (name, index)))
        {
            var study = await region.PrepareAsync(Capture.HeadCt(110 + index, name));
            await region.SendAsync("township-a", study);
            var clock = Stopwatch.StartNew();
            var row = reader.Row(name.Replace('^', ' '));
            await row.GetByText("12 / —").WaitForAsync();
            waits.Add(clock.Elapsed);
            (await row.InnerTextAsync()).ShouldContain("未匹配");
            (await row.InnerTextAsync()).ShouldContain("青石镇中心卫生院");
        }

        (await reader.Page.EvaluateAsync<bool>("window.neverReloaded === true")).ShouldBeTrue();
        waits.Min().ShouldBeLessThan(TimeSpan.FromSeconds(1), string.Join(", ", waits));
        await reader.KeepAsync("reading-list");
    }

    [SkippableFact]
    public async Task A_list_is_filtered_by_name_and_run_by_keyboard()
    {
        region.Need();
        using var rest = await Rest.AsAsync(region, "reader");
        var study = await region.SendAsync("township-a", Capture.HeadCt(102, "Li^Jian"));
        await rest.StudyWithImagesAsync(study.StudyInstanceUid, 12);
        await using var reader = await Person.SignInAsync(region, "reader");

        await reader.Page.Keyboard.PressAsync("/");
        await reader.Page.Keyboard.TypeAsync("Li");
        await reader.Page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(reader.Page.Locator("tr[data-row-key]")).ToHaveCountAsync(1);
        reader.Page.Url.ShouldNotContain("Li", customMessage: "a name stands in no address");

        await reader.Page.Keyboard.PressAsync("c");
        await reader.Page.WaitForURLAsync(address => address.Contains("/read/", StringComparison.Ordinal));
        await Assertions.Expect(reader.Test("preliminary")).ToBeVisibleAsync();
    }
}
