using FellowOakDicom;
using FellowOakDicom.Network;
using Regional.Edge.Tests.Support;
using Regional.Edge.Worklist;
using Regional.TestKit;
using Regional.TestKit.Modality;

namespace Regional.Edge.Tests.Worklist;

/// <summary>A device asks for its worklist (PS3.4 §K): in its character set, by its keys, and sees only what is its own.</summary>
[Trait("Requirement", "R4.2.2-2")]
[Trait("Requirement", "R4.2.2-1")]
public sealed class WorklistTests
{
    private static readonly EdgeSetup Setup = new() { MoreDevices = [Waiting.Device("CT1", "scope: device")], Devices = [] };

    /// <summary>DCMTK asks and DCMTK reads: the answer's bytes are converted to UTF-8 by its own tables.</summary>
    [SkippableTheory]
    [Trait("Requirement", "X4")]
    [InlineData("GB18030", "龑")]
    [InlineData("GBK", "")]
    [InlineData("ISO_IR 192", "𠮷")]
    [InlineData(@"\ISO 2022 IR 58", "")]
    [InlineData("", "")]
    public async Task Findscu_reads_chinese_in_the_charset_that_it_asked_in(string charset, string rare)
    {
        SharedData.Need("findscu");
        SharedData.Need("dcmdump");
        await using var edge = await EdgeUnderTest.StartAsync(Setup);
        edge.Wait(Waiting.Exam("QS1", name: "张三" + rare, pinyin: "Zhang San"));
        using var folder = new TempFolder();

        string[] keys = ["-k", "PatientName", "-k", "ReasonForTheRequestedProcedure", "-k", "AccessionNumber", "-k", "ScheduledProcedureStepSequence[0].Modality=CT", "-k", "ScheduledProcedureStepSequence[0].ScheduledProcedureStepDescription"];
        var found = await edge.AskAsync("findscu", ["-v", "-W", "-X", "-od", folder, "-k", $"SpecificCharacterSet={charset}", .. keys], "CT1");

        found.ExitCode.ShouldBe(0, found.Output);
        var file = Directory.GetFiles(folder).ShouldHaveSingleItem(found.Output);
        var answer = DicomFile.Open(file).Dataset;
        answer.GetString(DicomTag.SpecificCharacterSet).ShouldBe(charset.Length == 0 ? "GB18030" : charset);
        var dump = await Dcmtk.RunAsync("dcmdump", ["+U8", file]);
        dump.Output.ShouldContain($"Zhang^San=张^三{rare}");
        dump.Output.ShouldContain("头痛三天");
        dump.Output.ShouldContain("头颅CT平扫");
        answer.GetSequence(DicomTag.ScheduledProcedureStepSequence).Items[0].GetString(DicomTag.ScheduledProcedureStepDescription).ShouldBe("头颅CT平扫");
    }

    [Fact]
    public async Task What_gb_2312_cannot_say_comes_in_utf_8()
    {
        await using var edge = await EdgeUnderTest.StartAsync(Setup);
        edge.Wait(Waiting.Exam("QS1", name: "龑三"));

        var answers = await edge.FindAsync(Waiting.Query([], [], @"\ISO 2022 IR 58"), "CT1");

        answers[0].Dataset.GetString(DicomTag.SpecificCharacterSet).ShouldBe("ISO_IR 192");
        answers[0].Dataset.GetString(DicomTag.PatientName).ShouldEndWith("龑^三");
    }

    [Theory]
    [InlineData("both", "Zhang^San=张^三")]
    [InlineData("characters", "张^三")]
    [InlineData("pinyin", "Zhang^San")]
    [Trait("Requirement", "X4")]
    public async Task Names_come_in_the_form_of_the_device(string form, string expected)
    {
        await using var edge = await EdgeUnderTest.StartAsync(new EdgeSetup { Devices = [], MoreDevices = [Waiting.Device("CT1", $"scope: device, names: {form}")] });
        edge.Wait(Waiting.Exam("QS1"));

        (await edge.FindAsync(Waiting.Query([], []), "CT1")).Values(DicomTag.PatientName).ShouldBe([expected]);
    }

