namespace Regional.Imaging.Cluster;

/// <summary>cluster.yaml as typed values. Property names map to the file's hyphenated keys; defaults stand here and nowhere else.</summary>
public sealed class ClusterOptions
{
    public int Schema { get; set; }

    /// <summary><c>demo</c> or <c>production</c>.</summary>
    public string Profile { get; set; } = "production";

    /// <summary>Orleans' ServiceId: fixed for the life of the region, storage rows are keyed by it.</summary>
    public string Service { get; set; } = "regional";

    /// <summary>Root of all durable state of the processes started from this file.</summary>
    public string Data { get; set; } = "data";

    /// <summary>Channels that may be plain text outside the demo profile: <c>http</c>, <c>link</c>, <c>dicom</c>, <c>mllp</c>.</summary>
    public List<string> WaiveTls { get; set; } = [];

    /// <summary>Files with accounts, items, templates, phrases and the critical-value dictionary.</summary>
    public List<string> Reference { get; set; } = [];

    public CentreOptions Centre { get; set; } = new();

    public ClockOptions Clocks { get; set; } = new();

    public List<SiteOptions> Sites { get; set; } = [];

    public bool IsDemo => Profile == "demo";

    /// <summary>Whether the edges prove by certificate which site they are; else the caller is believed, from loopback alone.</summary>
    public bool EdgesShowCertificates => !IsDemo && !WaiveTls.Contains("link");
}

/// <summary>The centre's host.</summary>
public sealed class CentreOptions
{
    public string Http { get; set; } = "http://127.0.0.1:8080";

    /// <summary>Where edges dial (gRPC over HTTP/2).</summary>
    public string Link { get; set; } = "http://127.0.0.1:8081";

    public int Silos { get; set; } = 1;

    /// <summary>Port between silos (Orleans). Default 11111.</summary>
    public int SiloPort { get; set; } = 11111;

    /// <summary>Port for clients outside the silos (Orleans). Default 30000.</summary>
    public int GatewayPort { get; set; } = 30000;

    public StorageOptions Storage { get; set; } = new();

    public ArchiveOptions Archive { get; set; } = new();

    public SessionOptions Session { get; set; } = new();

    public CentreDicomWebOptions Dicomweb { get; set; } = new();

    public TlsOptions? Tls { get; set; }
}

/// <summary>The centre's database.</summary>
public sealed class StorageOptions
{
    /// <summary><c>sqlite</c> (embedded) or <c>postgresql</c>.</summary>
    public string Provider { get; set; } = "sqlite";

    /// <summary>Reference to the PostgreSQL connection string: <c>env:NAME</c> or <c>file:PATH</c>.</summary>
    public string? Connection { get; set; }
}

/// <summary>The pack archive of the centre.</summary>
public sealed class ArchiveOptions
{
    /// <summary>A pack is closed at this size. Default 1 GiB.</summary>
    public ByteSize PackSize { get; set; } = ByteSize.FromGiB(1);

    /// <summary>Below this much free disk, images are refused. Default 2 GiB.</summary>
    public ByteSize DiskReserve { get; set; } = ByteSize.FromGiB(2);
}

/// <summary>Sessions of people (R10.2.3-2b).</summary>
public sealed class SessionOptions
{
    /// <summary>Default 20 minutes.</summary>
    public TimeSpan Idle { get; set; } = TimeSpan.FromMinutes(20);

    /// <summary>Wrong passwords until the account is locked. Default 5.</summary>
    public int LockAfter { get; set; } = 5;

    /// <summary>Default 10 minutes.</summary>
    public TimeSpan LockFor { get; set; } = TimeSpan.FromMinutes(10);
}

/// <summary>What one end shows to its peers, and whom it believes. Files are PEM; key and password are references (<c>env:NAME</c>, <c>file:PATH</c>).</summary>
public sealed class TlsOptions
{
    /// <summary>The certificate, then any intermediate ones. An edge's has the site code as its common name: it is server and client in one.</summary>
    public string Certificate { get; set; } = "";

