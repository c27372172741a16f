using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;

namespace Regional.Imaging.Cluster;

/// <summary>The rules of cluster.yaml. Each says name, value and rule; none stops at the first fault.</summary>
internal static partial class ClusterValidation
{
    private static readonly string[] Channels = ["http", "link", "dicom", "mllp"];

    public static List<ClusterFault> Check(ClusterFile file)
    {
        var options = file.Options;
        List<ClusterFault> faults = [];
        void Rule(bool holds, string name, object? value, string rule)
        {
            if (!holds)
                faults.Add(new ClusterFault(name, Convert.ToString(value, CultureInfo.InvariantCulture), rule));
        }

        Rule(options.Schema == 1, "schema", options.Schema, "must be 1");
        Rule(options.Profile is "demo" or "production", "profile", options.Profile, "must be demo or production");
        Rule(options.Service.Length is > 0 and <= 64, "service", options.Service, "must have 1 to 64 characters");
        foreach (var channel in options.WaiveTls)
            Rule(Channels.Contains(channel), "waive-tls", channel, "must be http, link, dicom or mllp");
        CheckCentre(options, Rule);
        CheckClocks(options.Clocks, Rule);

        Rule(options.Sites.Count > 0, "sites", null, "at least one site is needed");
        Unique(options.Sites.Select(s => s.Code), "sites.code", Rule);
        Unique(options.Sites.Select(s => s.AccessionPrefix), "sites.accession-prefix", Rule);
        Unique(options.Sites.Select(s => s.Edge.AeTitle), "sites.edge.ae-title", Rule);
        Unique(options.Sites.Select(s => s.Edge.Dicom), "sites.edge.dicom", Rule);
        Unique(options.Sites.Select(s => s.Edge.Http), "sites.edge.http", Rule);
        foreach (var site in options.Sites)
            CheckSite(options, site, Rule);
        if (file.Part.Site is { } own)
            CheckEdgeFiles(file, own, faults);
        else
            CheckCentreFiles(file, faults);
        return faults;
    }

    /// <summary>What only the centre's machine has.</summary>
    private static void CheckCentreFiles(ClusterFile file, List<ClusterFault> faults)
    {
        var (options, centre) = (file.Options, file.Options.Centre);
        foreach (var reference in options.Reference.Where(r => !File.Exists(file.Resolve(r))))
            faults.Add(new ClusterFault("reference", reference, "the file does not exist"));
        if (centre.Storage.Provider == "postgresql" && file.Secret(centre.Storage.Connection) is not { Length: > 0 })
            faults.Add(new ClusterFault("centre.storage.connection", centre.Storage.Connection, "postgresql needs env:NAME or file:PATH that holds the connection string"));
        if (centre.Tls is not { } tls)
            return;
        TlsIdentity.Read(file, tls, "centre.tls", faults)?.Dispose();
        if (tls.ClientAuthority is { } authority)
            TlsAuthority.Read(file, authority, "centre.tls.client-authority", faults)?.Dispose();
    }

    /// <summary>What only the hospital's machine has.</summary>
    private static void CheckEdgeFiles(ClusterFile file, string code, List<ClusterFault> faults)
    {
        if (file.Site(code) is not { } site)
        {
            faults.Add(new ClusterFault("--site", code, "must be the code of a site in cluster.yaml"));
            return;
        }

        DicomWebDoorValidation.CheckTokens(file, site.Edge.Dicomweb, $"sites[{code}].edge.dicomweb.", faults);
        if (file.Options.Centre.Tls?.Authority is { } centre)
            TlsAuthority.Read(file, centre, "centre.tls.authority", faults)?.Dispose();
        foreach (var user in site.Edge.UserIdentity?.Users ?? [])
        {
            if (user.Passcode is { } reference && file.Secret(reference) is not { Length: > 0 })
                faults.Add(new ClusterFault($"sites[{code}].edge.user-identity.users[{user.Name}].passcode", reference, "must be env:NAME or file:PATH that holds the passcode"));
        }

        foreach (var remote in site.Destinations.Concat<RemoteOptions>(site.Peers))
        {
            if (remote.Authority is { } signer)
                TlsAuthority.Read(file, signer, $"sites[{code}].authority", faults)?.Dispose();
        }

        if (site.Edge.Tls is not { } tls)
            return;
        var at = $"sites[{code}].edge.tls";
        using var identity = TlsIdentity.Read(file, tls, at, faults);
        if (identity is not null && file.Options.EdgesShowCertificates && identity.CommonName != code)
            faults.Add(new ClusterFault(at + ".certificate", identity.CommonName, $"its common name must be {code}: by it the centre knows the site"));
        if (tls.ClientAuthority is { } modalities)
            TlsAuthority.Read(file, modalities, at + ".client-authority", faults)?.Dispose();
    }

