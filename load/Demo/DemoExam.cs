using System.Globalization;
using Regional.Load.Portal;
using Regional.Load.Region;
using Regional.TestKit.Modality;
using Regional.TestKit.Phantoms;

namespace Regional.Load.Demo;

/// <summary>What an exam of the demo is.</summary>
/// <param name="Number">Number of the story; seeds, accession and command ids hang on it.</param>
public sealed record DemoOrder(
    int Number, string Site, DemoPerson Person, PhantomKind Kind, string StationAe, string Priority, string Purpose, string History, bool Finding = false)
{
    public string Item => Kind switch
    {
        PhantomKind.HeadCt => "头颅CT平扫",
        PhantomKind.ChestDr => "胸部正位DR",
        _ => "肝胆胰脾超声",
    };

    public string Modality => Kind switch
    {
        PhantomKind.HeadCt => "CT",
        PhantomKind.ChestDr => "DX",
        _ => "US",
    };

    public string BodyPart => Kind switch
    {
        PhantomKind.HeadCt => "HEAD",
        PhantomKind.ChestDr => "CHEST",
        _ => "ABDOMEN",
    };

    /// <summary>Brought by the hospital's system, at most 16 characters.</summary>
    public string Accession => FormattableString.Invariant($"DEMO{Number:0000}");
}

/// <summary>
/// One exam as people make it: each step looks where the exam stands and acts only when it has not come so far, so that a fill that broke
/// off is taken up again.
/// </summary>
public sealed class DemoExam
{
    private static readonly string[] Phases =
        ["requested", "accepted", "scheduled", "arrived", "inRoom", "acquired", "readyToRead", "reported", "closed"];

    private static readonly string[] ReportPhases =
        ["none", "awaiting", "claimed", "traineeDraft", "preliminary", "provisional", "underReview", "released", "correctionRequested"];

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly DemoStaff staff;
    private readonly RegionMap region;
    private readonly string day;

    public DemoExam(DemoStaff staff, RegionMap region, string day, DemoOrder order)
    {
        this.staff = staff;
        this.region = region;
        this.day = day;
        Order = order;
    }

    public DemoOrder Order { get; }

    /// <summary>As last heard.</summary>
    public StudyView Study { get; private set; } = null!;

    private string Technician => Order.Site == "township-b" ? "tech-b" : Order.Kind == PhantomKind.AbdomenUs ? "us-a" : "tech-a";

    private string Desk => Order.Site == "township-b" ? "tech-b" : "desk-a";

    /// <summary>Requested by the clinician and accepted by the rules; found again when it is there.</summary>
    public async Task RequestAsync(string by, IReadOnlyList<StudyLine> known)
    {
        if (known.FirstOrDefault(line => line.AccessionNumber == Order.Accession) is { } line)
        {
            Study = await staff["admin"].StudyAsync(line.StudyId);
            return;
        }

        Study = await staff[by].PostAsync<StudyView>(
            "/api/studies",
            new
            {
                request = new
                {
                    site = Order.Site,
                    accessionNumber = Order.Accession,
                    item = Order.Item,
                    modality = Order.Modality,
                    bodyPart = Order.BodyPart,
                    priority = Order.Priority,
                    purpose = Order.Purpose,
                    history = Order.History,
                    clinicalDiagnosis = Order.Purpose,
                    flags = Array.Empty<string>(),
                    stationAe = Order.StationAe,
                    patient = new
                    {
                        demographics = Order.Person.Demographics,
                        localIds = new[] { new { issuer = Order.Site, value = Order.Person.LocalId } },
                    },
                },
                arrive = false,
            },
            Key("request"));
    }

    /// <summary>An exam that began otherwise, such as 急诊登记.</summary>
    public void Adopt(StudyView study) => Study = study;

    public Task ArriveAsync() => StepAsync(Desk, "arrived", "arrive");

    public async Task StartAsync()
    {
        await ArriveAsync();
        await StepAsync(Technician, "inRoom", "start");
    }

    /// <summary>The device sends; a repeat sends the same bytes again, which change nothing.</summary>
    public async Task<int> SendAsync(string part = "", int images = 20, bool? finding = null)
    {
        var recipe = Recipe(part, images, finding);
        var edge = region.Edge(Order.Site);
        var outcomes = await new FakeModality(edge.Host, edge.Port, edge.AeTitle, Order.StationAe).SendAsync(new PhantomStudy(recipe).Images().Select(i => i.File));
        return outcomes.All(o => o.Stored)
            ? outcomes.Count
            : throw new DemoException($"{Order.Accession}: the edge of {Order.Site} refused {outcomes.Count(o => !o.Stored)} of {outcomes.Count} images.");
    }

    /// <summary>Start, images, 完成; waits until the centre has them and the exam waits to be read.</summary>
    public async Task AcquireAsync(string grade = "a", int images = 20)
    {
        if (Beyond("acquired")) return;
        await StartAsync();
        var count = await SendAsync(images: images);
        await WaitAsync(s => s.ImagesAtCentre >= count, "its images at the centre");
        await StepAsync(Technician, "acquired", "complete", new { imagesExpected = count });
        Study = await PostAsync(Technician, "grade", new { grade }, "grade");
        await WaitAsync(s => Rank(Phases, s.Phase) >= Rank(Phases, "readyToRead"), "to be ready to read");
    }

