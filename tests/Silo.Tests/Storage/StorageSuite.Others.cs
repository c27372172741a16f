using Microsoft.Extensions.Options;
using Orleans;
using Orleans.Configuration;
using Orleans.Runtime;
using Regional.CriticalValues;
using Regional.Patients;
using Regional.Portal.Accounts;
using Regional.Portal.Audit;
using Regional.Projections;
using Regional.Silo.Storage;

namespace Regional.Silo.Tests.Storage;

public abstract partial class StorageSuite
{
    [SkippableFact]
    public async Task Work_that_fails_leaves_no_trace_and_harms_no_other()
    {
        var failing = Data.Write(async connection =>
        {
            await connection.Execute("INSERT INTO due (grain_key, at) VALUES ('study:lost', 1)");
            throw new InvalidOperationException("on purpose");
        });
        var good = new DueTable(Data).Note("study:kept", Start);

        await Should.ThrowAsync<InvalidOperationException>(failing);
        await good;

        (await new DueTable(Data).Due(Start.AddDays(1), 10, default)).ShouldBe(["study:kept"]);
    }

    [SkippableFact]
    public async Task A_due_note_is_cleared_only_up_to_the_instant_that_was_delivered()
    {
        var due = new DueTable(Data);
        await due.Note("study:A", Start);
        await due.Note("study:A", Start.AddSeconds(5));
        await due.Clear("study:A", Start);
        (await due.Due(Start.AddMinutes(1), 10, default)).ShouldBe(["study:A"]);
        (await due.Due(Start.AddSeconds(5), 10, default)).ShouldBeEmpty("not yet due");

        await due.Clear("study:A", Start.AddSeconds(5));
        (await due.Due(Start.AddMinutes(1), 10, default)).ShouldBeEmpty();
    }

    [SkippableFact]
    public async Task Critical_values_are_found_by_right_state_and_study()
    {
        var writer = new ProjectionWriter(Data, new WorklistSignal());
        await writer.Apply(Row("A"));
        await writer.Apply(Critical("1", "study:A", CriticalPhase.Notifying, minutes: 1));
        await writer.Apply(Critical("2", "study:A", CriticalPhase.Closed, minutes: 2));
        await writer.Apply(Critical("3", "study:B", CriticalPhase.PhoneDue, minutes: 3, site: "township-b"));
        var reader = new CriticalValueReader(Data);

        (await reader.Find(null, true, null, 50, null, default)).Items.Select(c => c.Value.CriticalValueId).ShouldBe(["crit:3", "crit:1"]);
        (await reader.Find(["township-a"], true, null, 50, null, default)).Items.ShouldHaveSingleItem().Patient.Name.ShouldBe("张三");
        (await reader.Find(["nowhere"], false, null, 50, null, default)).Items.ShouldBeEmpty();
        var first = await reader.Find(null, false, "study:A", 1, null, default);
        var second = await reader.Find(null, false, "study:A", 1, first.Next, default);
        first.Items.Concat(second.Items).Select(c => c.Value.CriticalValueId).ShouldBe(["crit:2", "crit:1"]);
        second.Next.ShouldBeNull();
    }

    /// <summary>Images of a wrong patient are detached and attached elsewhere: the alert has to go with its exam, for every list and every right.</summary>
    [SkippableFact]
    public async Task A_critical_value_that_moves_with_its_exam_is_found_at_its_new_place_alone()
    {
        var writer = new ProjectionWriter(Data, new WorklistSignal());
        await writer.Apply(Row("A", name: "张三"));
        await writer.Apply(Row("B", name: "李四", site: "township-b", centre: "county"));
        var alert = Critical("1", "study:A", CriticalPhase.Notifying, minutes: 1);
        await writer.Apply(alert);
        var moved = alert with { Version = 2, Suspicion = alert.Suspicion with { StudyId = "study:B", Site = "township-b", ReadingCentre = "county" } };
        await writer.Apply(moved);

        await IsAtB();

        // As a database stands that an older program wrote.
        await Data.Write(async connection =>
        {
            await connection.Execute("UPDATE critical_values SET study_id = 'study:A', site = 'township-a', reading_centre = 'expert'");
            await connection.Execute("ALTER TABLE accounts DROP COLUMN demo");
            await connection.Execute("DROP TABLE worklist");
            await connection.Execute("DROP TABLE worklist_sites");
            await connection.Execute("DELETE FROM schema_steps WHERE part = 'centre' AND number >= 3");
        });
        await Migrations.Apply(Data, "centre", Time);
        await IsAtB();

        async Task IsAtB()
        {
            var reader = new CriticalValueReader(Data);
            (await reader.Find(null, true, null, 50, null, default)).Items.ShouldHaveSingleItem().Patient.Name.ShouldBe("李四");
            (await reader.Find(null, false, "study:A", 50, null, default)).Items.ShouldBeEmpty();
            (await reader.Find(["township-a", "expert"], true, null, 50, null, default)).Items.ShouldBeEmpty();
            (await reader.Find(["county"], true, "study:B", 50, null, default)).Items.ShouldHaveSingleItem();
        }
    }