    private static void CheckCentre(ClusterOptions options, Action<bool, string, object?, string> rule)
    {
        var centre = options.Centre;
        Url(centre.Http, "centre.http", options, "http", rule);
        Url(centre.Link, "centre.link", options, "link", rule);
        DicomWebDoorValidation.CheckOrigins(centre.Dicomweb.Origins, "centre.dicomweb.", options, rule);
        rule(centre.Tls is not null || (!IsHttps(centre.Http) && !IsHttps(centre.Link)), "centre.tls", null, "https needs a certificate and a key");
        rule(centre.Tls is null || !options.EdgesShowCertificates || centre.Tls.ClientAuthority is not null, "centre.tls.client-authority", null,
            "must be the authority that signs the edges' certificates (or waive link by name)");
        Revoked(centre.Tls, "centre.tls", rule);
        rule(centre.SiloPort is > 0 and < 65536, "centre.silo-port", centre.SiloPort, "must be 1 to 65535");
        rule(centre.GatewayPort is > 0 and < 65536 && centre.GatewayPort != centre.SiloPort, "centre.gateway-port", centre.GatewayPort,
            "must be 1 to 65535 and not the silo's port");
        rule(centre.Silos >= 1, "centre.silos", centre.Silos, "must be 1 or more");
        rule(centre.Storage.Provider is "sqlite" or "postgresql", "centre.storage.provider", centre.Storage.Provider, "must be sqlite or postgresql");
        rule(centre.Silos == 1 || centre.Storage.Provider == "postgresql", "centre.storage.provider", centre.Storage.Provider,
            "more than one silo needs postgresql");
        rule(centre.Archive.PackSize.Bytes >= 16 << 20, "centre.archive.pack-size", centre.Archive.PackSize.Bytes, "must be 16MiB or more");
        rule(centre.Session.Idle >= TimeSpan.FromMinutes(1), "centre.session.idle", centre.Session.Idle, "must be 1m or more");
        rule(centre.Session.LockAfter is >= 1 and <= 20, "centre.session.lock-after", centre.Session.LockAfter, "must be 1 to 20");
    }

    private static void CheckClocks(ClockOptions clocks, Action<bool, string, object?, string> rule)
    {
        (string Name, TimeSpan Value)[] all =
        [
            ("claim-idle", clocks.ClaimIdle), ("notify-within", clocks.NotifyWithin), ("answer-within", clocks.AnswerWithin),
            ("verify-within", clocks.VerifyWithin), ("escalate-every", clocks.EscalateEvery), ("owed-within", clocks.OwedWithin),
            ("no-show-after", clocks.NoShowAfter), ("close-after", clocks.CloseAfter),
        ];
        foreach (var (name, value) in all)
            rule(value > TimeSpan.Zero, "clocks." + name, value, "must be longer than nothing");
        rule(clocks.LocalOffset <= TimeSpan.FromHours(14), "clocks.local-offset", clocks.LocalOffset, "must be 0h to 14h");
        rule(clocks.NightFrom != clocks.NightTo, "clocks.night-from", clocks.NightFrom, "must not be the end of the night");
        rule(clocks.MatchDays is >= 1 and <= 365, "clocks.match-days", clocks.MatchDays, "must be 1 to 365");
    }

