using Regional.Actors;
using Regional.CriticalValues;
using Regional.Grains.Tests.Hosting;
using Regional.Outcomes;
using Regional.Reading;
using Regional.Reports;
using Regional.Studies;
using Regional.Transitions;

namespace Regional.Grains.Tests.Rules;

/// <summary>The workflow tables: drawn as they are coded, open to whom they name, closed to everybody and everything else.</summary>
public sealed class TableTests
{
    private static readonly Actor[] Everybody =
    [
        People.Desk, People.Technician, People.Nurse, People.Clinician, People.SiteDuty, People.Trainee, People.Reader, People.Reader2,
        People.Senior, People.Quality, Actor.System,
    ];

    [Fact]
    public void The_exam_diagram_is_the_table() => Compare(ExamTransitions.Table, "Studies");

    [Fact]
    public void The_report_diagram_is_the_table() => Compare(ReportTransitions.Table, "Reports");

    [Fact]
    public void The_critical_value_diagram_is_the_table() => Compare(CriticalTransitions.Table, "CriticalValues");

    [Fact]
    public void The_claim_diagram_is_the_table() => Compare(ClaimTransitions.Table, "Reading");

    [Fact]
    public void The_exam_table_refuses_every_other_pair() => RefusesTheRest(ExamTransitions.Table);

    [Fact]
    public void The_report_table_refuses_every_other_pair() => RefusesTheRest(ReportTransitions.Table);

    [Fact]
    public void The_critical_value_table_refuses_every_other_pair() => RefusesTheRest(CriticalTransitions.Table);

    /// <summary>The rows of workflow.md, Exam, word for word; rows of the network's own are listed in the folder's README.</summary>
    [Theory]
    [InlineData(null, "submit", "clinician-a", ExamPhase.Requested)]
    [InlineData(null, "emergency", "desk-a", ExamPhase.Arrived)]
    [InlineData(null, "emergency", "tech-a", ExamPhase.Arrived)]
    [InlineData(null, "emergency", "nurse-a", ExamPhase.Arrived)]
    [InlineData(null, "images", "system", ExamPhase.Unmatched)]
    [InlineData(ExamPhase.Requested, "accept", "system", ExamPhase.Accepted)]
    [InlineData(ExamPhase.Requested, "accept", "desk-a", ExamPhase.Accepted)]
    [InlineData(ExamPhase.Requested, "return", "desk-a", ExamPhase.Returned)]
    [InlineData(ExamPhase.Returned, "resubmit", "clinician-a", ExamPhase.Requested)]
    [InlineData(ExamPhase.Accepted, "schedule", "desk-a", ExamPhase.Scheduled)]
    [InlineData(ExamPhase.Accepted, "schedule", "clinician-a", ExamPhase.Scheduled)]
    [InlineData(ExamPhase.Scheduled, "no-show", "system", ExamPhase.NoShow)]
    [InlineData(ExamPhase.NoShow, "restore", "desk-a", ExamPhase.Accepted)]
    [InlineData(ExamPhase.Accepted, "arrive", "desk-a", ExamPhase.Arrived)]
    [InlineData(ExamPhase.Scheduled, "arrive", "desk-a", ExamPhase.Arrived)]
    [InlineData(ExamPhase.Scheduled, "arrive", "system", ExamPhase.Arrived)]
    [InlineData(ExamPhase.Arrived, "start", "tech-a", ExamPhase.InRoom)]
    [InlineData(ExamPhase.Arrived, "replan", "tech-a", ExamPhase.Accepted)]
    [InlineData(ExamPhase.InRoom, "replan", "nurse-a", ExamPhase.Accepted)]
    [InlineData(ExamPhase.Arrived, "abort", "nurse-a", ExamPhase.Aborted)]
    [InlineData(ExamPhase.InRoom, "abort", "tech-a", ExamPhase.Aborted)]
    [InlineData(ExamPhase.InRoom, "complete", "tech-a", ExamPhase.Acquired)]
    [InlineData(ExamPhase.Acquired, "retake", "tech-a", ExamPhase.InRoom)]
    [InlineData(ExamPhase.Acquired, "retake", "reader", ExamPhase.InRoom)]
    [InlineData(ExamPhase.Acquired, "ready", "system", ExamPhase.ReadyToRead)]
    [InlineData(ExamPhase.Acquired, "read-anyway", "tech-a", ExamPhase.ReadyToRead)]
    [InlineData(ExamPhase.Acquired, "read-anyway", "reader", ExamPhase.ReadyToRead)]
    [InlineData(ExamPhase.ReadyToRead, "release", "system", ExamPhase.Reported)]
    [InlineData(ExamPhase.Reported, "judge-additional", "reader", ExamPhase.ReadyToRead)]
    [InlineData(ExamPhase.Closed, "judge-additional", "reader", ExamPhase.ReadyToRead)]
    [InlineData(ExamPhase.Reported, "close", "system", ExamPhase.Closed)]
    [InlineData(ExamPhase.Unmatched, "hand-over", "tech-a", ExamPhase.Cancelled)]
    [InlineData(ExamPhase.Unmatched, "hand-over", "qc", ExamPhase.Cancelled)]
    [InlineData(ExamPhase.Arrived, "attach", "tech-a", ExamPhase.Acquired)]
    [InlineData(ExamPhase.Arrived, "cancel", "clinician-a", ExamPhase.Cancelled)]
    [InlineData(ExamPhase.Requested, "cancel", "desk-a", ExamPhase.Cancelled)]
    [InlineData(ExamPhase.Reported, "detach", "qc", ExamPhase.Accepted)]
    public void Exam_rows(ExamPhase? from, string name, string who, ExamPhase to) => Row(ExamTransitions.Table, from, name, who, to);

