using Regional.Load.Portal;

namespace Regional.Load.Demo;

/// <summary>The demo's people at work, each signed in once.</summary>
public sealed class DemoStaff : IDisposable
{
    private static readonly string[] Accounts =
        ["desk-a", "tech-a", "nurse-a", "us-a", "clinician-a", "tech-b", "duty-b", "reader", "senior", "admin"];

    private readonly Dictionary<string, PortalClient> signedIn;

    private DemoStaff(Dictionary<string, PortalClient> signedIn) => this.signedIn = signedIn;

    public PortalClient this[string account] => signedIn[account];

    public static async Task<DemoStaff> SignInAsync(Uri portal, string password, CancellationToken cancellation)
    {
        var clients = await Task.WhenAll(Accounts.Select(account => PortalClient.SignInAsync(portal, account, password, cancellation)));
        return new DemoStaff(Accounts.Zip(clients).ToDictionary(pair => pair.First, pair => pair.Second, StringComparer.Ordinal));
    }

    public void Dispose()
    {
        foreach (var client in signedIn.Values) client.Dispose();
    }
}
