using Microsoft.Playwright;

namespace Regional.Browser.Tests.Support;

/// <summary>Somebody at a screen of 1366×768, signed in. Whatever the page throws is kept and fails the test.</summary>
public sealed class Person : IAsyncDisposable
{
    public const string Password = "regional-demo";

    private readonly RunningRegion region;
    private readonly IBrowserContext context;
    private readonly List<string> faults = [];

    private Person(RunningRegion region, IBrowserContext context, IPage page)
    {
        this.region = region;
        this.context = context;
        Page = page;
        page.PageError += (_, fault) => faults.Add(fault);
    }

    public IPage Page { get; }

    /// <summary>Opens the sign-in page, signs in and waits for the landing page to be live.</summary>
    public static async Task<Person> SignInAsync(RunningRegion region, string user, string language = "zh-CN")
    {
        var context = await region.Browser.NewContextAsync(new BrowserNewContextOptions
        {
            BaseURL = region.Portal.ToString(), ViewportSize = new ViewportSize { Width = 1366, Height = 768 }, Locale = language,
        });
        context.SetDefaultTimeout(20_000);
        // A document in a frame of its own origin has no storage.
        await context.AddInitScriptAsync($"window.localStorage?.getItem('regional.language') ?? window.localStorage?.setItem('regional.language', '{language}')");
        var person = new Person(region, context, await context.NewPageAsync());
        await person.Page.GotoAsync("/login");
        await person.Page.FillAsync("#username", user);
        await person.Page.FillAsync("#password", Password);
        await person.Page.Keyboard.PressAsync("Enter");
        await person.Page.WaitForURLAsync(address => !address.Contains("/login", StringComparison.Ordinal));
        await person.Page.Locator(".line-live").WaitForAsync();
        return person;
    }

    /// <summary>From now on the answer to a command comes only after the live push of what it did has changed the page: the harder order of the two.</summary>
    public Task AnswerAfterPushAsync(string command, Func<Task> pushed) => Page.RouteAsync(command, async route =>
    {
        var answer = await route.FetchAsync();
        await pushed();
        await route.FulfillAsync(new RouteFulfillOptions { Response = answer });
    });

    public ILocator Test(string id) => Page.GetByTestId(id);

    public Task GoAsync(string path) => Page.GotoAsync(path);

    public Task OpenAsync(string studyId) => Page.GotoAsync("/read/" + Uri.EscapeDataString(studyId));

    /// <summary>The row of a patient in a table or a list.</summary>
    public ILocator Row(string patient) => Page.Locator("tr[data-row-key], .card-row").Filter(new LocatorFilterOptions { HasText = patient });

    public ILocator Button(string name) => Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = name });

    public Task KeepAsync(string name) => KeepAsync(Page, name);

    /// <summary>A picture for the artefacts. Chromium without a graphics card now and then has none of a page that lies behind another; the third failure counts.</summary>
    public async Task KeepAsync(IPage page, string name)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await page.ScreenshotAsync(new PageScreenshotOptions { Path = region.Artefact(name) });
                return;
            }
            catch (PlaywrightException failure) when (attempt < 3 && failure.Message.Contains("Unable to capture screenshot", StringComparison.Ordinal))
            {
                await page.BringToFrontAsync();
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await context.CloseAsync();
        faults.ShouldBeEmpty();
    }
}
