using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Regional.Portal.Accounts;
using Regional.Portal.Tests.Hosting;
using Regional.TestKit;

namespace Regional.Portal.Tests;

/// <summary>Sessions by their rows: idle exit without waiting for a clock (R10.2.3-2b).</summary>
[Collection("centre")]
public sealed class SessionTests(CentreFixture centre)
{
    [Fact]
    public async Task Somebody_who_does_nothing_is_signed_out_and_work_prolongs()
    {
        var sessions = centre.Services.GetRequiredService<ISessionStore>();
        using var client = centre.Anonymous();
        var token = (await centre.SignIn("clinician-a")).Token;
        client.DefaultRequestHeaders.Authorization = new("Bearer", token);
        var opened = (await sessions.Find(SignIn.HashOf(token), default))!.Value.Session;
        (opened.ExpiresAt - opened.SeenAt).ShouldBe(TimeSpan.FromMinutes(20));

        // A page's own refresh is not something a person does.
        var row = new Session("seen-long-ago", "clinician-a", opened.CreatedAt, opened.SeenAt.AddMinutes(-5), opened.ExpiresAt.AddMinutes(-5), null);
        await sessions.Open(row with { TokenHash = SignIn.HashOf("aged-token") }, default);
        using var aged = centre.Anonymous();
        aged.DefaultRequestHeaders.Authorization = new("Bearer", "aged-token");
        aged.DefaultRequestHeaders.Add(SessionAuthentication.BackgroundHeader, "1");
        (await aged.GetAsync("/api/auth/me")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await sessions.Find(SignIn.HashOf("aged-token"), default))!.Value.Session.SeenAt.ShouldBe(row.SeenAt, TimeSpan.FromSeconds(1));
        aged.DefaultRequestHeaders.Remove(SessionAuthentication.BackgroundHeader);
        (await aged.GetAsync("/api/auth/me")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await sessions.Find(SignIn.HashOf("aged-token"), default))!.Value.Session.ExpiresAt.ShouldBeGreaterThan(row.ExpiresAt.AddMinutes(4));

        await sessions.Open(row with { TokenHash = SignIn.HashOf("old-token"), ExpiresAt = opened.CreatedAt.AddSeconds(-1) }, default);
        using var late = centre.Anonymous();
        late.DefaultRequestHeaders.Authorization = new("Bearer", "old-token");
        (await late.GetAsync("/api/auth/me")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task A_database_that_is_away_for_a_moment_ends_no_sweep_and_no_host()
    {
        var sessions = new FailingSessions();
        var time = new ManualTimeProvider();
        using var sweep = new SessionSweep(sessions, time, NullLogger<SessionSweep>.Instance);
        await sweep.StartAsync(default);
        await sessions.Calls.NthAsync(1);
        for (var round = 2; round <= 3; round++)
        {
            time.Advance(TimeSpan.FromMinutes(10));
            await sessions.Calls.NthAsync(round);
        }

        await sweep.StopAsync(default);
        sweep.ExecuteTask!.IsCompletedSuccessfully.ShouldBeTrue();
    }

    private sealed class FailingSessions : ISessionStore
    {
        public EventCollector<DateTimeOffset> Calls { get; } = new();

        public Task<int> RemoveExpired(DateTimeOffset before, CancellationToken cancellation)
        {
            Calls.Add(before);
            throw new TimeoutException("The database does not answer in this test.");
        }

        public Task Open(Session session, CancellationToken cancellation) => Task.CompletedTask;

        public Task<(Session Session, Account Account)?> Find(string tokenHash, CancellationToken cancellation) =>
            Task.FromResult<(Session, Account)?>(null);

        public Task Prolong(string tokenHash, DateTimeOffset seenAt, DateTimeOffset expiresAt, CancellationToken cancellation) => Task.CompletedTask;

        public Task Close(string tokenHash, CancellationToken cancellation) => Task.CompletedTask;
    }

    [Fact]
    public void A_password_is_stored_as_a_slow_salted_hash()
    {
        var one = Passwords.Hash("regional-demo");
        var two = Passwords.Hash("regional-demo");

        one.ShouldNotBe(two);
        one.ShouldStartWith("pbkdf2-sha512$210000$");
        Passwords.Verify(one, "regional-demo").ShouldBeTrue();
        Passwords.Verify(one, "Regional-demo").ShouldBeFalse();
        Passwords.Verify(null, "regional-demo").ShouldBeFalse();
    }
}
