using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Regional.Browser.Tests.Support;

namespace Regional.Browser.Tests;

/// <summary>pages.md: Chinese first, English beside it, one switch, remembered; people land where their role works.</summary>
[Collection(RegionCollection.Name)]
public sealed partial class LanguageTests(RunningRegion region)
{
    [SkippableTheory]
    [InlineData("reader", "/reading")]
    [InlineData("senior", "/review")]
    [InlineData("tech-a", "/console")]
    [InlineData("clinician-a", "/exams")]
    [InlineData("nurse-a", "/critical")]
    [InlineData("admin", "/region")]
    [InlineData("qc", "/audit")]
    public async Task Everybody_lands_on_a_page_that_speaks_both_languages(string user, string landing)
    {
        region.Need();
        await using var person = await Person.SignInAsync(region, user);
        new Uri(person.Page.Url).AbsolutePath.ShouldBe(landing);
        await Assertions.Expect(person.Page.Locator("h1")).ToHaveTextAsync(Chinese());
        RawKey().IsMatch(await person.Page.Locator("#root").InnerTextAsync()).ShouldBeFalse();
        await person.KeepAsync($"landing-{user}-zh");

        await person.Page.Keyboard.PressAsync("Escape");
        await person.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "English" }).EvaluateAsync("button => button.click()");
        await Assertions.Expect(person.Page.Locator("h1")).Not.ToHaveTextAsync(Chinese());
        await person.Page.ReloadAsync();
        await Assertions.Expect(person.Page.Locator("h1")).Not.ToHaveTextAsync(Chinese());
        RawKey().IsMatch(await person.Page.Locator("#root").InnerTextAsync()).ShouldBeFalse();
        (await person.Page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= window.innerWidth")).ShouldBeTrue();
        await person.KeepAsync($"landing-{user}-en");
    }

    [GeneratedRegex("[\u4e00-\u9fff]")]
    private static partial Regex Chinese();

    /// <summary>A key of the resources that found no text.</summary>
    [GeneratedRegex(@"\b(list|common|report|critical|region|exam|console|viewer|badge|line|keys|reading|review)\.[a-z]+[A-Z]?\w*\b")]
    private static partial Regex RawKey();
}