    private static void CheckSite(ClusterOptions options, SiteOptions site, Action<bool, string, object?, string> rule)
    {
        var at = $"sites[{site.Code}].";
        rule(Code().IsMatch(site.Code), "sites.code", site.Code, "must be 1 to 32 of a-z, 0-9 and hyphen, beginning with a letter");
        rule(site.Name.Length > 0, at + "name", site.Name, "must not be empty");
        rule(site.Kind is "township" or "expert", at + "kind", site.Kind, "must be township or expert");
        rule(Prefix().IsMatch(site.AccessionPrefix), at + "accession-prefix", site.AccessionPrefix, "must be 1 to 4 of A-Z");
        rule(AeTitle().IsMatch(site.Edge.AeTitle), at + "edge.ae-title", site.Edge.AeTitle, "must be 1 to 16 printable characters without backslash (PS3.5 6.2, AE)");
        Url(site.Edge.Http, at + "edge.http", options, "http", rule);
        rule(site.Edge.Tls is not null || !IsHttps(site.Edge.Http), at + "edge.tls", null, "https needs a certificate and a key");
        rule(site.Edge.Tls is not null || !options.EdgesShowCertificates, at + "edge.tls", null,
            "must be the certificate by which the centre knows the site (or waive link by name)");
        Revoked(site.Edge.Tls, at + "edge.tls", rule);
        Listener(site.Edge.Dicom, at + "edge.dicom", options, "dicom", site.Edge.Tls, rule);
        Listener(site.Edge.Mllp, at + "edge.mllp", options, "mllp", site.Edge.Tls, rule);
        DicomWebDoorValidation.CheckOrigins(site.Edge.Dicomweb.Origins, at + "edge.dicomweb.", options, rule);
        DicomWebDoorValidation.CheckClients(site.Edge.Dicomweb, at + "edge.dicomweb.", rule);
        rule(options.IsDemo || !site.Edge.AcceptUnknownCallers, at + "edge.accept-unknown-callers", true, "is for the demo profile alone");
        Unique(site.Devices.Select(d => d.AeTitle), at + "devices.ae-title", rule);
        foreach (var device in site.Devices)
        {
            rule(AeTitle().IsMatch(device.AeTitle), at + "devices.ae-title", device.AeTitle, "must be 1 to 16 printable characters without backslash");
            rule(Modality().IsMatch(device.Modality), at + "devices.modality", device.Modality, "must be a DICOM modality such as CT");
            rule(IPAddress.TryParse(device.Address, out _), at + "devices.address", device.Address, "must be an IP address");
            rule(device.EchoPort is null or (> 0 and < 65536), at + "devices.echo-port", device.EchoPort, "must be 1 to 65535");
            if (device.Profile is { } profile)
                DeviceProfileValidation.Check(profile, $"{at}devices[{device.AeTitle}].profile.", rule);
            WorklistValidation.Check(options, device, at, rule);
        }

        Unique(site.Destinations.Select(d => d.AeTitle), at + "destinations.ae-title", rule);
        foreach (var destination in site.Destinations)
            RemoteValidation.Check(options, destination, at + "destinations.", rule);
        Unique(site.Peers.Select(p => p.AeTitle).Concat(site.Destinations.Select(d => d.AeTitle)), at + "peers.ae-title", rule);
        foreach (var peer in site.Peers)
            RemoteValidation.Check(options, peer, at + "peers.", rule);
        foreach (var sopClass in site.Edge.PrivateSopClasses)
            rule(Packs.UidRule.IsValid(sopClass) && !sopClass.StartsWith("1.2.840.10008.", StringComparison.Ordinal), at + "edge.private-sop-classes", sopClass,
                "must be the UID of a SOP class that is not the standard's");
        Unique((site.Edge.UserIdentity?.Users ?? []).Select(user => user.Name), at + "edge.user-identity.users.name", rule);
        foreach (var user in site.Edge.UserIdentity?.Users ?? [])
            rule(user.Name.Length is > 0 and <= 64, at + "edge.user-identity.users.name", user.Name, "must have 1 to 64 characters");
        rule(site.Edge.UserIdentity is not { Required: true, Users.Count: 0 }, at + "edge.user-identity.required", true, "needs users");
        rule(site.Edge.EchoEvery >= TimeSpan.FromSeconds(1), at + "edge.echo-every", site.Edge.EchoEvery, "must be 1s or more");

        CaptureValidation.Check(site, at, rule);
        foreach (var entry in site.Roster)
            rule(entry.Step is >= 0 and <= 9, at + "roster.step", entry.Step, "must be 0 to 9");
        var agreement = site.Agreement;
        rule(options.Sites.Exists(s => s.Code == agreement.ReadingCentre), at + "agreement.reading-centre", agreement.ReadingCentre, "must be the code of a site");
        rule(agreement.Signing is "double" or "single", at + "agreement.signing", agreement.Signing, "must be double or single");
        rule(agreement.Signing != "single" || agreement.SingleSigners.Count > 0, at + "agreement.single-signers", null, "single signing needs named signers");
    }

