using Regional.Portal.Tests.Hosting;

namespace Regional.Portal.Tests;

/// <summary>A signature rests on what its signer saw (design rule 8): the version is demanded, and another one is refused.</summary>
[Collection("centre")]
public sealed class SignatureVersionTests(CentreFixture centre)
{
    [Fact]
    public async Task Of_two_who_sign_the_same_amendment_the_later_one_is_told_that_it_changed()
    {
        var id = await centre.Readable(311, "丙签");
        using var reader = await centre.As("reader");
        using var senior = await centre.As("senior");
        using var other = await centre.As("senior2");
        var token = await reader.Claim(id);
        await reader.Versioned(id, "/report/preliminary", version => new { token, text = TestExams.Text, version });
        await senior.Command(Rest.Path(id, "/report/take"));
        await senior.Versioned(id, "/report/sign", Signed);
        await reader.Command(Rest.Path(id, "/report/request-correction"), new { reason = "侧别写错" });
        await senior.Command(Rest.Path(id, "/report/accept-correction"), new { reason = "改" });

        var seen = (await other.Get(Rest.Path(id))).GetProperty("version").GetInt64();
        await senior.Command(Rest.Path(id, "/report/sign"), Signed(seen));
        (await other.Refused(Rest.Path(id, "/report/sign"), Signed(seen))).ShouldBe((412, "exam.version"));

        var after = await other.Get(Rest.Path(id));
        after.GetProperty("report").GetProperty("versions").GetArrayLength().ShouldBe(2, "nothing was signed twice");
        (await other.Refused(Rest.Path(id, "/report/addendum"), new { text = "补充", password = CentreFixture.Password, version = seen })).ShouldBe((412, "exam.version"));
    }

    [Theory]
    [InlineData("senior", "sign")]
    [InlineData("senior", "addendum")]
    [InlineData("reader", "preliminary")]
    [InlineData("trainee", "trainee-draft")]
    public async Task Without_the_version_seen_nothing_is_handed_in(string user, string verb)
    {
        using var client = await centre.As(user);
        object body = verb == "addendum"
            ? new { text = "补充", password = CentreFixture.Password }
            : new { text = TestExams.Text, password = CentreFixture.Password, token = 1 };
        (await client.Refused(Rest.Path("study:01ARZ3NDEKTSV4RRFFQ69G5FAV", "/report/" + verb), body)).ShouldBe((400, "report." + verb));
    }

    private static object Signed(long version) => new { text = TestExams.Text, password = CentreFixture.Password, version };
}