    /// <summary>The rows of workflow.md, Report.</summary>
    [Theory]
    [InlineData(ReportPhase.Awaiting, "claim", "reader", ReportPhase.Claimed)]
    [InlineData(ReportPhase.Claimed, "release", "reader", ReportPhase.Awaiting)]
    [InlineData(ReportPhase.Claimed, "trainee-draft", "trainee", ReportPhase.TraineeDraft)]
    [InlineData(ReportPhase.Claimed, "trainee-draft", "system", ReportPhase.TraineeDraft)]
    [InlineData(ReportPhase.Claimed, "preliminary", "reader", ReportPhase.Preliminary)]
    [InlineData(ReportPhase.TraineeDraft, "preliminary", "reader", ReportPhase.Preliminary)]
    [InlineData(ReportPhase.Preliminary, "provisional", "reader", ReportPhase.Provisional)]
    [InlineData(ReportPhase.Preliminary, "provisional", "duty-a", ReportPhase.Provisional)]
    [InlineData(ReportPhase.Preliminary, "take", "senior", ReportPhase.UnderReview)]
    [InlineData(ReportPhase.Provisional, "take", "senior", ReportPhase.UnderReview)]
    [InlineData(ReportPhase.UnderReview, "take", "senior", ReportPhase.UnderReview)]
    [InlineData(ReportPhase.Preliminary, "sign", "senior", ReportPhase.Released)]
    [InlineData(ReportPhase.UnderReview, "return", "senior", ReportPhase.Claimed)]
    [InlineData(ReportPhase.UnderReview, "dispute", "senior", ReportPhase.InConsult)]
    [InlineData(ReportPhase.InConsult, "opinion", "senior", ReportPhase.UnderReview)]
    [InlineData(ReportPhase.UnderReview, "sign", "senior", ReportPhase.Released)]
    [InlineData(ReportPhase.Released, "addendum", "senior", ReportPhase.Released)]
    [InlineData(ReportPhase.Released, "request-correction", "clinician-a", ReportPhase.CorrectionRequested)]
    [InlineData(ReportPhase.Released, "request-correction", "reader", ReportPhase.CorrectionRequested)]
    [InlineData(ReportPhase.Released, "judge-additional", "reader", ReportPhase.CorrectionRequested)]
    [InlineData(ReportPhase.CorrectionRequested, "refuse-correction", "senior", ReportPhase.Released)]
    [InlineData(ReportPhase.CorrectionRequested, "accept-correction", "senior", ReportPhase.Amending)]
    [InlineData(ReportPhase.Amending, "sign", "senior", ReportPhase.Released)]
    [InlineData(ReportPhase.Provisional, "recall", "system", ReportPhase.Recalled)]
    [InlineData(ReportPhase.Released, "recall", "system", ReportPhase.Recalled)]
    [Trait("Requirement", "R4.2.6-2")]
    public void Report_rows(ReportPhase from, string name, string who, ReportPhase to) => Row(ReportTransitions.Table, from, name, who, to);

