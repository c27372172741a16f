using Regional.Patients;
using Regional.Portal.Hosting;
using Regional.Portal.Reports;
using Regional.Portal.Tests.Hosting;
using Regional.Reports;
using Regional.Studies;

namespace Regional.Portal.Tests;

[Collection("centre")]
public sealed class ReportPrintTests(CentreFixture centre)
{
    private static readonly DateTimeOffset At = new(2026, 3, 2, 8, 0, 0, TimeSpan.Zero);

    private PortalOptions Options => new() { Cluster = centre.Cluster(), Version = "1", Stack = "compat" };

    [Fact]
    public void A_current_version_has_no_watermark_and_every_text_is_encoded()
    {
        var page = ReportPrint.Page(Study(ReportPhase.Released, Version(1)), null, Options).ShouldNotBeNull();

        page.ShouldNotContain("class=\"mark\">");
        page.ShouldContain("&lt;b&gt;王芳");
        page.ShouldContain("2026-03-02 16:00");
        page.ShouldNotContain("<b>王芳");
    }

    [Theory]
    [InlineData(ReportPhase.Released, VersionState.Superseded, "已作废")]
    [InlineData(ReportPhase.Recalled, VersionState.Recalled, "已召回")]
    [InlineData(ReportPhase.Amending, VersionState.Current, "修订中")]
    public void What_is_not_the_current_report_says_so(ReportPhase phase, VersionState state, string mark) =>
        ReportPrint.Page(Study(phase, Version(1) with { State = state }), 1, Options).ShouldNotBeNull().ShouldContain($"<div class=\"mark\">{mark}");

    [Fact]
    public void A_provisional_report_prints_the_text_that_went_out_not_the_draft()
    {
        var study = Study(ReportPhase.UnderReview);
        study = study with
        {
            Report = study.Report with
            {
                Provisional = true,
                Draft = new ReportText(null, "改了一半", "改了一半", null),
                Traces = [new TextTrace(At, "duty", "值班", "report.provisional", new ReportText(null, "所见", "急性出血", true))],
            },
        };

        var page = ReportPrint.Page(study, null, Options).ShouldNotBeNull();

        page.ShouldContain("<div class=\"mark\">临时报告");
        page.ShouldContain("急性出血");
        page.ShouldNotContain("改了一半");
    }

    [Fact]
    public void What_was_never_given_out_is_not_printed() => ReportPrint.Page(Study(ReportPhase.Preliminary), null, Options).ShouldBeNull();

    private static ReportVersion Version(int number) => new(
        number, VersionKind.Original, VersionState.Current, new ReportText(null, "所见", "诊断", false), null, "reader", "孙佳", "senior", "高文博",
        new SignatureProof("password", "L"), At, "ab12");

    private static StudySnapshot Study(ReportPhase phase, params ReportVersion[] versions) => new(
        "study:A", 1, "township-a", "expert", ExamPhase.Reported,
        new ExamFacts(IdentityFact.Confirmed, RequestFact.Present, FeeFact.Paid, ImagesFact.Stable, CopyFact.AtCentre, ImageGrade.Ungraded), Priority.Routine,
        "pat:A", new PatientLabel("<b>王芳", "F", new DateOnly(1961, 5, 17)), null, "QS1", "clinician-a", [], null, [],
        new ReportSnapshot(phase, null, null, 0, null, null, null, null, null, null, null, false, [.. versions], [], null, null), [], null, null, [], []);
}
