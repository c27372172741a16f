using Microsoft.Playwright;
using Regional.Browser.Tests.Support;

namespace Regional.Browser.Tests;

/// <summary>Issue "Backbone", 3: from the claim to the printed report.</summary>
[Collection(RegionCollection.Name)]
public sealed class ReportTests(RunningRegion region)
{
    [SkippableFact]
    public async Task Written_reviewed_with_marks_returned_signed_and_printed_in_the_township()
    {
        region.Need();
        using var rest = await Rest.AsAsync(region, "clinician-a");
        var id = await AnnouncedAsync(rest, 501, "township-a", "陈书", "clinician-a");
        await using var clinician = await Person.SignInAsync(region, "clinician-a");
        await using var reader = await Person.SignInAsync(region, "reader");
        await reader.OpenAsync(id);
        await reader.Test("claim").ClickAsync();

        await WriteAsync(reader, "头颅CT平扫", "右侧基底节区脑出血，建议神经外科会诊。", "阳性");
        await reader.Page.GetByText("已保存").WaitForAsync();
        await reader.Page.ReloadAsync();
        await Assertions.Expect(reader.Test("impression")).ToHaveValueAsync("右侧基底节区脑出血，建议神经外科会诊。");
        await reader.KeepAsync("writing");
        await reader.AnswerAfterPushAsync("**/preliminary", () => Assertions.Expect(reader.Test("preliminary")).ToHaveCountAsync(0));
        await SubmitAsync(reader, "preliminary");

        await using var senior = await Person.SignInAsync(region, "senior");
        await senior.Row("陈书").DblClickAsync();
        await senior.Test("take").ClickAsync();
        await senior.Test("impression").FillAsync("左侧基底节区脑出血，建议神经外科会诊。");
        await Assertions.Expect(senior.Test("marks").Locator("del")).ToContainTextAsync("右");
        await Assertions.Expect(senior.Test("marks").Locator("ins")).ToContainTextAsync("左");
        await senior.KeepAsync("review-marks");
        await senior.Test("return").ClickAsync();
        await senior.Test("reason").FillAsync("左右请核对");
        await senior.Page.Locator(".ant-modal-footer .ant-btn-primary").ClickAsync();
        await senior.Test("next").WaitForAsync();

        await reader.OpenAsync(id);
        await Assertions.Expect(reader.Page.Locator(".report-body")).ToContainTextAsync("左右请核对");
        await reader.Test("impression").FillAsync("左侧基底节区脑出血，建议神经外科会诊。");
        await SubmitAsync(reader, "preliminary");

        await senior.OpenAsync(id);
        await senior.Test("take").ClickAsync();
        await senior.Test("sign").ClickAsync();
        await GoOnAsync(senior);
        await senior.Test("sign-password").FillAsync("wrong");
        await senior.Page.Keyboard.PressAsync("Enter");
        await senior.Page.GetByText("密码不正确").WaitForAsync();
        await senior.Test("sign-password").FillAsync(Person.Password);
        await senior.Page.Keyboard.PressAsync("Enter");
        await senior.Test("next").WaitForAsync();
        await senior.KeepAsync("signed");

        var row = clinician.Row("陈书");
        await Assertions.Expect(row).ToContainTextAsync("已签发");
        var printed = await clinician.Page.Context.RunAndWaitForPageAsync(() => row.GetByTestId("print").ClickAsync());
        await Assertions.Expect(printed.Locator("body")).ToContainTextAsync("左侧基底节区脑出血");
        await clinician.KeepAsync(printed, "printed");
        await using var technician = await Person.SignInAsync(region, "tech-a");
        await technician.GoAsync("/console?tab=reports");
        await technician.Row("陈书").ClickAsync();
        await Assertions.Expect(technician.Test("print")).ToBeVisibleAsync();
    }

    [SkippableFact]
    public async Task A_trainee_drafts_a_reader_goes_on_and_the_next_study_needs_no_way_back()
    {
        region.Need();
        using var rest = await Rest.AsAsync(region, "clinician-a");
        var id = await AnnouncedAsync(rest, 502, "township-a", "褚习", "clinician-a");
        await AnnouncedAsync(rest, 503, "township-a", "卫续", "clinician-a");
        await using var trainee = await Person.SignInAsync(region, "trainee");
        await trainee.OpenAsync(id);
        await trainee.Test("claim").ClickAsync();
        await WriteAsync(trainee, "头颅CT平扫", "颅内未见急性出血。", "阴性");
        await SubmitAsync(trainee, "trainee-draft");

        await using var reader = await Person.SignInAsync(region, "reader");
        await reader.OpenAsync(id);
        await reader.Test("claim").ClickAsync();
        await Assertions.Expect(reader.Test("impression")).ToHaveValueAsync("颅内未见急性出血。");
        await reader.Test("impression").FillAsync("颅内未见急性出血，请结合临床。");
        await SubmitAsync(reader, "preliminary");
        await reader.Page.Keyboard.PressAsync("n");

        await reader.Page.WaitForURLAsync(address => address.Contains("/read/", StringComparison.Ordinal) && !address.Contains(Uri.EscapeDataString(id), StringComparison.Ordinal));
        await Assertions.Expect(reader.Test("preliminary")).ToBeVisibleAsync();
        await reader.Page.Locator(".viewport-canvas[data-first-image-ms]").WaitForAsync();
    }