    public string Key { get; set; } = "";

    /// <summary>Password of an encrypted key; nothing for a plain one.</summary>
    public string? KeyPassword { get; set; }

    /// <summary>
    /// <c>centre.tls</c> alone: the authority by which edges know the centre's certificate. Nothing: the authorities that the edge's machine trusts.
    /// </summary>
    public string? Authority { get; set; }

    /// <summary>
    /// The authority that signs the certificates of callers: of edges at the centre's link (needed there), of modalities at an edge's DICOM listener
    /// (then every modality has to show one).
    /// </summary>
    public string? ClientAuthority { get; set; }

    /// <summary>Serial numbers (hexadecimal, as <c>openssl x509 -serial</c> writes them) of callers' certificates that are not believed any more.</summary>
    public List<string> Revoked { get; set; } = [];
}

/// <summary>The clocks marked <c>*</c> in the workflow tables.</summary>
public sealed class ClockOptions
{
    public TimeSpan ClaimIdle { get; set; } = TimeSpan.FromMinutes(30);

    public TimeSpan NotifyWithin { get; set; } = TimeSpan.FromMinutes(10);

    public TimeSpan AnswerWithin { get; set; } = TimeSpan.FromMinutes(30);

    public TimeSpan VerifyWithin { get; set; } = TimeSpan.FromMinutes(5);

    public TimeSpan EscalateEvery { get; set; } = TimeSpan.FromMinutes(5);

    public TimeSpan OwedWithin { get; set; } = TimeSpan.FromHours(24);

    public TimeSpan NoShowAfter { get; set; } = TimeSpan.FromHours(2);

    /// <summary>From release until an exam that owes nothing is closed. Default 24 hours.</summary>
    public TimeSpan CloseAfter { get; set; } = TimeSpan.FromHours(24);

    /// <summary>The region's offset from UTC, for dates in accession numbers and for what counts as night. Default 8 hours.</summary>
    public TimeSpan LocalOffset { get; set; } = TimeSpan.FromHours(8);

    /// <summary>Local time of day, <c>HH:mm</c>. Default 18:00.</summary>
    public TimeOnly NightFrom { get; set; } = new(18, 0);

    /// <summary>Local time of day, <c>HH:mm</c>. Default 08:00.</summary>
    public TimeOnly NightTo { get; set; } = new(8, 0);

    /// <summary>How many days before its images a request may lie to be matched by patient and device. Default 7.</summary>
    public int MatchDays { get; set; } = 7;
}

/// <summary>One hospital.</summary>
public sealed class SiteOptions
{
    /// <summary>1 to 32 of a-z, 0-9 and hyphen.</summary>
    public string Code { get; set; } = "";

    public string Name { get; set; } = "";

    public string NameEn { get; set; } = "";

    /// <summary><c>township</c> or <c>expert</c>.</summary>
    public string Kind { get; set; } = "township";

    /// <summary>1 to 4 capital letters that begin this issuer's accession numbers.</summary>
    public string AccessionPrefix { get; set; } = "";

    public EdgeOptions Edge { get; set; } = new();

    public List<DeviceOptions> Devices { get; set; } = [];

    /// <summary>Where the edge sends images when it is asked to: workstations and other archives.</summary>
    public List<DestinationOptions> Destinations { get; set; } = [];

    /// <summary>Archives that were there before, whose history can be queried and imported.</summary>
    public List<PeerOptions> Peers { get; set; } = [];

    public List<RosterOptions> Roster { get; set; } = [];

    public AgreementOptions Agreement { get; set; } = new();
}

/// <summary>The node in the hospital.</summary>
public sealed class EdgeOptions
{
    /// <summary>Whether <c>./regional up</c> starts this edge beside the centre. False where the node stands elsewhere, or nowhere yet. Default true.</summary>
    public bool Autostart { get; set; } = true;