    /// <summary>Claim, draft, 初诊.</summary>
    public async Task ReadAsync(string reader, ReportWords words)
    {
        if (ReportBeyond("preliminary")) return;
        await WaitAsync(s => s.Report.Phase is "awaiting" or "claimed", "to be offered for reading");
        var ticket = (await staff[reader].PostAsync<ClaimAnswer>(Path("report/claim"), key: Key("claim"))).Ticket;
        await staff[reader].PutAsync<object>(Path("report/draft"), new { token = ticket.Token, text = words });
        Study = await VersionedAsync(reader, "report/preliminary", version => new { token = ticket.Token, text = words, version }, "preliminary");
    }

    /// <summary>审核 and 签发.</summary>
    public async Task SignAsync(string reviewer, ReportWords words, string password)
    {
        if (ReportBeyond("released")) return;
        if (!ReportBeyond("underReview")) Study = await PostAsync(reviewer, "report/take", null, "take");
        Study = await VersionedAsync(reviewer, "report/sign", version => new { text = words, password, version }, "sign");
    }

    /// <summary>Any further command on the exam.</summary>
    public async Task DoAsync(string who, string command, object? body, string name) => Study = await PostAsync(who, command, body, name);

    /// <summary>A critical value, suspected by the reader and verified by the senior.</summary>
    public async Task<CriticalView> SuspectAsync(string entryId, string note)
    {
        if (Study.CriticalValueIds is [var known, ..]) return await CriticalAsync(known);
        var suspected = await staff["reader"].PostAsync<CriticalView>(
            "/api/critical-values", new { studyId = Study.StudyId, entryId, note }, Key("suspect"));
        return await staff["senior"].PostAsync<CriticalView>(
            $"/api/critical-values/{Uri.EscapeDataString(suspected.CriticalValueId)}/verify", null, Key("verify"));
    }

    public async Task WaitAsync(Func<StudyView, bool> reached, string what)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (true)
        {
            Study = await staff["admin"].StudyAsync(Study.StudyId);
            if (reached(Study)) return;
            try
            {
                await Task.Delay(TimeSpan.FromMilliseconds(250), TimeProvider.System, patience.Token);
            }
            catch (OperationCanceledException)
            {
                throw new DemoException($"{Order.Accession} waited {Patience.TotalSeconds:0} s for {what}; it stands at {Study.Phase}, report {Study.Report.Phase}.");
            }
        }
    }

    private Task<CriticalView> CriticalAsync(string id) => staff["senior"].GetAsync<CriticalView>("/api/critical-values/" + Uri.EscapeDataString(id));

    public bool Beyond(string phase) => Rank(Phases, Study.Phase) >= Rank(Phases, phase);

    public bool ReportBeyond(string phase) => Rank(ReportPhases, Study.Report.Phase) >= Rank(ReportPhases, phase);

    /// <summary>The study that the device sends for this exam.</summary>
    public StudyRecipe Recipe(string part, int images, bool? finding) => new()
    {
        Seed = (Order.Number * 100) + int.Parse(day[^4..], CultureInfo.InvariantCulture) + part.Length,
        Kind = Order.Kind,
        PatientId = Order.Person.LocalId,
        PatientName = Order.Person.DicomName,
        PatientSex = Order.Person.Sex,
        PatientBirthDate = Order.Person.Born,
        AccessionNumber = Study?.AccessionNumber ?? "",
        StationAe = Order.StationAe,
        Institution = Order.Site == "township-b" ? "柳河乡卫生院" : "青石镇中心卫生院",
        Charset = Order.StationAe == "A_DR1" ? PhantomCharset.Gb18030 : PhantomCharset.Utf8,
        StudyTime = DateTime.SpecifyKind(
            DateTime.ParseExact(day, "yyyyMMdd", CultureInfo.InvariantCulture).AddHours(8).AddMinutes(Order.Number * 7), DateTimeKind.Unspecified),
        Images = images,
        Finding = finding ?? Order.Finding,
        StudyInstanceUid = part.Length == 0 ? SeededUid.Of("demo", day, Order.Number) : SeededUid.Of("demo", day, Order.Number, part),
    };

    private async Task StepAsync(string who, string phase, string command, object? body = null)
    {
        if (!Beyond(phase)) Study = await PostAsync(who, command, body, command);
    }

    /// <summary>A command that demands the version seen. An autosave's claim is prolonged a moment later, which moves the version once more.</summary>
    private async Task<StudyView> VersionedAsync(string who, string command, Func<long, object> body, string name)
    {
        const int tries = 5;
        for (var left = tries; ; left--)
        {
            Study = await staff[who].StudyAsync(Study.StudyId);
            try
            {
                return await PostAsync(who, command, body(Study.Version), name);
            }
            catch (PortalRefusedException stale) when (stale.Rule == "exam.version" && left > 0)
            {
                // Looked at once more.
            }
        }
    }

    private Task<StudyView> PostAsync(string who, string command, object? body, string name) =>
        staff[who].PostAsync<StudyView>(Path(command), body, Key(name));

    private string Path(string command) => $"{PortalClient.Study(Study.StudyId)}/{command}";

    private string Key(string step) => CommandKey.Of("demo", day, Order.Accession, step);

    private static int Rank(string[] order, string phase) => Array.IndexOf(order, phase);
}

/// <summary>The demo could not be filled as far as it should; the message is for the person who started it.</summary>
public sealed class DemoException(string message) : Exception(message);
