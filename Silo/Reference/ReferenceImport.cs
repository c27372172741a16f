using System.Security.Cryptography;
using System.Text;
using Regional.Imaging.Cluster;
using Regional.Portal.Accounts;
using Regional.Projections;
using Regional.Silo.Storage;

namespace Regional.Silo.Reference;

/// <summary>
/// Brings the reference files of cluster.yaml into the database at start. Files that have not changed are not imported again. Accounts come
/// with the demo profile alone, marked as its own; they are created once and never overwritten: a changed password stays changed.
/// </summary>
internal sealed partial class ReferenceImport(ClusterFile cluster, ReferenceStore store, IAccountStore accounts, ILogger<ReferenceImport> log)
{
    /// <exception cref="ClusterFileException">A file is wrong; every fault at once.</exception>
    public async Task Run(CancellationToken cancellation)
    {
        var texts = cluster.Options.Reference.ConvertAll(name => (Name: name, Text: File.ReadAllText(cluster.Resolve(name))));
        var clocks = cluster.Options.Clocks;
        var fingerprint = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(
            $"2|{cluster.Options.Profile}|{clocks.NotifyWithin}|{clocks.AnswerWithin}|{string.Join('\0', texts.Select(t => t.Text))}")));
        if (await store.ImportedFingerprint(cancellation) == fingerprint)
            return;

        var files = texts.ConvertAll(t => ReferenceFile.Parse(t.Text, t.Name));
        Check(files);
        if (cluster.Options.IsDemo)
            await CreateAccounts(files, cancellation);
        await store.Replace(
            [.. files.SelectMany(f => f.Items).Select(i => new ExamItem(i.Name, i.Modality, i.BodyPart, i.Preparation, i.Minutes, i.SideRequired))],
            [.. files.SelectMany(f => f.Templates).Select(t => new ReportTemplate(t.Id, t.Name, t.Modality, t.BodyPart, t.Findings, t.Impression))],
            [.. files.SelectMany(f => f.Phrases)],
            [
                .. files.SelectMany(f => f.CriticalValues).Select(c => new CriticalEntry(
                    c.Id, c.Name, [.. c.Modalities], c.NotifyWithin ?? clocks.NotifyWithin, c.AnswerWithin ?? clocks.AnswerWithin)),
            ],
            fingerprint);
        Imported(texts.Count, fingerprint[..12]);
    }

    private async Task CreateAccounts(List<ReferenceFile> files, CancellationToken cancellation)
    {
        foreach (var file in files.Where(f => f.DemoPassword is { Length: > 0 }))
        {
            var missing = new List<ReferenceFile.AccountLine>();
            foreach (var line in file.Accounts)
            {
                if (await accounts.Find(line.User, cancellation) is null)
                    missing.Add(line);
            }

            // Each has a salt and so a hash of its own: a tenth of a second each, spread over the processors.
            await Parallel.ForEachAsync(missing, cancellation, async (line, token) => await accounts.Create(
                new Account(line.User, line.Name, line.Site, [.. line.Roles], line.Title, line.Licence, Passwords.Hash(file.DemoPassword!), false, 0, null, Demo: true),
                token));
        }
    }

    private void Check(List<ReferenceFile> files)
    {
        List<ClusterFault> faults = [];
        foreach (var account in files.SelectMany(f => f.Accounts))
        {
            if (cluster.Site(account.Site) is null)
                faults.Add(new ClusterFault($"accounts[{account.User}].site", account.Site, "must be the code of a site"));
            foreach (var role in account.Roles.Where(role => AccountRules.RoleFault(role) is not null))
                faults.Add(new ClusterFault($"accounts[{account.User}].roles", role, "is not a role"));
            if (AccountRules.NameFault(account.User) is { } fault)
                faults.Add(new ClusterFault("accounts.user", account.User, fault));
        }

        foreach (var twice in files.SelectMany(f => f.Accounts).GroupBy(a => a.User).Where(g => g.Count() > 1))
            faults.Add(new ClusterFault("accounts.user", twice.Key, "must be unique"));
        foreach (var twice in files.SelectMany(f => f.CriticalValues).GroupBy(c => c.Id).Where(g => g.Count() > 1))
            faults.Add(new ClusterFault("critical-values.id", twice.Key, "must be unique"));
        if (faults.Count > 0)
            throw new ClusterFileException(faults);
    }

    [LoggerMessage(EventId = 1101, Level = LogLevel.Information, Message = "Reference data imported from {Files} files, fingerprint {Fingerprint}")]
    private partial void Imported(int files, string fingerprint);
}
