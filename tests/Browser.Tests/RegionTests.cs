using Microsoft.Playwright;
using Regional.Browser.Tests.Support;

namespace Regional.Browser.Tests;

/// <summary>Issue "Backbone", 5: the administrator pulls plugs; nothing is lost.</summary>
[Collection(RegionCollection.Name)]
public sealed class RegionTests(RunningRegion region)
{
    [SkippableFact]
    public async Task A_killed_edge_shows_offline_and_comes_back_by_itself()
    {
        region.Need();
        await using var administrator = await Person.SignInAsync(region, "admin");
        var site = administrator.Test("site-township-b");
        await Assertions.Expect(site).ToContainTextAsync("在线");
        await region.KillAsync("township-b");
        await Assertions.Expect(site).ToContainTextAsync("离线", new LocatorAssertionsToContainTextOptions { Timeout = 60_000 });
        await administrator.KeepAsync("region-offline");
        await region.StartAsync("township-b");
        await Assertions.Expect(site.GetByText("在线", new LocatorGetByTextOptions { Exact = true })).ToBeVisibleAsync(new LocatorAssertionsToBeVisibleOptions { Timeout = 60_000 });
        await administrator.KeepAsync("region");
    }

    [SkippableFact]
    public async Task With_the_centre_gone_the_edge_goes_on_receiving_the_page_says_so_and_both_catch_up()
    {
        region.Need();
        var study = await region.PrepareAsync(Capture.HeadCt(702, "Zhu^Duan"));
        await using var reader = await Person.SignInAsync(region, "reader");
        await region.KillAsync("centre");
        await Assertions.Expect(reader.Page.Locator(".line-down")).ToBeVisibleAsync(new LocatorAssertionsToBeVisibleOptions { Timeout = 40_000 });
        await reader.KeepAsync("line-down");

        await region.SendAsync("township-a", study);

        await region.StartAsync("centre");
        await Assertions.Expect(reader.Page.Locator(".line-live")).ToBeVisibleAsync(new LocatorAssertionsToBeVisibleOptions { Timeout = 40_000 });
        await Assertions.Expect(reader.Row("Zhu")).ToContainTextAsync("12", new LocatorAssertionsToContainTextOptions { Timeout = 60_000 });
    }

    [SkippableFact]
    public async Task A_device_is_taken_out_of_service_with_a_reason_and_put_back()
    {
        region.Need();
        await using var administrator = await Person.SignInAsync(region, "admin");
        var device = administrator.Row("A_US1");
        await device.GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "停机" }).ClickAsync();
        await administrator.Test("reason").FillAsync("探头维修");
        await administrator.Page.Locator(".ant-modal-footer .ant-btn-primary").ClickAsync();
        await Assertions.Expect(device).ToContainTextAsync("探头维修");
        await device.GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "恢复使用" }).ClickAsync();
        await Assertions.Expect(device).ToContainTextAsync("使用中");
    }

    [SkippableFact]
    public async Task The_audit_shows_who_opened_and_who_was_refused()
    {
        region.Need();
        using (var stranger = await Rest.AsAsync(region, "clinician-a"))
            await Should.ThrowAsync<HttpRequestException>(() => stranger.GetAsync("/api/audit"));
        await using var administrator = await Person.SignInAsync(region, "admin");
        await administrator.GoAsync("/audit?user=clinician-a");
        await Assertions.Expect(administrator.Page.Locator("tbody")).ToContainTextAsync("越权被拒");
        await administrator.KeepAsync("audit");
    }
}
