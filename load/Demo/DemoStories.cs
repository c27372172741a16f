using System.Globalization;
using Regional.Load.Portal;
using Regional.Load.Region;
using Regional.TestKit.Modality;
using Regional.TestKit.Phantoms;

namespace Regional.Load.Demo;

/// <summary>The stories of the first look. Each is independent of the others.</summary>
public sealed class DemoStories(DemoStaff staff, RegionMap region, IReadOnlyList<StudyLine> known, string day, string password)
{
    public IReadOnlyList<DemoStory> All() =>
    [
        new("已签发：胸部正位DR", () => ReleasedAsync(
            new(1, "township-a", DemoPeople.Chen, PhantomKind.ChestDr, "A_DR1", "routine", "咳嗽一周", "否认结核史"), DemoReports.ChestNormal)),
        new("已签发：肝胆胰脾超声", () => ReleasedAsync(
            new(2, "township-a", DemoPeople.Zhao, PhantomKind.AbdomenUs, "A_US1", "routine", "右上腹隐痛", "进食油腻后加重", Finding: true), DemoReports.AbdomenStone)),
        new("待阅：头颅CT平扫（加急）", () => AcquiredAsync(
            new(3, "township-a", DemoPeople.Wu, PhantomKind.HeadCt, "A_CT1", "urgent", "头晕三天", "高血压十年"))),
        new("待阅：胸部正位DR", () => AcquiredAsync(
            new(4, "township-b", DemoPeople.Yang, PhantomKind.ChestDr, "B_DR1", "routine", "体检", ""))),
        new("已认领，书写中：头颅CT平扫", () => ClaimedAsync(
            new(5, "township-a", DemoPeople.Zheng, PhantomKind.HeadCt, "A_CT1", "routine", "头痛", "偏头痛史"))),
        new("待审核：初诊已提交", () => PreliminaryAsync(
            new(6, "township-a", DemoPeople.Sun, PhantomKind.ChestDr, "A_DR1", "routine", "术前", "腹股沟疝"), DemoReports.ChestNormal)),
        new("未匹配", UnmatchedAsync),
        new("无名氏，欠申请单，颅内血肿危急值未接收", NamelessAsync),
        new("危急值已接收，逾期未处置（接收后 15 分钟到期）", TensionAsync),
        new("图像丁级，已重拍", RetakenAsync),
        new("临时报告待审核", ProvisionalAsync),
        new("报告修订申请", CorrectionAsync),
        new("追加影像", AdditionalAsync),
        new("已预约（两小时后未到即为爽约）", BookedAsync),
    ];

    private DemoExam Exam(DemoOrder order) => new(staff, region, day, order);

    private async Task<DemoExam> AcquiredAsync(DemoOrder order, string grade = "a")
    {
        var exam = Exam(order);
        await exam.RequestAsync(order.Site == "township-b" ? "tech-b" : "clinician-a", known);
        await exam.AcquireAsync(grade);
        return exam;
    }

    private async Task<DemoExam> ReleasedAsync(DemoOrder order, ReportWords words)
    {
        var exam = await AcquiredAsync(order);
        await exam.ReadAsync("reader", words);
        await exam.SignAsync("senior", words, password);
        return exam;
    }

    private async Task ClaimedAsync(DemoOrder order)
    {
        var exam = await AcquiredAsync(order);
        if (exam.ReportBeyond("claimed")) return;
        var path = PortalClient.Study(exam.Study.StudyId) + "/report/";
        var ticket = (await staff["reader"].PostAsync<ClaimAnswer>(path + "claim")).Ticket;
        await staff["reader"].PutAsync<object>(path + "draft", new { token = ticket.Token, text = DemoReports.HeadNormal with { Impression = "" } });
    }

    private async Task PreliminaryAsync(DemoOrder order, ReportWords words) => await (await AcquiredAsync(order)).ReadAsync("reader", words);

    /// <summary>A device without a worklist: pinyin name, a number that every hospital has, a clock seven minutes slow.</summary>
    private async Task UnmatchedAsync()
    {
        var uid = SeededUid.Of("demo", day, "unmatched");
        if (known.Any(line => line.StudyInstanceUids.Contains(uid))) return;
        var recipe = new StudyRecipe
        {
            Seed = 7001,
            Kind = PhantomKind.ChestDr,
            PatientId = "3",
            PatientName = "Ma^Ling",
            PatientSex = "F",
            PatientBirthDate = new DateOnly(1980, 1, 1),
            StationAe = "B_DR1",
            Charset = PhantomCharset.Ascii,
            StudyTime = DateTime.ParseExact(day, "yyyyMMdd", CultureInfo.InvariantCulture).AddHours(9).AddMinutes(-7),
            StudyInstanceUid = uid,
        };
        var edge = region.Edge("township-b");
        var outcomes = await new FakeModality(edge.Host, edge.Port, edge.AeTitle, "B_DR1").SendAsync(new PhantomStudy(recipe).Images().Select(i => i.File));
        if (!outcomes.All(o => o.Stored)) throw new DemoException("the edge of township-b refused the unmatched study.");
    }