    /// <summary>PostgreSQL takes no NUL and no half of a surrogate pair; a machine or a form may send either.</summary>
    [SkippableFact]
    public async Task Characters_that_a_database_refuses_stop_no_projection()
    {
        var writer = new ProjectionWriter(Data, new WorklistSignal());
        await writer.Apply(Row("A", name: "张\0三", accession: "QS\01"));
        await writer.Apply(new PatientRow("pat:1", 1, new Demographics("欧\0阳\ud800", "OU\0YANG", "M", null, "99\09", "1\0390", null, false), [new("township-a", "7\07")]));
        (await new StudyKeys(Data).ReserveAccession("township-a", "QS\01", "study:A", default)).ShouldBeTrue();

        (await new StudyReader(Data).Find(new StudyQuery { Text = "张三" }, default)).Items.ShouldHaveSingleItem().StudyId.ShouldBe("study:A");
        (await new PatientReader(Data).Find("欧阳", null, 10, default)).ShouldHaveSingleItem().PatientId.ShouldBe("pat:1");
        (await new PatientReader(Data).ByLocalId("township-a", "77", default)).ShouldNotBeNull();
        (await new StudyKeys(Data).FindAccession("township-a", "QS1", default)).ShouldBe("study:A");
    }

    [SkippableFact]
    public async Task Patients_are_found_by_name_pinyin_and_every_id()
    {
        var writer = new ProjectionWriter(Data, new WorklistSignal());
        var person = new PatientRow("pat:1", 1, new Demographics("欧阳锋", "OUYANG FENG", "M", null, "999900197001010011", "13900000000", null, false), [new("township-a", "77")]);
        await writer.Apply(person);
        await writer.Apply(new PatientRow("pat:2", 1, new Demographics("欧阳克", null, "M", null, null, null, null, false), [new("township-b", "77")]));
        var reader = new PatientReader(Data);

        async Task<IEnumerable<string>> Ids(string text) => (await reader.Find(text, null, 20, default)).Select(p => p.PatientId);

        (await Ids("欧阳")).ShouldBe(["pat:2", "pat:1"], ignoreOrder: true);
        (await Ids("ouyang")).ShouldBe(["pat:1"]);
        (await Ids("999900197001010011")).ShouldBe(["pat:1"]);
        (await Ids("13900000000")).ShouldBe(["pat:1"]);
        (await Ids("77")).ShouldBe(["pat:1", "pat:2"], ignoreOrder: true);
        (await Ids(" ")).ShouldBeEmpty();
        (await reader.ByLocalId("township-a", "77", default)).ShouldNotBeNull().PatientId.ShouldBe("pat:1");

        await writer.Apply(person with { Version = 2, LocalIds = [new("township-a", "78")] });
        (await reader.ByLocalId("township-a", "77", default)).ShouldBeNull();
        (await reader.ByLocalId("township-a", "78", default)).ShouldNotBeNull();
    }