    [Fact]
    public async Task An_answer_holds_what_the_device_needs_and_what_it_asked_for()
    {
        await using var edge = await EdgeUnderTest.StartAsync(Setup);
        edge.Wait(Waiting.Exam("QS1"));

        var answer = (await edge.FindAsync(Waiting.Query([], []), "CT1"))[0];

        answer.Status.Code.ShouldBe((ushort)0xFF00);
        var exam = answer.Dataset;
        exam.GetString(DicomTag.PatientID).ShouldBe("PQS1");
        exam.GetString(DicomTag.PatientBirthDate).ShouldBe("19700203");
        exam.GetString(DicomTag.StudyInstanceUID).ShouldStartWith("2.25.");
        exam.GetString(DicomTag.RequestedProcedureID).ShouldBe("QS1");
        exam.GetString(DicomTag.MedicalAlerts).ShouldBe("青霉素过敏");
        exam.Contains(DicomTag.PatientWeight).ShouldBeTrue();
        exam.GetSequence(DicomTag.RequestedProcedureCodeSequence).Items.ShouldBeEmpty();
        var step = exam.GetSequence(DicomTag.ScheduledProcedureStepSequence).Items.ShouldHaveSingleItem();
        step.GetString(DicomTag.ScheduledStationAETitle).ShouldBe("CT1");
        step.GetString(DicomTag.ScheduledProcedureStepID).ShouldBe("QS1");
        step.GetString(DicomTag.Modality).ShouldBe("CT");
        step.GetString(DicomTag.ScheduledProcedureStepLocation).ShouldBe("R1");
    }

    [Theory]
    [InlineData(nameof(DicomTag.PatientName), "ZHANG*", "QS1")]
    [InlineData(nameof(DicomTag.PatientName), "张*", "QS1")]
    [InlineData(nameof(DicomTag.PatientName), "*=李四", "QS2")]
    [InlineData(nameof(DicomTag.PatientName), "L?^Si", "QS2")]
    [InlineData(nameof(DicomTag.PatientName), "*", "QS1 QS2")]
    [InlineData(nameof(DicomTag.PatientID), "PQS2", "QS2")]
    [InlineData(nameof(DicomTag.AccessionNumber), "QS1", "QS1")]
    [InlineData(nameof(DicomTag.RequestedProcedureID), "QS?", "QS1 QS2")]
    [InlineData(nameof(DicomTag.PatientBirthDate), "19700101-19701231", "QS1 QS2")]
    [InlineData(nameof(DicomTag.PatientBirthDate), "19710101-", "")]
    [InlineData("step:" + nameof(DicomTag.Modality), "CT", "QS1 QS2")]
    [InlineData("step:" + nameof(DicomTag.Modality), "MR", "")]
    [InlineData("step:" + nameof(DicomTag.ScheduledStationAETitle), "CT1", "QS1 QS2")]
    [InlineData("step:" + nameof(DicomTag.ScheduledStationAETitle), "CT2", "")]
    [InlineData("step:" + nameof(DicomTag.ScheduledProcedureStepID), "QS2", "QS2")]
    [InlineData("step:" + nameof(DicomTag.ScheduledProcedureStepStartDate), "19990101-", "QS1 QS2")]
    [InlineData("step:" + nameof(DicomTag.ScheduledProcedureStepStartDate), "-20200101", "")]
    public async Task Keys_narrow(string key, string value, string expected)
    {
        await using var edge = await EdgeUnderTest.StartAsync(Setup);
        edge.Wait(Waiting.Exam("QS1"), Waiting.Exam("QS2", name: "李四", pinyin: "Li Si", from: TimeSpan.FromSeconds(1)));
        var tag = (DicomTag)typeof(DicomTag).GetField(key.Split(':')[^1])!.GetValue(null)!;
        (DicomTag, string)[] given = [(tag, value)];

        var numbers = await edge.NumbersAsync("CT1", key.StartsWith("step:", StringComparison.Ordinal) ? Waiting.Query([], given) : Waiting.Query(given, []));

        string.Join(' ', numbers).ShouldBe(expected);
    }

