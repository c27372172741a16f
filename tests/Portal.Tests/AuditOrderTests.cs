using System.Collections.Immutable;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Regional.Actors;
using Regional.Outcomes;
using Regional.Portal.Access;
using Regional.Portal.Accounts;
using Regional.Portal.Answers;
using Regional.Portal.Audit;
using Regional.Portal.Hosting;
using Regional.Portal.Tests.Hosting;
using Regional.TestKit;

namespace Regional.Portal.Tests;

/// <summary>Nothing is done that leaves no trace, and what was done is never denied (R10.2.3).</summary>
[Collection("centre")]
public sealed class AuditOrderTests(CentreFixture centre)
{
    private static readonly Caller Senior = new(new Actor("senior", "高文博", "expert", [Role.Senior]), "L", "t", "01ARZ3NDEKTSV4RRFFQ69G5FAV", null);

    [Fact]
    public async Task The_intention_stands_before_the_command_and_the_outcome_after_it()
    {
        var log = new BrokenLog(int.MaxValue);
        var door = Door(log, out _);

        var outcome = await door.Audited(Senior, "study:A", "report.sign", () =>
        {
            log.Written.Select(e => e.Action).ShouldBe(["report.sign.begun"]);
            return Task.FromResult<Outcome<string>>(Failure.Of(FailureCode.WrongState, "report.sign"));
        }, default);

        outcome.Succeeded.ShouldBeFalse();
        log.Written.Select(e => (e.Action, e.Target, e.Success, e.Rule)).ShouldBe(
            [("report.sign.begun", "study:A", true, null), ("report.sign", "study:A", false, "report.sign")]);
    }

    [Fact]
    public async Task Without_an_intention_in_the_log_the_command_is_refused_and_not_given()
    {
        var given = false;
        var outcome = await Door(new BrokenLog(0), out var errors).Audited(Senior, "study:A", "report.sign", () =>
        {
            given = true;
            return Task.FromResult<Outcome<string>>("signed");
        }, default);

        given.ShouldBeFalse();
        outcome.Failure.ShouldNotBeNull().Rule.ShouldBe("audit.unavailable");
        Problems.Of(outcome.Failure).StatusCode.ShouldBe(StatusCodes.Status503ServiceUnavailable);
        errors.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_log_that_fails_afterwards_is_an_alarm_and_leaves_the_signature_signed()
    {
        var outcome = await Door(new BrokenLog(1), out var errors).Audited(
            Senior, "study:A", "report.sign", () => Task.FromResult<Outcome<string>>("signed"), default);

        outcome.Value.ShouldBe("signed");
        errors.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Whoever_hangs_up_in_the_middle_is_audited_all_the_same()
    {
        using var hungUp = new CancellationTokenSource();
        var log = new BrokenLog(int.MaxValue);

        await Door(log, out _).Audited(Senior, "study:A", "report.sign", async () =>
        {
            await hungUp.CancelAsync();
            return (Outcome<string>)"signed";
        }, hungUp.Token);

        log.Written.Count.ShouldBe(2);
    }

    private Door Door(IAuditLog log, out List<string> errors)
    {
        var options = new PortalOptions { Cluster = centre.Cluster(), Version = "1", Stack = "compat" };
        var listening = new Errors();
        errors = listening.Lines;
        return new Door(null!, new SiteAccess(options), log, new Openings(), new ManualTimeProvider(new DateTimeOffset(2026, 3, 2, 8, 0, 0, TimeSpan.Zero)), listening);
    }

    /// <summary>Takes so many entries, then the disk is full.</summary>
    private sealed class BrokenLog(int takes) : IAuditLog
    {
        public List<AuditEntry> Written { get; } = [];

        public Task Write(AuditEntry entry, CancellationToken cancellation)
        {
            cancellation.ThrowIfCancellationRequested();
            if (Written.Count >= takes)
                throw new IOException("no space");
            Written.Add(entry);
            return Task.CompletedTask;
        }

        public Task<(ImmutableArray<AuditRow> Items, string? Next)> Find(AuditQuery query, CancellationToken cancellation) =>
            Task.FromResult<(ImmutableArray<AuditRow>, string?)>(([], null));
    }

    private sealed class Errors : ILogger<Door>
    {
        public List<string> Lines { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (logLevel >= LogLevel.Error)
                Lines.Add(formatter(state, exception));
        }
    }
}