    [SkippableFact]
    public async Task Patients_are_found_by_the_sites_that_know_them()
    {
        var writer = new ProjectionWriter(Data, new WorklistSignal());
        PatientRow Person(string id, string name, params LocalId[] ids) =>
            new("pat:" + id, 1, new Demographics(name, "ZHANG", "M", null, id == "A" ? "99990019700101001X" : null, "139" + id, null, false), [.. ids]);
        await writer.Apply(Person("A", "张甲", new LocalId("township-a", "1")));
        await writer.Apply(Person("B", "张乙", new LocalId("township-b", "1")));
        await writer.Apply(Person("C", "张丙"));
        await writer.Apply(Row("C", site: "township-b", centre: "expert", patient: "pat:C"));
        // Many of another site sort first: they must not crowd out one's own.
        for (var i = 0; i < 5; i++)
            await writer.Apply(Person("X" + i, "张", new LocalId("elsewhere", "x" + i)));
        var reader = new PatientReader(Data);

        async Task<IEnumerable<string>> Ids(string text, params string[] sites) => (await reader.Find(text, [.. sites], 3, default)).Select(p => p.PatientId);

        (await Ids("张", "township-a")).ShouldBe(["pat:A"]);
        (await Ids("zhang", "township-b")).ShouldBe(["pat:B", "pat:C"], ignoreOrder: true);
        (await Ids("张", "expert")).ShouldBe(["pat:C"], "read there");
        (await Ids("张", "township-a", "township-b")).ShouldBe(["pat:A", "pat:B", "pat:C"], ignoreOrder: true);
        (await Ids("1", "township-b")).ShouldBe(["pat:B"]);
        (await Ids("139A", "township-b")).ShouldBeEmpty();
        (await Ids("99990019700101001X", "township-b")).ShouldBeEmpty();
        (await Ids("张")).ShouldBeEmpty("a person of no site sees nobody");

        (await reader.ByNationalId("99990019700101001x", default)).ShouldHaveSingleItem().PatientId.ShouldBe("pat:A");
        (await reader.ByNationalId("99990019700101001", default)).ShouldBeEmpty();
        (await reader.HasExamAt("pat:C", ["expert"], default)).ShouldBeTrue();
        (await reader.HasExamAt("pat:C", ["township-b"], default)).ShouldBeTrue();
        (await reader.HasExamAt("pat:C", ["township-a"], default)).ShouldBeFalse();
        (await reader.HasExamAt("pat:C", [], default)).ShouldBeFalse();
    }

    [SkippableFact]
    public async Task Accounts_lock_after_wrong_passwords_and_are_never_overwritten()
    {
        var accounts = new Accounts(Data, Time);
        var account = new Account("reader", "孙佳", "expert", ["reader", "duty"], "主治", "DEMO", "hash", false, 0, null);

        (await accounts.Create(account, default)).ShouldBeTrue();
        (await accounts.Create(account with { Password = "other" }, default)).ShouldBeFalse();
        for (var i = 0; i < 2; i++)
            await accounts.RecordFailure("reader", 3, Start.AddMinutes(10), default);
        (await accounts.Find("reader", default))!.LockedUntil.ShouldBeNull();
        await accounts.RecordFailure("reader", 3, Start.AddMinutes(10), default);

        var found = (await accounts.Find("reader", default)).ShouldNotBeNull();
        found.LockedUntil.ShouldBe(Start.AddMinutes(10));
        found.Failures.ShouldBe(3);
        found.Password.ShouldBe("hash");
        found.Roles.ShouldBe(["reader", "duty"]);
        await accounts.RecordSuccess("reader", default);
        (await accounts.Find("reader", default))!.LockedUntil.ShouldBeNull();
    }

    [SkippableFact]
    public async Task Sessions_are_found_with_their_account_prolonged_and_swept()
    {
        await new Accounts(Data, Time).Create(new Account("reader", "孙佳", "expert", ["reader"], null, null, "hash", false, 0, null), default);
        var sessions = new Sessions(Data);
        await sessions.Open(new Session("h1", "reader", Start, Start, Start.AddMinutes(20), "127.0.0.1"), default);
        await sessions.Open(new Session("h2", "reader", Start, Start, Start.AddMinutes(20), null), default);
        await sessions.Prolong("h1", Start.AddMinutes(5), Start.AddMinutes(25), default);

        (await sessions.RemoveExpired(Start.AddMinutes(21), default)).ShouldBe(1);
        var found = (await sessions.Find("h1", default)).ShouldNotBeNull();
        found.Session.ExpiresAt.ShouldBe(Start.AddMinutes(25));
        found.Account.Name.ShouldBe("孙佳");
        (await sessions.Find("h2", default)).ShouldBeNull();
        await sessions.Close("h1", default);
        (await sessions.Find("h1", default)).ShouldBeNull();
    }

