using System.Data.Common;
using System.Security.Cryptography;
using Regional.Imaging.Cluster;
using Regional.Portal.Accounts;
using Regional.Portal.Audit;
using Regional.Silo.Storage;

namespace Regional.Silo.People;

/// <summary>
/// Accounts from the console of the centre's machine: how a region gets its first one. May run beside a running centre; what it does and its line in
/// the audit log are one transaction. A disabled account, and one whose password changed, is signed out everywhere at once. An account that the demo
/// left in a region in production opens nothing, whatever its password: only adding the person makes it theirs.
/// </summary>
internal sealed class AccountDesk(ClusterFile cluster, Database database, TimeProvider time, TextReader input, TextWriter say)
{
    private const string Unknown = "account.unknown";
    private const string OfTheDemo = "account.demo";
    private const string TakeOver = "account.take-over";

    // No letters that are mistaken for digits.
    private const string Alphabet = "abcdefghjkmnpqrstvwxyz23456789";

    /// <returns>The exit code: 0 done, 1 refused.</returns>
    public static async Task<int> Run(ClusterFile cluster, AccountCommand command, TimeProvider time, TextReader input, TextWriter say)
    {
        await using var storage = await CentreStorage.Open(cluster, time);
        return await new AccountDesk(cluster, storage.Data, time, input, say).Run(command);
    }

    public async Task<int> Run(AccountCommand command) => command.Action switch
    {
        "add" => await Add(command),
        "password" => await ChangePassword(command),
        "disable" => await Change(command, "account.disable", true, async (connection, user) =>
        {
            await Accounts.SetDisabled(connection, user, true);
            await Sessions.CloseAll(connection, user);
        }),
        "enable" => await Change(command, "account.enable", true, (connection, user) => Accounts.SetDisabled(connection, user, false), ofPeopleOnly: true),
        _ => await List(),
    };

    private async Task<int> Add(AccountCommand command)
    {
        List<string> faults = [];
        if (AccountRules.NameFault(command.User) is { } name)
            faults.Add($"{command.User} {name}");
        if (cluster.Site(command.Site) is null)
            faults.Add($"{command.Site} is no site of cluster.yaml ({string.Join(", ", cluster.Options.Sites.Select(s => s.Code))})");
        faults.AddRange(command.Roles.Where(role => AccountRules.RoleFault(role) is not null).Select(
            role => $"{role} is not a role ({string.Join(", ", AccountRules.Roles)})"));
        if (await Password(command) is not { } password || faults.Count > 0)
            return await Refuse(faults);

        var account = new Account(command.User, command.Name, command.Site, command.Roles, command.Title, command.Licence, Passwords.Hash(password), false, 0, null);
        var (made, takenOver) = await database.Write(async connection =>
        {
            var added = await Accounts.Insert(connection, account, time.GetUtcNow()) > 0;
            var taken = !added && !cluster.Options.IsDemo && await Accounts.TakeOverDemo(connection, account, time.GetUtcNow()) > 0;
            if (taken)
                await Sessions.CloseAll(connection, account.UserId);
            await Note(connection, taken ? TakeOver : "account.add", account.UserId, account.Site, added || taken ? null : "account.exists");
            return (added || taken, taken);
        });
        if (!made)
            return await Refuse([$"{command.User} exists already"]);
        await say.WriteLineAsync(
            $"{account.UserId}: made for {account.Site}, {string.Join(", ", account.Roles)}{(takenOver ? ", in the place of the demo's account" : "")}.");
        return await Show(command, password);
    }

    private async Task<int> ChangePassword(AccountCommand command)
    {
        if (await Password(command) is not { } password)
            return await Refuse([]);
        var hash = Passwords.Hash(password);
        var changed = await Change(command, "account.password", false, async (connection, user) =>
        {
            await Accounts.SetPassword(connection, user, hash);
            await Sessions.CloseAll(connection, user);
        }, ofPeopleOnly: true);
        return changed == 0 ? await Show(command, password) : changed;
    }

    /// <param name="ofPeopleOnly">Refused for an account that the demo left: it would say done, and the account would open nothing all the same.</param>
    private async Task<int> Change(
        AccountCommand command, string action, bool tell, Func<DbConnection, string, Task> change, bool ofPeopleOnly = false)
    {
        var rule = await database.Write(async connection =>
        {
            var account = await Accounts.Find(connection, command.User, CancellationToken.None);
            var refusal = account is null ? Unknown : ofPeopleOnly && account.Demo && !cluster.Options.IsDemo ? OfTheDemo : null;
            if (account is not null && refusal is null)
                await change(connection, account.UserId);
            await Note(connection, action, account?.UserId, account?.Site ?? "", refusal);
            return refusal;
        });
        if (rule is not null)
            return await Refuse([rule == Unknown
                ? $"{command.User} is no account"
                : $"{command.User} is an account of the demo and opens nothing here; account add {command.User} … makes it a person's"]);
        if (tell)
            await say.WriteLineAsync($"{command.User}: {command.Action}d.");
        return 0;
    }

    private async Task<int> List()
    {
        foreach (var account in await database.Read(Accounts.All, CancellationToken.None))
        {
            var state = account.Disabled ? "disabled" : !account.MaySignIn(cluster.Options.IsDemo) ? "demo, opens nothing here" : account.Demo ? "demo" : "active";
            await say.WriteLineAsync($"{account.UserId,-20} {account.Site,-14} {string.Join(',', account.Roles),-30} {state,-10} {account.Name}");
        }

        return 0;
    }

    /// <summary>Null: it was told what is wrong with it.</summary>
    private async Task<string?> Password(AccountCommand command)
    {
        if (!command.PasswordFromInput)
            return string.Join('-', Enumerable.Range(0, 4).Select(_ => RandomNumberGenerator.GetString(Alphabet, 5)));
        var given = await input.ReadLineAsync() ?? "";
        if (AccountRules.PasswordFault(given) is not { } fault)
            return given;
        await say.WriteLineAsync($"The password {fault}.");
        return null;
    }

    private async Task<int> Show(AccountCommand command, string password)
    {
        await say.WriteLineAsync(command.PasswordFromInput ? $"{command.User}: password set." : $"Password, shown this once: {password}");
        return 0;
    }

    private async Task<int> Refuse(List<string> faults)
    {
        foreach (var fault in faults)
            await say.WriteLineAsync($"Refused: {fault}.");
        return 1;
    }

    private Task<int> Note(DbConnection connection, string action, string? target, string site, string? rule) => AuditLog.Append(
        connection,
        new AuditEntry(time.GetUtcNow(), "(console)", site, action, target, rule is null, rule, "console:" + Environment.UserName));
}