    public string AeTitle { get; set; } = "";

    /// <summary>Address and port of the DICOM listener.</summary>
    public string Dicom { get; set; } = "127.0.0.1:11112";

    public string Http { get; set; } = "http://127.0.0.1:8091";

    /// <summary>Address and port for HL7 over MLLP; listened on once the HL7 gateway is built in.</summary>
    public string Mllp { get; set; } = "127.0.0.1:2575";

    /// <summary>Demo only: any calling AE title is accepted, from loopback addresses alone.</summary>
    public bool AcceptUnknownCallers { get; set; }

    public ByteSize DiskReserve { get; set; } = ByteSize.FromGiB(2);

    public ByteSize PackSize { get; set; } = ByteSize.FromGiB(1);

    /// <summary>Pictures, documents and videos that are no DICOM yet.</summary>
    public CaptureOptions Capture { get; set; } = new();

    /// <summary>How often devices with an echo port, destinations and peers are asked whether they are there. Default 5 minutes.</summary>
    public TimeSpan EchoEvery { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>Who may name himself when he opens an association. Nothing: an association that names a user is refused.</summary>
    public UserIdentityOptions? UserIdentity { get; set; }

    /// <summary>SOP classes of manufacturers that are stored like the standard's.</summary>
    public List<string> PrivateSopClasses { get; set; } = [];

    /// <summary>Who of the hospital's network may use DICOMweb here.</summary>
    public EdgeDicomWebOptions Dicomweb { get; set; } = new();

    /// <summary>For DICOM, the edge's HTTP and the link to the centre.</summary>
    public TlsOptions? Tls { get; set; }
}

/// <summary>A modality that may call the edge: by AE title and address.</summary>
public sealed class DeviceOptions
{
    public string AeTitle { get; set; } = "";

    public string Name { get; set; } = "";

    /// <summary>DICOM modality, such as CT.</summary>
    public string Modality { get; set; } = "";

    public string? Room { get; set; }

    /// <summary>The address from which it calls.</summary>
    public string Address { get; set; } = "";

    /// <summary>Whether it may query the edge and retrieve from it. Default false.</summary>
    public bool Query { get; set; }

    /// <summary>Port at its address on which it answers verification (C-ECHO): by that its state is known. Nothing: it is not asked.</summary>
    public int? EchoPort { get; set; }

    /// <summary>What it does otherwise than the standard asks; nothing: it is read as it writes.</summary>
    public DeviceProfileOptions? Profile { get; set; }

    /// <summary>What it sees on the worklist; nothing: no worklist at all.</summary>
    public WorklistOptions? Worklist { get; set; }

    /// <summary>Port at its address where it takes reports of storage commitment; nothing: on the association that asked, alone.</summary>
    public int? ReportPort { get; set; }
}

/// <summary>Somebody who can be called for this site.</summary>
public sealed class RosterOptions
{
    public string User { get; set; } = "";

    public string Name { get; set; } = "";

    public string Role { get; set; } = "";

    public string Phone { get; set; } = "";

    /// <summary>0 first, then 1 (head of department), 2 (总值班).</summary>
    public int Step { get; set; }
}

/// <summary>协议: who reads this site's exams, how they are signed and by when.</summary>
public sealed class AgreementOptions
{
    public string ReadingCentre { get; set; } = "";

    /// <summary><c>double</c> or <c>single</c>.</summary>
    public string Signing { get; set; } = "double";

    /// <summary>User ids that may sign alone under the single policy.</summary>
    public List<string> SingleSigners { get; set; } = [];

    public TimeSpan RoutineWithin { get; set; } = TimeSpan.FromHours(2);

    public TimeSpan UrgentWithin { get; set; } = TimeSpan.FromMinutes(30);

    public TimeSpan EmergencyWithin { get; set; } = TimeSpan.FromMinutes(15);
}
