using Microsoft.Playwright;
using Regional.Browser.Tests.Support;
using Regional.TestKit.Captures;

namespace Regional.Browser.Tests;

/// <summary>R4.2.4-1, R4.2.4-2: files and the camera's stills from the console, and how the reader sees them.</summary>
[Collection(RegionCollection.Name)]
public sealed class CaptureTests(RunningRegion region)
{
    private static readonly byte[] Photo = new JpegBytes { Components = 3 }.Write(320, 240, (x, y, c) => 60 + 4 * (x + y) + (c == 1 ? x : 0));

    [SkippableFact]
    public async Task Files_are_taken_or_refused_one_by_one_and_open_on_the_reading_page()
    {
        region.Need();
        using var rest = await Rest.AsAsync(region, "tech-a");
        var (id, _) = await rest.RequestAsync("township-a", "容上传", arrive: true, localId: "K701");
        await using var technician = await AtExamAsync("tech-a", id, "zh-CN");
        await technician.Test("capture-files").ClickAsync();
        await technician.Page.Locator(".capture input[type=file]").SetInputFilesAsync(
        [
            File("外伤照片.jpg", Photo),
            File("外院截图.png", PngBytes.Write(300, 200, 8, 2, false, (x, y, c) => (x + c * 60 + y) & 255)),
            File("外院报告.pdf", PdfBytes.Write()),
            File("渐进式.jpg", new JpegBytes { FrameMarker = 0xC2 }.Write(16, 16, (_, _, _) => 1)),
            File("脚本.pdf", PdfBytes.Write("/OpenAction<</S/JavaScript>>")),
        ]);
        var items = technician.Test("capture-item");
        await Assertions.Expect(items.And(technician.Page.Locator("[data-state=done]"))).ToHaveCountAsync(3);
        await Assertions.Expect(items.And(technician.Page.Locator("[data-state=refused]"))).ToHaveCountAsync(2);
        await Assertions.Expect(items.Nth(3)).ToContainTextAsync("渐进式 JPEG");
        await Assertions.Expect(items.Nth(4)).ToContainTextAsync("PDF 含脚本");
        await technician.KeepAsync("capture-files-zh");
        await rest.UntilAsync("/api/studies/" + Uri.EscapeDataString(id), exam => exam.GetProperty("images").EnumerateArray().Sum(i => i.GetProperty("atCentre").GetInt32()) == 3);

        await using var reader = await Person.SignInAsync(region, "reader");
        await reader.OpenAsync(id);
        await reader.Page.Locator(".viewport-canvas[data-first-image-ms]").WaitForAsync();
        await Assertions.Expect(reader.Test("slice")).ToHaveTextAsync("1/2");
        await reader.KeepAsync("capture-still-read");
        await reader.Page.Locator(".thumb").Filter(new LocatorFilterOptions { HasText = "DOC" }).ClickAsync();
        await Assertions.Expect(reader.Test("content-document").Locator("iframe")).ToBeVisibleAsync();
        await reader.KeepAsync("capture-document-read");
    }

    [SkippableTheory]
    [InlineData("zh-CN", "容拍摄", "K702", "未获准使用摄像头")]
    [InlineData("en", "Rong Paishe", "K703", "The camera may not be used")]
    public async Task Stills_are_frozen_by_a_key_and_the_chosen_ones_join_the_exam(string language, string name, string localId, string refused)
    {
        region.Need();
        using var rest = await Rest.AsAsync(region, "tech-a");
        var (id, _) = await rest.RequestAsync("township-a", name, arrive: true, localId: localId);
        await using var technician = await AtExamAsync("tech-a", id, language);
        await technician.Test("capture-camera").ClickAsync();
        await Assertions.Expect(technician.Page.Locator(".capture")).ToContainTextAsync(refused);
        await technician.KeepAsync("capture-denied-" + language);

        await technician.Page.Context.GrantPermissionsAsync(["camera"]);
        await technician.Page.Locator(".capture-live .ant-result button").ClickAsync();
        await technician.Page.Locator("video[data-live=true]").WaitForAsync();
        await technician.Page.Keyboard.PressAsync("F9");
        await Assertions.Expect(technician.Test("still")).ToHaveCountAsync(1);
        await technician.Test("freeze-key").ClickAsync();
        await technician.Page.Keyboard.PressAsync("b");
        await technician.Page.Keyboard.PressAsync("b");
        await Assertions.Expect(technician.Test("still")).ToHaveCountAsync(2);
        await technician.Test("freeze").ClickAsync();
        await Assertions.Expect(technician.Test("still")).ToHaveCountAsync(3);
        await technician.Test("still").Nth(1).Locator("input").UncheckAsync();
        await technician.KeepAsync("capture-camera-" + language);
        await technician.Test("send-stills").ClickAsync();
        await Assertions.Expect(technician.Test("still").And(technician.Page.Locator("[data-state=done]"))).ToHaveCountAsync(2);
        await technician.KeepAsync("capture-sent-" + language);

        var exam = await rest.UntilAsync("/api/studies/" + Uri.EscapeDataString(id), e => e.GetProperty("images").EnumerateArray().Sum(i => i.GetProperty("atCentre").GetInt32()) == 2);
        exam.GetProperty("images")[0].GetProperty("series").GetInt32().ShouldBe(1);
        exam.GetProperty("images")[0].GetProperty("modality").GetString().ShouldBe("XC");
    }

    private static FilePayload File(string name, byte[] content) => new() { Name = name, MimeType = "application/octet-stream", Buffer = content };

    private async Task<Person> AtExamAsync(string user, string id, string language)
    {
        var person = await Person.SignInAsync(region, user, language);
        await person.GoAsync("/console?tab=work&id=" + Uri.EscapeDataString(id));
        return person;
    }
}