    /// <summary>The rows of workflow.md, Critical value.</summary>
    [Theory]
    [InlineData(null, "suspect", "tech-a", CriticalPhase.Suspected)]
    [InlineData(null, "suspect", "reader", CriticalPhase.Suspected)]
    [InlineData(null, "suspect", "system", CriticalPhase.Suspected)]
    [InlineData(CriticalPhase.Suspected, "verify", "senior", CriticalPhase.Notifying)]
    [InlineData(CriticalPhase.Suspected, "refute", "senior", CriticalPhase.Refuted)]
    [InlineData(CriticalPhase.Notifying, "receive", "nurse-a", CriticalPhase.Received)]
    [InlineData(CriticalPhase.Notifying, "receive", "duty-a", CriticalPhase.Received)]
    [InlineData(CriticalPhase.Notifying, "phone", "system", CriticalPhase.PhoneDue)]
    [InlineData(CriticalPhase.PhoneDue, "call", "reader", CriticalPhase.Received)]
    [InlineData(CriticalPhase.PhoneDue, "no-answer", "reader", CriticalPhase.NotifyEscalated)]
    [InlineData(CriticalPhase.NotifyEscalated, "call", "reader", CriticalPhase.Received)]
    [InlineData(CriticalPhase.Received, "act", "clinician-a", CriticalPhase.Acted)]
    [InlineData(CriticalPhase.Received, "overdue", "system", CriticalPhase.ReplyOverdue)]
    [InlineData(CriticalPhase.ReplyOverdue, "act", "clinician-a", CriticalPhase.Acted)]
    [InlineData(CriticalPhase.Acted, "confirm", "reader", CriticalPhase.Closed)]
    [InlineData(CriticalPhase.PhoneDue, "withdraw", "senior", CriticalPhase.Withdrawn)]
    [Trait("Requirement", "R7.1.3-1")]
    public void Critical_value_rows(CriticalPhase? from, string name, string who, CriticalPhase to) => Row(CriticalTransitions.Table, from, name, who, to);

    [Fact]
    public void A_right_counts_only_where_the_person_works()
    {
        var elsewhere = new Turn(People.Stranger, "why", Exams.Now);
        foreach (var row in ExamTransitions.Table.Rows.Where(row => row.By.All(doer => doer.Place is Place.CapturingSite or Place.System)))
            ExamTransitions.Table.Find(row.From, row.Event, elsewhere, People.Township, People.Centre).Failure!.Code.ShouldBe(FailureCode.Forbidden, row.ToString());
    }

    [Fact]
    public void A_row_that_asks_for_a_reason_is_refused_without_one()
    {
        foreach (var row in ExamTransitions.Table.Rows.Where(row => row.NeedsReason))
        {
            var doer = Everybody.First(actor => row.By.Any(by => by.Permits(actor, People.Township, People.Centre)));
            var failure = ExamTransitions.Table.Find(row.From, row.Event, new Turn(doer, " ", Exams.Now), People.Township, People.Centre).Failure!;
            failure.Fields.ShouldHaveSingleItem().Field.ShouldBe("reason");
        }
    }

    private static void Row<TPhase>(TransitionTable<TPhase> table, TPhase? from, string name, string who, TPhase to)
        where TPhase : struct, Enum
    {
        var actor = Everybody.Append(People.SiteDuty).First(one => one.UserId == who);
        table.Find(from, name, new Turn(actor, "because", Exams.Now), People.Township, People.Centre).Ok().To.ShouldBe(to);
    }

    private static void RefusesTheRest<TPhase>(TransitionTable<TPhase> table)
        where TPhase : struct, Enum
    {
        var rows = table.Rows.ToDictionary(row => (row.From, row.Event));
        var froms = Enum.GetValues<TPhase>().Select(phase => (TPhase?)phase).Append(null);
        foreach (var from in froms)
        {
            foreach (var name in table.Rows.Select(row => row.Event).Distinct())
            {
                foreach (var actor in Everybody)
                {
                    var outcome = table.Find(from, name, new Turn(actor, "because", Exams.Now), People.Township, People.Centre);
                    if (!rows.TryGetValue((from, name), out var row))
                        outcome.Failure!.Code.ShouldBe(FailureCode.WrongState, $"{from} {name}");
                    else if (!row.By.Any(doer => doer.Permits(actor, People.Township, People.Centre)))
                        outcome.Failure!.Code.ShouldBe(FailureCode.Forbidden, $"{from} {name} by {actor.UserId}");
                    else
                        outcome.Ok().To.ShouldBe(row.To);
                }
            }
        }
    }

    private static void Compare<TPhase>(TransitionTable<TPhase> table, string folder)
        where TPhase : struct, Enum
    {
        var drawn = File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Diagrams", folder, "README.md"))
            .Where(line => line.Contains("-->", StringComparison.Ordinal))
            .Select(line => line.Trim());
        var coded = table.Rows.Select(row => $"{(row.From is { } from ? from.ToString() : "[*]")} --> {row.To}: {row.Event}");
        drawn.Order(StringComparer.Ordinal).ShouldBe(coded.Order(StringComparer.Ordinal));
    }
}
