using Microsoft.Playwright;
using Regional.Browser.Tests.Support;

namespace Regional.Browser.Tests;

/// <summary>What the console puts right afterwards: a fee that an emergency owes, images of the wrong patient, a name written wrongly (workflow.md 2, 8).</summary>
[Collection(RegionCollection.Name)]
public sealed class ConsoleTests(RunningRegion region)
{
    [SkippableFact]
    public async Task The_desk_settles_the_fee_that_an_emergency_owes()
    {
        region.Need();
        await using var desk = await Person.SignInAsync(region, "tech-b");
        await desk.Test("emergency").ClickAsync();
        await desk.Page.GetByRole(AriaRole.Menuitem).Filter(new LocatorFilterOptions { HasText = "胸部正位DR" }).ClickAsync();
        await Assertions.Expect(desk.Page.Locator(".detail")).ToContainTextAsync("费用待缴");

        await desk.Test("settle-fee").ClickAsync();
        await desk.Page.GetByRole(AriaRole.Menuitem).Filter(new LocatorFilterOptions { HasText = "已缴" }).ClickAsync();

        await Assertions.Expect(desk.Page.Locator(".detail")).Not.ToContainTextAsync("费用待缴");
        await Assertions.Expect(desk.Page.Locator(".detail dl.facts").Last).ToContainTextAsync("已缴");
        await Assertions.Expect(desk.Test("settle-fee")).ToHaveCountAsync(0);
        await desk.KeepAsync("settle-fee");
    }

    [SkippableFact]
    public async Task Images_of_the_wrong_patient_come_off_when_a_steward_signs_at_the_console()
    {
        region.Need();
        using var rest = await Rest.AsAsync(region, "tech-a");
        var (exam, accession) = await rest.RequestAsync("township-a", "褚误", arrive: true, localId: "W601");
        var study = await region.SendAsync("township-a", Capture.HeadCt(601, "Chu^Wu=褚^误", accession: accession, id: "W601"));
        (await rest.StudyWithImagesAsync(study.StudyInstanceUid, 12)).GetProperty("studyId").GetString().ShouldBe(exam);
        await using var technician = await Person.SignInAsync(region, "tech-a");
        await technician.GoAsync("/console?tab=all&id=" + Uri.EscapeDataString(exam));

        await technician.Test("detach").ClickAsync();
        await technician.Test("reason").FillAsync("扫错患者");
        await technician.Test("second-user").FillAsync("qc");
        await technician.Test("second-password").FillAsync("wrong");
        var go = technician.Page.Locator(".ant-modal-footer").GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "患者错误" });
        await go.ClickAsync();
        await Assertions.Expect(technician.Page.Locator(".ant-message")).ToContainTextAsync("第二人未能确认");
        await technician.KeepAsync("wrong-patient");
        await technician.Test("second-password").FillAsync(Person.Password);
        await go.ClickAsync();

        await rest.UntilAsync("/api/studies/" + Uri.EscapeDataString(exam), answer => answer.GetProperty("images").GetArrayLength() == 0);
        await Assertions.Expect(technician.Test("detach")).ToHaveCountAsync(0);
        (await rest.UntilAsync("/api/studies?view=unmatched&limit=200", list => list.ToString().Contains(study.StudyInstanceUid, StringComparison.Ordinal)))
            .ToString().ShouldContain("township-a");
    }

    [SkippableFact]
    public async Task A_steward_who_finds_a_wrong_patient_takes_the_images_off_with_the_technician()
    {
        region.Need();
        using var rest = await Rest.AsAsync(region, "tech-a");
        var (exam, accession) = await rest.RequestAsync("township-a", "蒋误", arrive: true, localId: "W602");
        var study = await region.SendAsync("township-a", Capture.HeadCt(602, "Jiang^Wu=蒋^误", accession: accession, id: "W602"));
        (await rest.StudyWithImagesAsync(study.StudyInstanceUid, 12)).GetProperty("studyId").GetString().ShouldBe(exam);
        await using var steward = await Person.SignInAsync(region, "qc");

        await steward.GoAsync("/audit");
        await steward.Page.Locator($"a[href='/read/{Uri.EscapeDataString(exam)}']").First.ClickAsync();
        await Assertions.Expect(steward.Test("identity")).ToContainTextAsync("蒋误");
        await steward.Test("detach").ClickAsync();
        await steward.Test("reason").FillAsync("质控发现扫错患者");
        await steward.Test("second-user").FillAsync("tech-a");
        await steward.Test("second-password").FillAsync(Person.Password);
        await steward.KeepAsync("wrong-patient-steward");
        await steward.Page.Locator(".ant-modal-footer").GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "患者错误" }).ClickAsync();

        await rest.UntilAsync("/api/studies/" + Uri.EscapeDataString(exam), answer => answer.GetProperty("images").GetArrayLength() == 0);
        await Assertions.Expect(steward.Test("detach")).ToHaveCountAsync(0);
    }

    [SkippableFact]
    public async Task A_name_written_wrongly_is_corrected_and_called_rightly_from_then_on()
    {
        region.Need();
        using var rest = await Rest.AsAsync(region, "tech-a");
        var (exam, _) = await rest.RequestAsync("township-a", "卫错", arrive: true);
        await using var technician = await Person.SignInAsync(region, "tech-a");
        await technician.Row("卫错").ClickAsync();

        await technician.Test("correct-patient").ClickAsync();
        await technician.Test("correct-name").FillAsync("卫正");
        await technician.Test("reason").FillAsync("听错了字");
        await technician.KeepAsync("correct-patient");
        await technician.Page.Locator(".ant-modal-footer").GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "更正患者信息" }).ClickAsync();

        await Assertions.Expect(technician.Page.Locator(".detail-patient")).ToContainTextAsync("卫正");
        (await rest.GetAsync("/api/studies/" + Uri.EscapeDataString(exam))).GetProperty("patient").GetProperty("name").GetString().ShouldBe("卫正");
        await Assertions.Expect(technician.Row("卫正")).ToBeVisibleAsync();
        technician.Page.Url.ShouldNotContain("%E5%8D%AB", customMessage: "no name in an address");
    }
}