    /// <summary>急诊登记 in one click; what is missing is owed. The bleeding is a critical value that nobody has received yet.</summary>
    private async Task NamelessAsync()
    {
        var order = new DemoOrder(20, "township-a", new DemoPerson("无名氏", "Wu^MingShi", "M", new(1900, 1, 1), "QS000199", ""), PhantomKind.HeadCt, "A_CT1", "emergency", "外伤后意识不清", "", Finding: true);
        var exam = Exam(order);
        var started = known.FirstOrDefault(line => line.Site == "township-a" && line.Facts.Request == "owed");
        exam.Adopt(started is not null
            ? await staff["admin"].StudyAsync(started.StudyId)
            : await staff["tech-a"].PostAsync<StudyView>(
                "/api/studies/emergency",
                new { site = "township-a", item = order.Item, stationAe = order.StationAe, sex = "M" },
                CommandKey.Of("demo", day, "emergency")));
        await exam.AcquireAsync("b");
        await exam.ReadAsync("reader", DemoReports.HeadBleed);
        await exam.SuspectAsync("intracranial-haematoma", "左侧基底节区出血，约 30 ml");
    }

    private async Task TensionAsync()
    {
        var exam = await AcquiredAsync(new(21, "township-a", DemoPeople.Qian, PhantomKind.ChestDr, "A_DR1", "urgent", "突发胸痛气促", "瘦高体型", Finding: true));
        await exam.ReadAsync("reader", DemoReports.ChestTension);
        var alert = await exam.SuspectAsync("tension-pneumothorax", "左侧张力性气胸");
        if (alert.Phase is not ("notifying" or "phoneDue" or "notifyEscalated")) return;
        await staff["nurse-a"].PostAsync<CriticalView>(
            $"/api/critical-values/{Uri.EscapeDataString(alert.CriticalValueId)}/receive",
            new { readBack = "钱伟，左侧张力性气胸，立即通知王志远医师" },
            CommandKey.Of("demo", day, "receive"));
    }

    /// <summary>A poor film stops nothing; the technician takes another one while the patient is there.</summary>
    private async Task RetakenAsync()
    {
        var order = new DemoOrder(22, "township-a", DemoPeople.Liu, PhantomKind.ChestDr, "A_DR1", "routine", "发热", "吸烟二十年");
        var exam = await AcquiredAsync(order, grade: "d");
        if (exam.Study.Images.Count > 1 && exam.Beyond("readyToRead")) return;
        if (exam.Beyond("acquired")) await exam.DoAsync("tech-a", "retake", new { reason = "曝光不足，肩胛骨未拉开" }, "retake");
        var count = exam.Study.ImagesAtCentre + await exam.SendAsync("retake");
        await exam.WaitAsync(s => s.ImagesAtCentre >= count, "the retaken film");
        await exam.DoAsync("tech-a", "complete", new { imagesExpected = count }, "complete-again");
    }

    private async Task ProvisionalAsync()
    {
        var exam = await AcquiredAsync(new(23, "township-b", DemoPeople.Han, PhantomKind.ChestDr, "B_DR1", "emergency", "呼吸困难", "慢阻肺"));
        await exam.ReadAsync("reader", DemoReports.ChestNormal);
        if (!exam.ReportBeyond("provisional")) await exam.DoAsync("duty-b", "report/provisional", new { }, "provisional");
    }

    private async Task CorrectionAsync()
    {
        var exam = await ReleasedAsync(
            new(24, "township-a", DemoPeople.Feng, PhantomKind.ChestDr, "A_DR1", "routine", "咳嗽", "哮喘"), DemoReports.ChestNormal);
        if (!exam.ReportBeyond("correctionRequested"))
        {
            await exam.DoAsync("clinician-a", "report/request-correction", new { reason = "申请单所述左侧症状，报告未提及" }, "correction");
        }
    }

    /// <summary>Images that come after the release ask a reader for a decision.</summary>
    private async Task AdditionalAsync()
    {
        var exam = await ReleasedAsync(
            new(25, "township-a", DemoPeople.Tang, PhantomKind.AbdomenUs, "A_US1", "routine", "体检", ""), DemoReports.AbdomenNormal);
        if (exam.Study.Facts.Images == "additional") return;
        await exam.SendAsync("additional");
        await exam.WaitAsync(s => s.Facts.Images == "additional", "its additional images");
    }

    private async Task BookedAsync()
    {
        var exam = Exam(new(26, "township-a", DemoPeople.Zhou, PhantomKind.AbdomenUs, "A_US1", "routine", "体检", ""));
        await exam.RequestAsync("clinician-a", known);
        if (exam.Beyond("scheduled") || exam.Study.Phase == "noShow") return;
        var at = TimeProvider.System.GetUtcNow().AddMinutes(1);
        await exam.DoAsync("desk-a", "schedule", new { at }, "schedule");
    }
}
