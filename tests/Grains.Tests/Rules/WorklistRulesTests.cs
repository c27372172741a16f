using Regional.Actors;
using Regional.Studies;

namespace Regional.Grains.Tests.Rules;

/// <summary>The UID that the worklist gives leads back to its exam, and no other UID does (R4.2.2-1).</summary>
[Trait("Requirement", "R4.2.2-1")]
public sealed class WorklistRulesTests
{
    [Fact]
    public void An_issued_uid_names_its_exam()
    {
        for (var i = 0; i < 200; i++)
        {
            var study = GrainKeys.NewStudy(TimeProvider.System);
            var uid = IssuedUid.Of(study).ShouldNotBeNull();
            uid.Length.ShouldBeLessThanOrEqualTo(64);
            IssuedUid.StudyOf(uid).ShouldBe(study);
        }
    }

    [Theory]
    [InlineData("1.2.840.113619.2.55.3")]
    [InlineData("2.25.")]
    [InlineData("2.25.007")]
    [InlineData("2.25.1.2")]
    [InlineData("2.25.999999999999999999999999999999999999999999")]
    public void Other_uids_name_none(string uid) => IssuedUid.StudyOf(uid).ShouldBeNull();

    [Fact]
    public void Keys_of_other_kinds_get_no_uid() => IssuedUid.Of("study:A").ShouldBeNull();
}
