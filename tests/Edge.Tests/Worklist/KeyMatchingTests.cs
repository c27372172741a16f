using Regional.Edge.Worklist;

namespace Regional.Edge.Tests.Worklist;

/// <summary>Start date and time as one period (PS3.4 table K.6-1), and names as devices want them (X4).</summary>
[Trait("Requirement", "R4.2.2-2")]
public sealed class KeyMatchingTests
{
    [Theory]
    [InlineData("20260705-20260707", "1000-1800", "20260706030000", true)]
    [InlineData("20260705-20260707", "1000-1800", "20260705095959", false)]
    [InlineData("20260705-20260707", "1000-1800", "20260707180059", true)]
    [InlineData("20260705-20260707", "1000-1800", "20260707180100", false)]
    [InlineData("20260705", "1000-", "20260705235959", true)]
    [InlineData("20260705", "1000", "20260705100030", true)]
    [InlineData("20260705", "10", "20260705110000", false)]
    [InlineData("20260705", "100000.5", "20260705100000", true)]
    [InlineData("", "0800-0900", "20260101083000", true)]
    [InlineData("-20260705", "", "20260706000000", false)]
    [InlineData("20260705-", "", "20260706000000", true)]
    public void A_period_reaches_from_the_first_day_at_the_first_time_to_the_last(string date, string time, string starts, bool matches) =>
        KeyMatching.MatchesStart(date, time, DateTime.ParseExact(starts, "yyyyMMddHHmmss", null)).ShouldBe(matches);

    [Theory]
    [InlineData("2026", "")]
    [InlineData("20260231", "")]
    [InlineData("", "2500")]
    [InlineData("-", "")]
    public void What_is_no_date_or_time_is_said_so(string date, string time) =>
        Should.Throw<FormatException>(() => KeyMatching.MatchesStart(date, time, DateTime.UnixEpoch));

    [Theory]
    [InlineData("欧阳锋", "Ou Yang Feng", "both", "Ou Yang^Feng=欧阳^锋")]
    [InlineData("欧阳锋", "Ouyang Feng", "both", "Ouyang^Feng=欧阳^锋")]
    [InlineData("王芳", "", "both", "=王^芳")]
    [InlineData("王芳", "", "pinyin", "P1")]
    [InlineData("John Smith", "", "both", "John^Smith")]
    [InlineData("古丽·阿依", "Guli Ayi", "characters", "古丽·阿依")]
    [InlineData("王^芳=\\x", "Wang Fang", "characters", "王^芳x")]
    [InlineData("无名氏", "Wu Ming Shi", "pinyin", "Wu^Ming Shi")]
    [Trait("Requirement", "X4")]
    public void Names_are_divided_as_the_standard_divides_them(string spoken, string pinyin, string form, string expected) =>
        PatientNames.Write(spoken, pinyin, form, "P1").ShouldBe(expected);
}
