using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Regional.Actors;
using Regional.Portal.Accounts;
using Regional.Portal.Audit;
using Regional.Silo.Hosting;
using Regional.Silo.People;
using Regional.Silo.Storage;
using Regional.Silo.Tests.Hosting;
using Regional.Silo.Tests.Storage;

namespace Regional.Silo.Tests.People;

public sealed class AccountDeskTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private const string GivenPassword = "correct horse battery";

    [Theory]
    [InlineData("list", "list", "", false)]
    [InlineData("add zhengkai --name 郑凯 --site expert --roles administrator,senior --licence 1234", "add", "zhengkai", false)]
    [InlineData("add zhengkai --password-stdin --roles senior --site expert --name 郑凯", "add", "zhengkai", true)]
    [InlineData("password zhengkai", "password", "zhengkai", false)]
    [InlineData("password zhengkai --password-stdin", "password", "zhengkai", true)]
    [InlineData("disable zhengkai", "disable", "zhengkai", false)]
    public void Words_that_make_a_command(string words, string action, string user, bool fromInput)
    {
        var command = CentreCommand.Parse(["account", .. words.Split(' '), "--cluster", "x.yaml"]).ShouldNotBeNull();

        (command.Verb, command.ClusterPath).ShouldBe(("account", "x.yaml"));
        var account = command.Account.ShouldNotBeNull();
        (account.Action, account.User, account.PasswordFromInput).ShouldBe((action, user, fromInput));
        if (action == "add")
            (account.Name, account.Site, account.Roles[^1]).ShouldBe(("郑凯", "expert", "senior"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("add")]
    [InlineData("add --name 郑凯")]
    [InlineData("add zhengkai --name 郑凯 --site expert")]
    [InlineData("add zhengkai --name 郑凯 --site expert --roles senior --shoe-size 43")]
    [InlineData("password zhengkai secret-on-the-command-line")]
    [InlineData("disable zhengkai --password-stdin")]
    [InlineData("list zhengkai")]
    [InlineData("list --cluster")]
    public void Words_that_make_none(string words) =>
        CentreCommand.Parse(["account", .. words.Split(' ', StringSplitOptions.RemoveEmptyEntries)]).ShouldBeNull();

    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_first_account_of_a_production_region_is_made_at_the_console_and_signs_in(bool onPostgres)
    {
        using var region = Production(onPostgres ? await postgres.NewDatabase() : null);
        var (code, said) = await Desk(region, "add zhengkai --name 郑凯 --site expert --roles administrator");
        code.ShouldBe(0, said);
        var password = said.Split("once: ")[1].Trim();
        password.Length.ShouldBe(23);

        var host = await region.Start();
        try
        {
            using var client = new HttpClient { BaseAddress = new Uri(host.App.Urls.First()) };
            var token = await SignIn(client, "zhengkai", password);
            (await Whoami(client, token)).ShouldBe(HttpStatusCode.OK);

            // Beside the running centre: a new password ends the sessions that the old one opened.
            (await Desk(region, "password zhengkai --password-stdin", GivenPassword)).Code.ShouldBe(0);
            (await Whoami(client, token)).ShouldBe(HttpStatusCode.Unauthorized);
            (await SignIn(client, "zhengkai", password)).ShouldBeNull();
            token = (await SignIn(client, "zhengkai", GivenPassword)).ShouldNotBeNull();

            (await Desk(region, "disable zhengkai")).Code.ShouldBe(0);
            (await Whoami(client, token)).ShouldBe(HttpStatusCode.Unauthorized);
            (await SignIn(client, "zhengkai", GivenPassword)).ShouldBeNull();
            (await Desk(region, "list")).Said.ShouldContain("disabled");
            (await Desk(region, "enable zhengkai")).Code.ShouldBe(0);
            (await SignIn(client, "zhengkai", GivenPassword)).ShouldNotBeNull();

            var (rows, _) = await host.App.Services.GetRequiredService<IAuditLog>().Find(new AuditQuery("(console)", null, null, 10, null), default);
            rows.Select(r => (r.Entry.Action, r.Entry.Target, r.Entry.Success)).ShouldBe(
                [("account.enable", "zhengkai", true), ("account.disable", "zhengkai", true), ("account.password", "zhengkai", true), ("account.add", "zhengkai", true)]);
        }
        finally
        {
            await SmallRegion.Stop(host);
        }
    }

    [Fact]
    public async Task What_cannot_be_is_refused_with_its_reason_and_audited()
    {
        using var region = Production(null);
        await Refused("add system --name 系统 --site expert --roles senior", "system is the region's own name");
        await Refused("add ZhengKai --name 郑凯 --site expert --roles senior", "must be 1 to 64");
        await Refused("add zhengkai --name 郑凯 --site nowhere --roles wizard", "nowhere is no site", "wizard is not a role");
        await Refused("add zhengkai --name 郑凯 --site expert --roles senior --password-stdin", "must have 12 to 256 characters");
        await Refused("password nobody", "nobody is no account");
        await Refused("disable nobody", "nobody is no account");
        (await Desk(region, "add zhengkai --name 郑凯 --site expert --roles senior")).Code.ShouldBe(0);
        await Refused("add zhengkai --name 另一 --site expert --roles reader", "exists already");

        await using var database = new SqliteDatabase(CentreStorage.CentrePath(region.Cluster));
        (await new Accounts(database, TimeProvider.System).Find("zhengkai", default)).ShouldNotBeNull().Roles.ShouldBe(["senior"]);
        var (rows, _) = await new AuditLog(database).Find(new AuditQuery(null, null, null, 20, null), default);
        rows.Where(r => !r.Entry.Success).Select(r => r.Entry.Rule).ShouldBe(["account.exists", "account.unknown", "account.unknown"]);
        await Should.ThrowAsync<ArgumentException>(() => new Accounts(database, TimeProvider.System).Create(
            new Account(Actor.System.UserId, "系统", "expert", ["senior"], null, null, "hash", false, 0, null), default));

        async Task Refused(string words, params string[] reasons)
        {
            var (code, said) = await Desk(region, words, "short");
            code.ShouldBe(1);
            foreach (var reason in reasons)
                said.ShouldContain(reason);
        }
    }

    /// <summary>The demo's password stands in the repository: whatever was left in the data, it opens nothing outside the demo profile.</summary>
    [Fact]
    public async Task Demo_accounts_open_nothing_once_the_region_is_in_production()
    {
        using var region = new SmallRegion();
        File.WriteAllText(Path.Combine(region.Folder, "demo.yaml"), """
            schema: 1
            demo-password: regional-demo
            accounts:
              - { user: admin, name: 郑凯, site: expert, roles: [administrator] }
            """);
        await File.AppendAllTextAsync(Path.Combine(region.Folder, "cluster.yaml"), "\nreference: [demo.yaml]\n");
        string? token;
        var host = await region.Start();
        using (var client = new HttpClient { BaseAddress = new Uri(host.App.Urls.First()) })
        {
            token = (await SignIn(client, "admin", "regional-demo")).ShouldNotBeNull();
            (await Whoami(client, token)).ShouldBe(HttpStatusCode.OK);
        }

        await SmallRegion.Stop(host);

        ToProduction(region);
        host = await region.Start();
        try
        {
            using var client = new HttpClient { BaseAddress = new Uri(host.App.Urls.First()) };
            (await SignIn(client, "admin", "regional-demo")).ShouldBeNull();
            (await Whoami(client, token)).ShouldBe(HttpStatusCode.Unauthorized, "nor does a session from the demo live on");
            (await Desk(region, "list")).Said.ShouldContain("demo, opens nothing here");

            foreach (var words in new[] { "password admin --password-stdin", "enable admin" })
            {
                var (refused, reason) = await Desk(region, words, GivenPassword);
                refused.ShouldBe(1, $"{words} would say done, and the account would open nothing");
                reason.ShouldContain("account add admin");
            }

            var (code, said) = await Desk(region, "add admin --name 郑凯正 --site expert --roles administrator,quality --licence 1234 --password-stdin", GivenPassword);
            code.ShouldBe(0, said);
            said.ShouldContain("in the place of the demo's account");
            (await SignIn(client, "admin", "regional-demo")).ShouldBeNull();
            (await Whoami(client, token)).ShouldBe(HttpStatusCode.Unauthorized, "the demo's session is not the person's");
            (await Whoami(client, await SignIn(client, "admin", GivenPassword))).ShouldBe(HttpStatusCode.OK);
            var account = (await host.App.Services.GetRequiredService<IAccountStore>().Find("admin", default)).ShouldNotBeNull();
            (account.Demo, account.Name, account.Licence, string.Join(',', account.Roles)).ShouldBe((false, "郑凯正", "1234", "administrator,quality"));
            (await Desk(region, "add admin --name 另一 --site expert --roles administrator")).Said.ShouldContain("exists already");
            (await Desk(region, "password admin")).Code.ShouldBe(0);
            var (rows, _) = await host.App.Services.GetRequiredService<IAuditLog>().Find(new AuditQuery("(console)", null, null, 10, null), default);
            rows.Select(r => (r.Entry.Action, r.Entry.Rule)).ShouldBe(
            [
                ("account.password", null), ("account.add", "account.exists"), ("account.take-over", null), ("account.enable", "account.demo"),
                ("account.password", "account.demo"),
            ]);
        }
        finally
        {
            await SmallRegion.Stop(host);
        }
    }

    private static async Task<(int Code, string Said)> Desk(SmallRegion region, string words, string input = "")
    {
        var command = CentreCommand.Parse(["account", .. words.Split(' ')]).ShouldNotBeNull();
        await using var said = new StringWriter();
        return (await AccountDesk.Run(region.Cluster, command.Account!, TimeProvider.System, new StringReader(input + "\n"), said), said.ToString());
    }

    private static async Task<string?> SignIn(HttpClient client, string user, string password)
    {
        using var answer = await client.PostAsJsonAsync("/api/auth/login", new LoginRequest(user, password));
        return answer.IsSuccessStatusCode ? (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("token").GetString() : null;
    }

    private static async Task<HttpStatusCode> Whoami(HttpClient client, string? token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/auth/me");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var answer = await client.SendAsync(request);
        return answer.StatusCode;
    }

    private static SmallRegion Production(string? connection)
    {
        var region = new SmallRegion(connection);
        ToProduction(region);
        return region;
    }

    /// <summary>The production profile, TLS waived by name: who may sign in is what these tests ask.</summary>
    private static void ToProduction(SmallRegion region)
    {
        var file = Path.Combine(region.Folder, "cluster.yaml");
        File.WriteAllText(file, File.ReadAllText(file).Replace("profile: demo", "profile: production\nwaive-tls: [http, link, dicom, mllp]", StringComparison.Ordinal));
    }
}
