using System.Globalization;
using Microsoft.Playwright;
using Regional.Browser.Tests.Support;
using Regional.TestKit.Phantoms;

namespace Regional.Browser.Tests;

/// <summary>Issue "Backbone", 3: the viewer.</summary>
[Collection(RegionCollection.Name)]
public sealed class ViewerTests(RunningRegion region)
{
    [SkippableFact]
    public async Task Stack_window_presets_flips_and_length_as_radiologists_know_them()
    {
        region.Need();
        using var rest = await Rest.AsAsync(region, "reader");
        var study = await region.SendAsync("township-a", Capture.HeadCt(301, "Qian^Er", images: 24));
        var id = (await rest.StudyWithImagesAsync(study.StudyInstanceUid, 24)).GetProperty("studyId").GetString()!;
        await using var reader = await Person.SignInAsync(region, "reader");
        await reader.OpenAsync(id);
        var viewport = reader.Page.GetByTestId("viewport");
        var canvas = reader.Page.Locator(".viewport-canvas[data-first-image-ms]");
        await canvas.WaitForAsync();

        int.Parse((await canvas.GetAttributeAsync("data-first-image-ms"))!, CultureInfo.InvariantCulture).ShouldBeLessThan(1000);
        await Assertions.Expect(reader.Test("identity")).ToContainTextAsync("Qian");
        await Assertions.Expect(reader.Test("slice")).ToHaveTextAsync("13/24");
        await reader.Page.Keyboard.PressAsync("ArrowDown");
        await Assertions.Expect(reader.Test("slice")).ToHaveTextAsync("14/24");
        await viewport.HoverAsync();
        await reader.Page.Mouse.WheelAsync(0, 100);
        await Assertions.Expect(reader.Test("slice")).ToHaveTextAsync("15/24");
        await reader.Page.Keyboard.PressAsync("Home");
        await Assertions.Expect(reader.Test("slice")).ToHaveTextAsync("1/24");
        await reader.Page.Keyboard.PressAsync("End");
        await Assertions.Expect(reader.Test("slice")).ToHaveTextAsync("24/24");

        await reader.Page.Keyboard.PressAsync("3");
        await Assertions.Expect(reader.Test("voi")).ToHaveTextAsync("W 2000 L 500");
        await reader.Button("肺窗").ClickAsync();
        await Assertions.Expect(reader.Test("voi")).ToHaveTextAsync("W 1500 L -600");
        await reader.Page.Keyboard.PressAsync("i");
        await Assertions.Expect(viewport).ToContainTextAsync("反相");
        await reader.Page.Keyboard.PressAsync("r");
        await Assertions.Expect(viewport).ToContainTextAsync("90°");
        await reader.Page.Keyboard.PressAsync("h");
        await Assertions.Expect(viewport).ToContainTextAsync("⇋");
        await reader.Page.Keyboard.PressAsync("v");
        await Assertions.Expect(viewport).ToContainTextAsync("⇵");
        await reader.Page.Keyboard.PressAsync("+");
        await Assertions.Expect(viewport).ToContainTextAsync("125%");
        await reader.Page.Keyboard.PressAsync("0");
        await Assertions.Expect(viewport).ToContainTextAsync("100%");
        await Assertions.Expect(viewport).Not.ToContainTextAsync("反相");

        var box = (await viewport.BoundingBoxAsync())!;
        var (x, y) = (box.X + (box.Width / 2), box.Y + (box.Height / 2));
        var before = await reader.Test("voi").TextContentAsync();
        await DragAsync(reader, x, y, 60, 20);
        await Assertions.Expect(reader.Test("voi")).Not.ToHaveTextAsync(before!);
        await reader.Page.Keyboard.PressAsync("l");
        await DragAsync(reader, x - 80, y, 150, 40);
        await Assertions.Expect(reader.Page.Locator(".svg-layer text")).ToContainTextAsync("mm");
        await reader.KeepAsync("viewer");

        await reader.Page.Keyboard.PressAsync("g");
        await Assertions.Expect(viewport).ToHaveCountAsync(2);
        await reader.Page.Keyboard.PressAsync("g");
        await Assertions.Expect(viewport).ToHaveCountAsync(4);
        await Assertions.Expect(reader.Page.Locator(".thumb")).ToContainTextAsync("24");
    }

    [SkippableTheory]
    [InlineData(PhantomKind.ChestDr, "A_DR1")]
    [InlineData(PhantomKind.AbdomenUs, "A_US1")]
    public async Task Radiographs_and_clips_are_shown(PhantomKind kind, string station)
    {
        region.Need();
        using var rest = await Rest.AsAsync(region, "reader");
        var study = await region.SendAsync("township-a", Capture.HeadCt(310 + (int)kind, "Sun^San") with { Kind = kind, StationAe = station, Images = 6 });
        var id = (await rest.StudyWithImagesAsync(study.StudyInstanceUid, 1)).GetProperty("studyId").GetString()!;
        await using var reader = await Person.SignInAsync(region, "reader");
        await reader.OpenAsync(id);
        await reader.Page.Locator(".viewport-canvas[data-first-image-ms]").WaitForAsync();
        await Assertions.Expect(reader.Test("slice")).ToHaveTextAsync(kind == PhantomKind.AbdomenUs ? "1/6" : "1/1");
        if (kind == PhantomKind.AbdomenUs)
        {
            await reader.Page.Keyboard.PressAsync(" ");
            await Assertions.Expect(reader.Test("slice")).Not.ToHaveTextAsync("1/6");
        }

        await reader.KeepAsync($"viewer-{kind}");
    }

    private static async Task DragAsync(Person person, float x, float y, float right, float down)
    {
        await person.Page.Mouse.MoveAsync(x, y);
        await person.Page.Mouse.DownAsync();
        await person.Page.Mouse.MoveAsync(x + (right / 2), y + (down / 2), new MouseMoveOptions { Steps = 8 });
        await person.Page.Mouse.MoveAsync(x + right, y + down, new MouseMoveOptions { Steps = 8 });
        await person.Page.Mouse.UpAsync();
    }
}
