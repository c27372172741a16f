using Microsoft.Playwright;
using Regional.Browser.Tests.Support;

namespace Regional.Browser.Tests;

/// <summary>Issue "Backbone", 2: unannounced images find their exam by two clicks, announced ones by themselves.</summary>
[Collection(RegionCollection.Name)]
public sealed class AttachTests(RunningRegion region)
{
    [SkippableFact]
    public async Task A_technician_attaches_images_to_an_open_exam_with_two_clicks()
    {
        region.Need();
        using var rest = await Rest.AsAsync(region, "tech-a");
        var study = await region.SendAsync("township-a", Capture.HeadCt(401, "Zhou^Guan"));
        await rest.StudyWithImagesAsync(study.StudyInstanceUid, 12);
        var (exam, _) = await rest.RequestAsync("township-a", "周关", arrive: true);
        await using var technician = await Person.SignInAsync(region, "tech-a");
        await technician.GoAsync("/console?tab=unmatched");

        await technician.Page.Locator(".card-row").Filter(new LocatorFilterOptions { HasText = "Zhou" }).ClickAsync();
        await technician.KeepAsync("attach");
        await technician.AnswerAfterPushAsync("**/attach", () => Assertions.Expect(technician.Page.Locator(".candidates")).ToHaveCountAsync(0));
        await technician.Page.Locator(".candidates li").Filter(new LocatorFilterOptions { HasText = "周关" }).GetByTestId("attach").ClickAsync();

        await rest.UntilAsync("/api/studies/" + Uri.EscapeDataString(exam), answer => answer.GetProperty("images").GetArrayLength() == 1);
        await Assertions.Expect(technician.Page.Locator(".detail-patient")).ToContainTextAsync("周关");
        await Assertions.Expect(technician.Page.Locator(".detail")).ToContainTextAsync("12 /");
    }

    [SkippableFact]
    public async Task A_technician_registers_an_exam_and_attaches_the_images_at_once()
    {
        region.Need();
        using var rest = await Rest.AsAsync(region, "tech-a");
        var study = await region.SendAsync("township-a", Capture.HeadCt(402, "Wu^Deng"));
        await rest.StudyWithImagesAsync(study.StudyInstanceUid, 12);
        await using var technician = await Person.SignInAsync(region, "tech-a");
        await technician.GoAsync("/console?tab=unmatched");
        await technician.Page.Locator(".card-row").Filter(new LocatorFilterOptions { HasText = "Wu" }).ClickAsync();

        await technician.Test("register-attach").ClickAsync();
        await technician.Test("patient-name").FillAsync("吴登");
        await technician.Page.Locator(".ant-drawer").GetByTestId("item").ClickAsync();
        await technician.Page.Keyboard.TypeAsync("头颅CT");
        await technician.Page.Keyboard.PressAsync("Enter");
        await technician.KeepAsync("register");
        await technician.Test("exam-submit").ClickAsync();

        await Assertions.Expect(technician.Page.Locator(".detail-patient")).ToContainTextAsync("吴登");
        await Assertions.Expect(technician.Page.Locator(".detail")).ToContainTextAsync("12 /");
    }

    [SkippableFact]
    public async Task Announced_images_attach_by_their_accession_number()
    {
        region.Need();
        using var rest = await Rest.AsAsync(region, "tech-a");
        var (exam, accession) = await rest.RequestAsync("township-a", "郑知", arrive: true);
        await using var technician = await Person.SignInAsync(region, "tech-a");
        await technician.Row("郑知").ClickAsync();
        await technician.Test("exam-start").ClickAsync();
        await Assertions.Expect(technician.Test("exam-complete")).ToBeVisibleAsync();

        var study = await region.SendAsync("township-a", Capture.HeadCt(403, "Zheng^Zhi=郑^知", accession: accession));

        (await rest.StudyWithImagesAsync(study.StudyInstanceUid, 12)).GetProperty("studyId").GetString().ShouldBe(exam);
        await technician.Test("exam-complete").ClickAsync();
        await technician.Page.Locator(".ant-modal").GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "完成" }).ClickAsync();
        var found = await rest.UntilAsync("/api/studies/" + Uri.EscapeDataString(exam), answer => answer.GetProperty("phase").GetString() == "readyToRead");
        found.GetProperty("report").GetProperty("phase").GetString().ShouldBe("awaiting");
    }

    [SkippableFact]
    public async Task An_emergency_starts_in_one_click_and_owes_what_is_missing()
    {
        region.Need();
        await using var technician = await Person.SignInAsync(region, "tech-a");
        await technician.Test("emergency").ClickAsync();
        await technician.Page.GetByRole(AriaRole.Menuitem).Filter(new LocatorFilterOptions { HasText = "胸部正位DR" }).ClickAsync();
        await Assertions.Expect(technician.Page.Locator(".detail-patient")).ToContainTextAsync("无名氏");
        await Assertions.Expect(technician.Page.Locator(".detail")).ToContainTextAsync("申请单待补");

        await technician.Test("confirm-identity").ClickAsync();
        await technician.Page.Locator(".ant-modal").GetByTestId("patient-name").FillAsync("冯明");
        await technician.Page.Locator(".ant-modal-footer").GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "确认身份" }).ClickAsync();
        await Assertions.Expect(technician.Page.Locator(".detail-patient")).ToContainTextAsync("冯明");
        await technician.KeepAsync("emergency");
    }
}