    [SkippableFact]
    public async Task The_duty_doctor_publishes_a_provisional_report_of_an_emergency()
    {
        region.Need();
        using var rest = await Rest.AsAsync(region, "clinician-a");
        var id = await AnnouncedAsync(rest, 504, "township-a", "蒋急", "clinician-a", "emergency");
        await using var clinician = await Person.SignInAsync(region, "clinician-a");
        await using var duty = await Person.SignInAsync(region, "reader");
        await duty.OpenAsync(id);
        await duty.Test("claim").ClickAsync();
        await WriteAsync(duty, "头颅CT平扫", "颅内未见急性出血。", "阴性");
        await SubmitAsync(duty, "preliminary");
        await duty.OpenAsync(id);
        await duty.Test("provisional").ClickAsync();
        await duty.Page.Locator(".ant-modal-footer .ant-btn-primary").ClickAsync();

        await Assertions.Expect(clinician.Row("蒋急")).ToContainTextAsync("临时");
        var printed = await clinician.Page.Context.RunAndWaitForPageAsync(() => clinician.Row("蒋急").GetByTestId("print").ClickAsync());
        await Assertions.Expect(printed.Locator("body")).ToContainTextAsync("临时");
    }

    [SkippableFact]
    public async Task Under_the_single_policy_the_named_reviewer_signs_alone()
    {
        region.Need();
        using var rest = await Rest.AsAsync(region, "duty-b");
        var id = await AnnouncedAsync(rest, 505, "township-b", "沈单", "duty-b", item: "胸部正位DR", station: "B_DR1");
        await using var senior = await Person.SignInAsync(region, "senior");
        await senior.OpenAsync(id);
        await senior.Test("claim").ClickAsync();
        await WriteAsync(senior, "胸部正位DR", "心、肺、膈未见明确异常。", "阴性");
        await SubmitAsync(senior, "preliminary");
        await senior.OpenAsync(id);
        await senior.Test("sign-alone").ClickAsync();
        await senior.Test("sign-password").FillAsync(Person.Password);
        await senior.Page.Keyboard.PressAsync("Enter");
        await rest.UntilAsync("/api/studies/" + Uri.EscapeDataString(id), answer => answer.GetProperty("report").GetProperty("phase").GetString() == "released");
    }

    /// <summary>An exam with its images at the centre, ready to be read.</summary>
    private async Task<string> AnnouncedAsync(
        Rest rest, int seed, string site, string name, string user, string priority = "routine", string item = "头颅CT平扫", string station = "A_CT1")
    {
        var (exam, accession) = await rest.RequestAsync(site, name, item: item, priority: priority);
        using var technician = await Rest.AsAsync(region, site == "township-a" ? "tech-a" : "tech-b");
        var path = "/api/studies/" + Uri.EscapeDataString(exam);
        await technician.PostAsync(path + "/arrive", new { });
        await technician.PostAsync(path + "/start", new { });
        var recipe = Capture.HeadCt(seed, $"{user}^x={name[..1]}^{name[1..]}", accession: accession) with { StationAe = station };
        if (station.Contains("DR", StringComparison.Ordinal)) recipe = recipe with { Kind = TestKit.Phantoms.PhantomKind.ChestDr };
        var study = await region.SendAsync(site, recipe);
        await rest.StudyWithImagesAsync(study.StudyInstanceUid, study.ImageCount);
        await technician.PostAsync(path + "/complete", new { });
        await rest.UntilAsync(path, answer => answer.GetProperty("report").GetProperty("phase").GetString() == "awaiting");
        return exam;
    }

    private static async Task WriteAsync(Person person, string template, string impression, string flag)
    {
        await person.Test("template").ClickAsync();
        await person.Page.Locator(".ant-select-item-option").Filter(new LocatorFilterOptions { HasText = template }).First.ClickAsync();
        await Assertions.Expect(person.Test("findings")).Not.ToHaveValueAsync("");
        await person.Test("impression").FillAsync(impression);
        await person.Page.Locator(".report-flags").GetByText(flag, new LocatorGetByTextOptions { Exact = true }).Last.ClickAsync();
    }

    private static async Task SubmitAsync(Person person, string button)
    {
        await person.Test(button).ClickAsync();
        await GoOnAsync(person);
        await person.Test("next").WaitForAsync();
    }

    /// <summary>Says yes to warnings, where there are any.</summary>
    private static async Task GoOnAsync(Person person)
    {
        var warning = person.Page.Locator(".ant-modal-confirm .ant-btn-primary");
        var settled = warning.Or(person.Test("next")).Or(person.Test("sign-password"));
        await settled.First.WaitForAsync();
        if (await warning.IsVisibleAsync()) await warning.ClickAsync();
    }
}
