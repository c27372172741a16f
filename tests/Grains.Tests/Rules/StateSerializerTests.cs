using System.Text;
using System.Text.Json;
using Regional.CriticalValues;
using Regional.Delivery;
using Regional.Devices;
using Regional.Grains.Tests.Hosting;
using Regional.Patients;
using Regional.Reading;
using Regional.Reports;
using Regional.Sites;
using Regional.Storage;
using Regional.Studies;
using static Regional.Grains.Tests.Rules.Exams;

namespace Regional.Grains.Tests.Rules;

/// <summary>Design rule 3: what was written comes back, defaults included, without type names.</summary>
public sealed class StateSerializerTests
{
    private static readonly RegionalStateSerializer Serializer = new();

    [Fact]
    public void Every_state_comes_back_as_it_was()
    {
        RoundTrip(Released);
        RoundTrip(Unmatched);
        RoundTrip(AttachRules.Detach(Released, People.Quality.Does(), By(People.Quality, "错人"), "senior", "study:N").Ok());
        RoundTrip(new StudyState());
        RoundTrip(ClaimRules.Claim(
            ClaimRules.Offer(new ReadingListState { Centre = "expert" }, Unmatched.ListEntry()!), People.Reader, "study:X", Now, Clocks.ClaimIdle).Ok());
        RoundTrip(new CriticalValueState { Phase = CriticalPhase.Notifying, Calls = [new PhoneCall("陈雪", "8101", Now, false, null)] });
        RoundTrip(new PatientState { Demographics = new Demographics("张三", null, "M", null, null, null, null, false), LocalIds = [new LocalId("a", "1")] });
        RoundTrip(new DeviceState { InService = false, ReceivedInstances = 0 });
        RoundTrip(new SiteState { Given = [new GivenAccession("c", "QS2603020001")], Told = Reachability.LinkDown, Serial = 0 });
    }

    [Fact]
    public void False_zero_and_empty_survive()
    {
        var state = Serializer.Deserialize<StudyState>(Serializer.Serialize(Released with
        {
            Report = Released.Report with { Draft = new ReportText(null, "", "", false), Provisional = false, ClaimToken = 0 },
            ImagesExpected = 0,
        }))!;
        state.Report.Draft!.Positive.ShouldBe(false);
        state.ImagesExpected.ShouldBe(0);
        state.Owed.IsDefault.ShouldBeFalse();

        var device = Serializer.Deserialize<DeviceState>(Serializer.Serialize(new DeviceState { InService = false }))!;
        device.InService.ShouldBeFalse("its default is true");
        Text(new DeviceState { InService = false }).ShouldContain("\"InService\":false");
    }

    [Fact]
    public void Every_kind_of_event_comes_back_under_its_short_name()
    {
        OutgoingEvent[] kinds =
        [
            new Project(), new Publish(new Feeds.FeedItem("t", "k", 1, ["s"], "d")), new OfferToList("c", Unmatched.ListEntry()!),
            new ReserveAtList("c", Unmatched.ListEntry()!, "r", "R"), new FinishAtList("c", "s", 0), new RenewAtList("c", "s", 1, People.Reader.Does()),
            new WithdrawFromList("c", "s", 0), new GrantClaim(new ClaimTicket("s", 1, "r", "R", Now, Now)), new EndClaim("s", 1, "idle"),
            new LinkCriticalValue("s", "c", false), new RelinkCriticalValue("c", "s"), new WatchPresence("s", "c", false),
            new TellReachability("c", Reachability.LinkDown), new ForwardImages("s", Batch(0)), new CompleteAttach("s", People.Reader.Does(), "u"),
            new AdoptImages("s", People.Reader.Does(), new HandOver("f", [], new PatientLabel("", "U", null), null, "s", null, [])),
        ];
        kinds.Select(kind => kind.GetType()).ShouldBe(
            typeof(OutgoingEvent).Assembly.GetTypes().Where(type => type.BaseType == typeof(OutgoingEvent)), ignoreOrder: true);
        var outbox = Outbox.Empty.AddRange(kinds);
        RoundTrip(new StudyState { Outbox = outbox });
        Text(new StudyState { Outbox = outbox }).ShouldNotContain("Regional.");
    }

    [Fact]
    public void A_state_of_a_newer_build_is_refused()
    {
        var newer = Text(new DeviceState()).Replace("\"Schema\":1", "\"Schema\":2", StringComparison.Ordinal);
        Should.Throw<InvalidOperationException>(() => Serializer.Deserialize<DeviceState>(new BinaryData(newer))).Message.ShouldContain("schema 2");
    }

    [Fact]
    public void What_an_older_build_did_not_write_has_its_default()
    {
        var state = Serializer.Deserialize<DeviceState>(new BinaryData("{\"Schema\":1,\"Version\":3}"))!;
        state.InService.ShouldBeTrue();
        state.Outbox.Pending.IsEmpty.ShouldBeTrue();
    }

    [Fact]
    public void A_type_that_is_no_state_is_refused() => Should.Throw<NotSupportedException>(() => Serializer.Serialize(new Version(1, 0)));

    private static string Text<T>(T state) => Encoding.UTF8.GetString(Serializer.Serialize(state));

    /// <summary>Compared as text: records compare their arrays by reference.</summary>
    private static void RoundTrip<T>(T state)
    {
        var text = Text(state);
        Text(Serializer.Deserialize<T>(new BinaryData(text))).ShouldBe(text);
        JsonDocument.Parse(text).RootElement.GetProperty("Schema").GetInt32().ShouldBe(1);
    }
}
