using System.Diagnostics;
using Microsoft.Playwright;
using Regional.Browser.Tests.Support;

namespace Regional.Browser.Tests;

/// <summary>Issue "Backbone", 4: the closed loop of a critical value (R7.1.3-1 to R7.1.3-4).</summary>
[Collection(RegionCollection.Name)]
public sealed class CriticalTests(RunningRegion region)
{
    [SkippableFact]
    public async Task Suspected_verified_received_with_read_back_acted_and_closed()
    {
        region.Need();
        using var rest = await Rest.AsAsync(region, "trainee");
        var study = await region.SendAsync("township-a", Capture.HeadCt(601, "Han^Wei") with { Finding = true });
        var id = (await rest.StudyWithImagesAsync(study.StudyInstanceUid, 12)).GetProperty("studyId").GetString()!;
        await using var nurse = await Person.SignInAsync(region, "nurse-a");
        await using var trainee = await Person.SignInAsync(region, "trainee");
        await using var senior = await Person.SignInAsync(region, "senior");

        await trainee.OpenAsync(id);
        await trainee.Test("raise-critical").ClickAsync();
        await trainee.Test("critical-entry").ClickAsync();
        await trainee.Page.Locator(".ant-select-item-option").Filter(new LocatorFilterOptions { HasText = "急性颅内血肿" }).ClickAsync();
        await trainee.Page.Locator(".ant-modal-footer .ant-btn-primary").ClickAsync();
        await Assertions.Expect(trainee.Page.Locator(".report-body .critical-line")).ToContainTextAsync("疑似");

        await senior.GoAsync("/critical");
        await senior.Row("急性颅内血肿").First.ClickAsync();
        await senior.Page.Locator(".detail-actions").GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "核实" }).ClickAsync();
        await senior.Page.Locator(".ant-modal .ant-btn-primary").ClickAsync();
        var clock = Stopwatch.StartNew();
        await nurse.Page.Locator(".alarm").WaitForAsync();
        clock.Stop();
        clock.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(1));
        await Assertions.Expect(nurse.Page.Locator(".alarm .clock-running").First).ToBeVisibleAsync();
        await nurse.KeepAsync("critical-alarm");

        var receive = nurse.Page.Locator(".alarm").GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "接收并复述" });
        await Assertions.Expect(receive).ToBeDisabledAsync();
        await nurse.Page.Locator(".alarm textarea").FillAsync("韩伟，急性颅内血肿");
        await receive.ClickAsync();
        await nurse.Page.Locator(".alarm").WaitForAsync(new LocatorWaitForOptions { State = WaitForSelectorState.Hidden });

        await using var clinician = await Person.SignInAsync(region, "clinician-a");
        await clinician.GoAsync("/critical");
        await clinician.Row("急性颅内血肿").First.ClickAsync();
        await clinician.Page.Locator(".detail-actions").GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "处置" }).ClickAsync();
        await clinician.Page.Locator(".ant-modal textarea").FillAsync("已转上级医院神经外科");
        await clinician.Page.Locator(".ant-modal .ant-btn-primary").ClickAsync();
        await Assertions.Expect(clinician.Page.Locator(".detail")).ToContainTextAsync("已转上级医院神经外科");

        var detail = senior.Page.Locator(".detail");
        await detail.GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "确认闭环" }).ClickAsync();
        await senior.Page.Locator(".ant-modal .ant-btn-primary").ClickAsync();
        await senior.GoAsync("/critical?all=1");
        await senior.Row("急性颅内血肿").Filter(new LocatorFilterOptions { HasText = "已闭环" }).First.ClickAsync();
        foreach (var stamp in (string[])["疑似上报", "核实", "接收复述", "处置", "确认闭环", "陈雪", "韩伟，急性颅内血肿"])
            await Assertions.Expect(detail).ToContainTextAsync(stamp);
        (await detail.Locator(".ant-timeline time").CountAsync()).ShouldBeGreaterThanOrEqualTo(5);
        await senior.KeepAsync("critical-closed");
    }

    [SkippableFact]
    public async Task With_nobody_online_a_phone_task_comes_at_once_and_the_call_is_recorded()
    {
        region.Need();
        using var rest = await Rest.AsAsync(region, "reader");
        var study = await region.SendAsync("township-b", Capture.HeadCt(602, "Yang^Dian") with { Kind = TestKit.Phantoms.PhantomKind.ChestDr, StationAe = "B_DR1", Finding = true });
        var id = (await rest.StudyWithImagesAsync(study.StudyInstanceUid, 1)).GetProperty("studyId").GetString()!;
        await rest.PostAsync("/api/critical-values", new { studyId = id, entryId = "tension-pneumothorax", note = "左侧" });
        await using var senior = await Person.SignInAsync(region, "senior");
        await senior.GoAsync("/critical");
        await senior.Row("张力性气胸").First.ClickAsync();
        await senior.Page.Locator(".detail-actions").GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "核实" }).ClickAsync();
        await senior.Page.Locator(".ant-modal .ant-btn-primary").ClickAsync();

        await Assertions.Expect(senior.Page.Locator(".detail")).ToContainTextAsync("院方无人在线");
        await Assertions.Expect(senior.Page.Locator(".critical-bar")).ToContainTextAsync("电话通报");
        await senior.KeepAsync("critical-phone");
        await senior.Page.Locator(".detail-actions").GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "记录电话" }).ClickAsync();
        var form = senior.Page.Locator(".ant-modal");
        await form.Locator(".ant-select").ClickAsync();
        await senior.Page.Locator(".ant-select-item-option").Filter(new LocatorFilterOptions { HasText = "刘洋" }).ClickAsync();
        await form.Locator("textarea").FillAsync("杨典，左侧张力性气胸");
        await form.Locator("button[type=submit]").ClickAsync();
        await Assertions.Expect(senior.Page.Locator(".detail")).ToContainTextAsync("杨典，左侧张力性气胸");
        await Assertions.Expect(senior.Page.Locator(".detail")).ToContainTextAsync("已接收");
    }
}
