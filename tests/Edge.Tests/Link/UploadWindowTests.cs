using Regional.Edge.Journal;
using Regional.Edge.Link;
using Regional.Imaging.Packs;
using Regional.Link.V1;

namespace Regional.Edge.Tests.Link;

/// <summary>What is under way is bounded in bytes and in number, so that a slow centre holds the edge back.</summary>
public sealed class UploadWindowTests
{
    [Fact]
    public async Task Holds_back_when_the_bytes_are_used_up_until_a_receipt_comes()
    {
        var window = new UploadWindow(1000, 100);
        var first = await window.Open(Upload(1, 600), CancellationToken.None);
        var second = window.Open(Upload(2, 600), CancellationToken.None);
        second.IsCompleted.ShouldBeFalse();
        window.Close(first).ShouldNotBeNull();
        await second.WaitAsync(TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task Holds_back_when_the_number_is_used_up()
    {
        var window = new UploadWindow(1000, 2);
        await window.Open(Upload(1, 1), CancellationToken.None);
        var second = await window.Open(Upload(2, 1), CancellationToken.None);
        var third = window.Open(Upload(3, 1), CancellationToken.None);
        third.IsCompleted.ShouldBeFalse();
        window.Close(second);
        await third.WaitAsync(TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task An_object_larger_than_the_window_goes_alone()
    {
        var window = new UploadWindow(1000, 100);
        var large = await window.Open(Upload(1, 5000), CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(10));
        var next = window.Open(Upload(2, 1), CancellationToken.None);
        next.IsCompleted.ShouldBeFalse();
        window.Close(large);
        await next.WaitAsync(TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task Place_stays_taken_from_the_receipt_until_it_is_recorded()
    {
        var window = new UploadWindow(1000, 100);
        var upload = Upload(1, 10);
        var transfer = await window.Open(upload, CancellationToken.None);
        window.Close(transfer).ShouldBe(upload);
        window.UnderWay().ShouldContain(upload.Address.Position);
        window.Close(transfer).ShouldBeNull("a second receipt is for nothing");
        window.Forget([upload]);
        window.UnderWay().ShouldBeEmpty();
    }

    [Fact]
    public async Task Unanswered_are_those_without_a_receipt()
    {
        var window = new UploadWindow(1000, 100);
        var first = await window.Open(Upload(1, 10), CancellationToken.None);
        await window.Open(Upload(2, 10), CancellationToken.None);
        window.Close(first);
        window.Unanswered().Select(u => u.SopInstanceUid).ShouldBe(["2.25.2"]);
    }

    [Fact]
    public async Task Waiting_for_room_can_be_given_up()
    {
        var window = new UploadWindow(1000, 1);
        await window.Open(Upload(1, 10), CancellationToken.None);
        using var stop = new CancellationTokenSource();
        var waiting = window.Open(Upload(2, 10), stop.Token);
        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => waiting);
        window.UnderWay().Count.ShouldBe(1);
    }

    private static PendingUpload Upload(int number, long length) => new(
        new RecordAddress(1, 64 + (number * 10_000L), 200, length), new ContentHash(new byte[ContentHash.Size]), $"2.25.{number}", "1.2", "2.25.100", "2.25.101",
        "1.2.840.10008.1.2.1", "A_CT1", DateTimeOffset.UnixEpoch, Priority.Routine);
}
