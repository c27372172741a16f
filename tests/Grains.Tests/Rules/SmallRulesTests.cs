using Regional.Actors;
using Regional.Grains.Tests.Hosting;
using Regional.Outcomes;
using Regional.Patients;
using Regional.Sites;
using Regional.Studies;
using static Regional.Grains.Tests.Rules.Exams;

namespace Regional.Grains.Tests.Rules;

/// <summary>Accession numbers, matching, patients.</summary>
public sealed class SmallRulesTests
{
    private static readonly TimeSpan Local = TimeSpan.FromHours(8);

    private static SiteState Site(string prefix = "QS") =>
        new() { Profile = new SiteProfile("township-a", "a", "a", "township", prefix, [], Doubly) };

    [Fact]
    public void S2_5_numbers_are_prefix_local_date_and_serial_never_twice_never_skipped()
    {
        var evening = new DateTimeOffset(2026, 3, 2, 17, 0, 0, TimeSpan.Zero); // 01:00 of the 3rd in the region
        var (first, a) = AccessionRules.Next(Site(), "c1", evening, Local);
        var (second, b) = AccessionRules.Next(first, "c2", evening, Local);
        var (same, again) = AccessionRules.Next(second, "c1", evening.AddDays(5), Local);
        (a, b, again).ShouldBe(("QS2603030001", "QS2603030002", "QS2603030001"));
        same.ShouldBeSameAs(second);
        AccessionRules.Next(second, "c3", evening.AddDays(1), Local).Number.ShouldBe("QS2603040001");
        AccessionRules.Next(second, "c3", evening.AddDays(-1), Local).Number.ShouldBe("QS2603030003", "a clock set back repeats nothing");
    }

    [Fact]
    public void A_number_has_at_most_sixteen_characters()
    {
        var full = Site("ABCD") with { SerialDate = "260303", Serial = 999_998 };
        var (last, number) = AccessionRules.Next(full, "c", Now, Local);
        number.Length.ShouldBe(16);
        Should.Throw<InvalidOperationException>(() => AccessionRules.Next(last, "d", Now, Local));
    }

    [Theory]
    [InlineData("ZHANG^SAN", "张三", "Zhang San", "M", false)]
    [InlineData("ZHANG^SAN=张^三", "张三", null, "M", false)]
    [InlineData("张三", "张三", null, "M", false)]
    [InlineData("张山", "张三", null, "M", true)]
    [InlineData("LI^SI", "张三", "Zhang San", "M", true)]
    [InlineData("ANON", "张三", null, "M", false)]
    [InlineData("", "张三", "Zhang San", "U", false)]
    [InlineData("ZHANG^SAN", "张三", "Zhang San", "F", true)]
    [Trait("Requirement", "R6.3-6b")]
    public void Evidence_that_contradicts_forbids_a_link(string onImages, string known, string? pinyin, string sex, bool contradicts) =>
        ImageMatcher.Contradicts(new PatientLabel(onImages, sex, null), new PatientLabel(known, "M", null), pinyin).ShouldBe(contradicts);

    [Fact]
    public void Another_birth_date_forbids_a_link() => ImageMatcher.Contradicts(
        new PatientLabel("张三", "M", new DateOnly(1960, 1, 1)), new PatientLabel("张三", "M", new DateOnly(1990, 1, 1)), null).ShouldBeTrue();

    [Fact]
    public void The_only_open_exam_of_that_kind_fits_and_of_two_none()
    {
        var ct = StudyViews.Snapshot(Accepted with { StudyId = "study:1" });
        var other = StudyViews.Snapshot(Arrived with { StudyId = "study:2" });
        ImageMatcher.OnlyFit(Batch(1), [ct], Now.AddDays(-7))!.StudyId.ShouldBe("study:1");
        ImageMatcher.OnlyFit(Batch(1), [ct, other], Now.AddDays(-7)).ShouldBeNull();
        ImageMatcher.OnlyFit(Batch(1) with { Modality = "DX" }, [ct], Now.AddDays(-7)).ShouldBeNull();
        ImageMatcher.OnlyFit(Batch(1), [ct], Now.AddDays(1)).ShouldBeNull("too old");
        ImageMatcher.OnlyFit(Batch(1), [ct with { Site = "township-b" }], Now.AddDays(-7)).ShouldBeNull();
        ImageMatcher.OnlyFit(Batch(1), [ct with { Request = ct.Request! with { StationAe = "A_CT2" } }], Now.AddDays(-7)).ShouldBeNull();
        ImageMatcher.OnlyFit(Batch(1), [StudyViews.Snapshot(Requested())], Now.AddDays(-7)).ShouldBeNull("not accepted yet");
    }

    [Theory]
    [InlineData("DX", "CR", true)]
    [InlineData("DR", "dx", true)]
    [InlineData("CT", "MR", false)]
    public void Plain_radiography_is_one_kind(string a, string b, bool same) => ImageMatcher.SameKind(a, b).ShouldBe(same);

    /// <summary>R4.2.4-1.</summary>
    [Theory]
    [InlineData("DX", "CR", true)]
    [InlineData("DX", "XC", true)]
    [InlineData("US", "OT", true)]
    [InlineData("DX", "US", false)]
    [InlineData("XC", "CT", false)]
    public void Photographs_and_documents_accompany_any_exam_whose_number_they_bear(string exam, string images, bool may) =>
        ImageMatcher.MayAccompany(exam, images).ShouldBe(may);

    [Fact]
    [Trait("Requirement", "R4.2.3-1")]
    public void A_person_has_a_name_and_ids_have_an_issuer()
    {
        var person = new Demographics("张三", "Zhang San", "M", null, null, null, null, false);
        var registered = PatientRules.Register(new PatientState(), By(People.Desk), person, [new LocalId("township-a", "1")]).Ok();
        PatientRules.AddLocalId(registered, By(People.Desk), new LocalId("township-a", "1")).Ok().ShouldBeSameAs(registered);
        PatientRules.AddLocalId(registered, By(People.Desk), new LocalId("", "1")).Failure!.Code.ShouldBe(FailureCode.Invalid);
        PatientRules.Register(new PatientState(), By(People.Desk), person with { Name = " " }, []).Failure!.Code.ShouldBe(FailureCode.Invalid);
        PatientRules.Correct(registered, By(People.Trainee), person).Failure!.Code.ShouldBe(FailureCode.Forbidden);
    }

    [Fact]
    [Trait("Requirement", "R4.2.3-1")]
    public void Only_its_own_people_give_an_id_of_a_hospital()
    {
        var person = new Demographics("张三", "Zhang San", "M", null, null, null, null, false);
        var foreign = new LocalId("township-a", "1");
        PatientRules.Register(new PatientState(), By(People.Stranger), person, [new LocalId("township-b", "7"), foreign])
            .Failure!.ShouldBe(Failure.Of(FailureCode.Forbidden, "patient.local-id.issuer"));

        var theirs = PatientRules.Register(new PatientState(), By(People.Stranger), person, [new LocalId("township-b", "7")]).Ok();
        PatientRules.AddLocalId(theirs, By(People.Stranger), foreign).Failure!.Rule.ShouldBe("patient.local-id.issuer");
        PatientRules.AddLocalId(theirs, By(People.Desk), foreign).Ok().LocalIds.ShouldContain(foreign);
        PatientRules.AddLocalId(theirs, By(Actor.System), foreign).Ok().LocalIds.ShouldContain(foreign);
    }
}