    [SkippableFact]
    public async Task The_audit_log_is_read_newest_first_and_filtered()
    {
        var audit = new AuditLog(Data);
        for (var i = 0; i < 5; i++)
            await audit.Write(new AuditEntry(Start.AddSeconds(i), i % 2 == 0 ? "reader" : "senior", "expert", "study.open", $"study:{i}", i != 3, i == 3 ? "access.site" : null, null), default);

        var (items, next) = await audit.Find(new AuditQuery(null, null, null, 2, null), default);
        items.Select(r => r.Entry.Target).ShouldBe(["study:4", "study:3"]);
        (items, _) = await audit.Find(new AuditQuery(null, null, null, 2, next), default);
        items.Select(r => r.Entry.Target).ShouldBe(["study:2", "study:1"]);
        (items, _) = await audit.Find(new AuditQuery("senior", "study.open", Start.AddSeconds(2), 10, null), default);
        items.ShouldHaveSingleItem().Entry.ShouldBe(new AuditEntry(Start.AddSeconds(3), "senior", "expert", "study.open", "study:3", false, "access.site", null));
    }

    [SkippableFact]
    public async Task Reminders_are_kept_with_an_etag_and_found_around_the_ring()
    {
        var table = new SqliteReminderTable(Data, Options.Create(new ClusterOptions { ServiceId = "regional", ClusterId = "regional" }));
        var grain = GrainId.Create("study", "study:A");
        var entry = new ReminderEntry { GrainId = grain, ReminderName = "wake", StartAt = Start.UtcDateTime, Period = TimeSpan.FromMinutes(1) };

        var first = await table.UpsertRow(entry);
        var second = await table.UpsertRow(entry);

        second.ShouldNotBe(first);
        (await table.RemoveRow(grain, "wake", first!)).ShouldBeFalse();
        var row = (await table.ReadRow(grain, "wake")).ShouldNotBeNull();
        row.StartAt.ShouldBe(Start.UtcDateTime);
        row.Period.ShouldBe(TimeSpan.FromMinutes(1));
        var hash = grain.GetUniformHashCode();
        (await table.ReadRows(hash - 1, hash)).Reminders.Count.ShouldBe(1);
        (await table.ReadRows(hash, hash + 1)).Reminders.Count.ShouldBe(0);
        (await table.ReadRows(hash, hash)).Reminders.Count.ShouldBe(1, "the whole ring");
        (await table.ReadRows(hash + 1, hash)).Reminders.Count.ShouldBe(1, "around the ring");
        (await table.ReadRows(grain)).Reminders.Count.ShouldBe(1);
        (await table.RemoveRow(grain, "wake", second!)).ShouldBeTrue();
        (await table.ReadRow(grain, "wake")).ShouldBeNull();
    }

    [SkippableFact]
    public async Task A_newer_schema_is_refused_and_the_same_one_changes_nothing()
    {
        (await Migrations.Apply(Data, "centre", Time)).ShouldBe(Migrations.Newest("centre"));
        await Data.Write(connection => connection.Execute("INSERT INTO schema_steps (part, number, applied_at) VALUES ('centre', 99, 0)"));

        await Should.ThrowAsync<SchemaTooNewException>(() => Migrations.Apply(Data, "centre", Time));
    }

    private static CriticalValueSnapshot Critical(string id, string study, CriticalPhase phase, int minutes, string site = "township-a") => new(
        "crit:" + id, 1, phase, new Suspicion(study, "entry", "张力性气胸", site, "expert", "", TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(15), null),
        Start.AddMinutes(minutes), null, null, null, null, null, null, null, null, null, null, [], null, 0, [], []);
}