    private static void Url(string value, string name, ClusterOptions options, string channel, Action<bool, string, object?, string> rule)
    {
        var valid = Uri.TryCreate(value, UriKind.Absolute, out var url) && url.Scheme is "http" or "https";
        rule(valid, name, value, "must be an http or https address with a port");
        rule(!valid || options.IsDemo || options.WaiveTls.Contains(channel) || url!.Scheme == "https", name, value,
            $"must be https outside the demo profile (or waive {channel} by name)");
        rule(!valid || !options.IsDemo || url!.IsLoopback, name, value, "the demo profile stays on loopback");
    }

    private static void Revoked(TlsOptions? tls, string name, Action<bool, string, object?, string> rule)
    {
        foreach (var serial in tls?.Revoked ?? [])
            rule(TlsAuthority.IsSerial(serial), name + ".revoked", serial, "must be a certificate's serial number, hexadecimal");
    }

    private static bool IsHttps(string url) => url.StartsWith("https:", StringComparison.OrdinalIgnoreCase);

    private static void Listener(
        string value, string name, ClusterOptions options, string channel, TlsOptions? tls, Action<bool, string, object?, string> rule)
    {
        var valid = IPEndPoint.TryParse(value, out var endpoint) && endpoint.Port > 0;
        rule(valid, name, value, "must be ADDRESS:PORT");
        rule(options.IsDemo || options.WaiveTls.Contains(channel) || tls is not null, name, value,
            $"needs edge.tls outside the demo profile (or waive {channel} by name)");
        rule(!valid || !options.IsDemo || IPAddress.IsLoopback(endpoint!.Address), name, value, "the demo profile stays on loopback");
    }

    private static void Unique(IEnumerable<string> values, string name, Action<bool, string, object?, string> rule)
    {
        foreach (var twice in values.GroupBy(v => v, StringComparer.Ordinal).Where(g => g.Count() > 1))
            rule(false, name, twice.Key, "must be unique");
    }

    internal static bool IsAeTitle(string text) => AeTitle().IsMatch(text);

    [GeneratedRegex("^[a-z][a-z0-9-]{0,31}$")]
    private static partial Regex Code();

    [GeneratedRegex("^[A-Z]{1,4}$")]
    private static partial Regex Prefix();

    [GeneratedRegex(@"^(?! )[\x20-\x5B\x5D-\x7E]{1,16}(?<! )$")]
    internal static partial Regex AeTitle();

    [GeneratedRegex("^[A-Z]{2,16}$")]
    internal static partial Regex Modality();
}