    [Fact]
    [Trait("Requirement", "X4")]
    public async Task A_device_sees_what_its_profile_shows_and_nobody_else_sees_anything()
    {
        await using var edge = await EdgeUnderTest.StartAsync(new EdgeSetup
        {
            Devices = [],
            MoreDevices =
            [
                Waiting.Device("CT1", "scope: device"), Waiting.Device("CT2", "scope: room"), Waiting.Device("CT3", "scope: site", room: "R3"),
                Waiting.Device("US1", "scope: device", "US", "R4"), Waiting.Device("DR1", "", "DX"), Waiting.Device("FAR", "scope: site", address: "192.0.2.7"),
            ],
        });
        edge.Wait(
            Waiting.Exam("ONE", "CT1"), Waiting.Exam("TWO", "CT2"), Waiting.Exam("THREE", "CT3"), Waiting.Exam("ANY"), Waiting.Exam("SOUND", modality: "US"),
            Waiting.Exam("LATE", "CT1", from: TimeSpan.FromDays(3)));

        (await edge.NumbersAsync("CT1")).ShouldBe(["ONE"]);
        (await edge.NumbersAsync("CT2")).ShouldBe(["ONE", "TWO", "ANY"], ignoreOrder: true);
        (await edge.NumbersAsync("CT3")).ShouldBe(["ONE", "TWO", "THREE", "ANY", "SOUND"], ignoreOrder: true);
        (await edge.NumbersAsync("US1")).ShouldBe(["SOUND"]);
        foreach (var stranger in new[] { "DR1", "STATION", "FAR" })
            (await edge.FindAsync(Waiting.Query([], []), stranger)).ShouldHaveSingleItem().Status.Code.ShouldBe(DicomStatus.SOPClassNotSupported.Code, stranger);
    }

    [Fact]
    public async Task Too_many_matches_are_refused_before_the_first()
    {
        await using var edge = await EdgeUnderTest.StartAsync(Setup);
        edge.Wait([.. Enumerable.Range(0, WorklistService.MatchLimit + 1).Select(i => Waiting.Exam($"N{i}"))]);

        (await edge.FindAsync(Waiting.Query([], []), "CT1")).ShouldHaveSingleItem().Status.Code.ShouldBe((ushort)0xA700);
        (await edge.NumbersAsync("CT1", Waiting.Query([(DicomTag.AccessionNumber, "N17")], []))).ShouldBe(["N17"]);
    }

    [Fact]
    public async Task What_cannot_be_understood_is_refused_by_name()
    {
        await using var edge = await EdgeUnderTest.StartAsync(Setup);
        edge.Wait(Waiting.Exam("QS1"));

        var wrongDate = Waiting.Query([], []);
        wrongDate.Dataset.GetSequence(DicomTag.ScheduledProcedureStepSequence).Items[0].NotValidated().AddOrUpdate(DicomTag.ScheduledProcedureStepStartTime, "noon");
        var refused = (await edge.FindAsync(wrongDate, "CT1")).ShouldHaveSingleItem();
        (refused.Status.Code & 0xF000).ShouldBe(0xC000);
        refused.Command.GetSingleValue<DicomTag>(DicomTag.OffendingElement).ShouldBe(DicomTag.ScheduledProcedureStepStartTime);

        var twoSteps = Waiting.Query([], []);
        twoSteps.Dataset.GetSequence(DicomTag.ScheduledProcedureStepSequence).Items.Add(new DicomDataset { { DicomTag.Modality, "MR" } });
        (await edge.FindAsync(twoSteps, "CT1")).ShouldHaveSingleItem().Status.Code.ShouldBe((ushort)0xA900);
    }

    [SkippableFact]
    public async Task Findscu_may_cancel_and_ask_again()
    {
        SharedData.Need("findscu");
        await using var edge = await EdgeUnderTest.StartAsync(Setup);
        edge.Wait([.. Enumerable.Range(0, 300).Select(i => Waiting.Exam($"N{i:D3}"))]);

        var cancelled = await edge.AskAsync("findscu", ["-v", "-W", "--cancel", "3", "-k", "AccessionNumber", "-k", "ScheduledProcedureStepSequence[0].Modality"], "CT1");

        cancelled.ExitCode.ShouldBe(0, cancelled.Output);
        cancelled.Output.ShouldContain("Cancel");
        (await edge.NumbersAsync("CT1")).Length.ShouldBe(300);
    }
}
