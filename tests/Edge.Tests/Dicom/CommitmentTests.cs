using System.Text;
using FellowOakDicom;
using FellowOakDicom.Network;
using Microsoft.Extensions.Logging;
using Regional.Edge.Commitment;
using Regional.Edge.Tests.Support;
using Regional.TestKit;
using Regional.TestKit.Phantoms;

namespace Regional.Edge.Tests.Dicom;

/// <summary>Storage commitment (PS3.4 §J): what a device is told of its objects, where, and until when (R4.3.2-1, R10.2.2-1).</summary>
[Trait("Requirement", "R4.3.2-1")]
[Trait("Requirement", "R10.2.2-1")]
public sealed class CommitmentTests
{
    private static readonly StudyRecipe Ct = new() { Seed = 4101, Images = 3, Matrix = 64 };

    [Fact]
    public async Task A_device_hears_on_its_association_that_its_images_are_safe()
    {
        await using var edge = await EdgeUnderTest.StartAsync();
        var images = (await edge.StoreAsync(Ct))[0].Images().ToList();

        var (status, report) = await AskAsync(edge, "1.2.3.1", images.Select(i => (i.File.Dataset.GetString(DicomTag.SOPClassUID), i.SopInstanceUid)));

        status.ShouldBe(DicomStatus.Success);
        report.EventTypeID.ShouldBe((ushort)1);
        report.Dataset.GetString(DicomTag.TransactionUID).ShouldBe("1.2.3.1");
        report.Dataset.GetSequence(DicomTag.ReferencedSOPSequence).Items.Select(i => i.GetString(DicomTag.ReferencedSOPInstanceUID)).ShouldBe(images.Select(i => i.SopInstanceUid));
        report.Dataset.Contains(DicomTag.FailedSOPSequence).ShouldBeFalse();
        edge.Get<CommitmentStore>().OpenOf("A_CT1").ShouldBeEmpty();
    }

    [Fact]
    public async Task Each_object_has_its_own_answer_from_its_own_bytes()
    {
        await using var edge = await EdgeUnderTest.StartAsync();
        var images = (await edge.StoreAsync(Ct))[0].Images().ToList();
        var sopClass = images[0].File.Dataset.GetString(DicomTag.SOPClassUID);
        // The same UID again with other bytes: kept in quarantine, answered Success.
        var other = images[1].File.Clone();
        other.Dataset.AddOrUpdate(DicomTag.PatientComments, "other bytes");
        (await edge.Modality.SendAsync([other])).ShouldAllBe(outcome => outcome.Stored);
        // And bytes that have changed on the disk.
        var damaged = (await edge.FindAsync(images[2].SopInstanceUid)).ShouldNotBeNull().Address;
        await using (var pack = File.Open(Directory.GetFiles(Path.Combine(edge.Folder, "data", "edge", EdgeUnderTest.Site, "packs"), "*", SearchOption.AllDirectories).Single(f => f.EndsWith(".pack", StringComparison.Ordinal)), FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite))
        {
            pack.Position = damaged.Offset + damaged.HeaderLength + (damaged.DataLength / 2);
            var was = pack.ReadByte();
            pack.Position--;
            pack.WriteByte((byte)~was);
        }

        var (status, report) = await AskAsync(
            edge, "1.2.3.2", [(sopClass, images[0].SopInstanceUid), (sopClass, images[1].SopInstanceUid), (sopClass, images[2].SopInstanceUid), (sopClass, "2.25.404"), (DicomUID.MRImageStorage.UID, images[0].SopInstanceUid)]);

        status.ShouldBe(DicomStatus.Success);
        report.EventTypeID.ShouldBe((ushort)2);
        report.Dataset.GetSequence(DicomTag.ReferencedSOPSequence).Items.ShouldHaveSingleItem().GetString(DicomTag.ReferencedSOPInstanceUID).ShouldBe(images[0].SopInstanceUid);
        report.Dataset.GetSequence(DicomTag.FailedSOPSequence).Items
            .Select(i => (i.GetString(DicomTag.ReferencedSOPInstanceUID), i.GetSingleValue<ushort>(DicomTag.FailureReason)))
            .ShouldBe([(images[1].SopInstanceUid, 0x0119), (images[2].SopInstanceUid, 0x0110), ("2.25.404", 0x0112), (images[0].SopInstanceUid, 0x0119)]);
    }

    [Theory]
    [InlineData(null, 1, 1, 0x0120)]
    [InlineData("not a uid", 1, 1, 0x0106)]
    [InlineData("1.2.3", 0, 1, 0x0121)]
    [InlineData("1.2.3", 1, 2, 0x0123)]
    public async Task A_request_that_says_too_little_is_refused_and_kept_nowhere(string? transaction, int items, int action, int status)
    {
        await using var edge = await EdgeUnderTest.StartAsync();
        var request = Request(transaction, Enumerable.Repeat((DicomUID.CTImageStorage.UID, "2.25.1"), items), (ushort)action);

        var answered = new TaskCompletionSource<DicomStatus>();
        request.OnResponseReceived = (_, answer) => answered.TrySetResult(answer.Status);
        var client = edge.Client("A_CT1");
        await client.AddRequestAsync(request);
        await client.SendAsync().WaitAsync(TimeSpan.FromSeconds(60));

        (await answered.Task).Code.ShouldBe((ushort)status);
        edge.Get<CommitmentStore>().OpenOf("A_CT1").ShouldBeEmpty();
    }

    /// <summary>The device is away at first: the transaction survives the edge's restart, and the report comes when the device does.</summary>
    [Fact]
    public async Task A_device_with_a_port_of_its_own_is_called_until_it_has_heard()
    {
        var port = LoopbackPort.Free();
        await using var edge = await EdgeUnderTest.StartAsync(new EdgeSetup
        {
            Devices = [], MoreDevices = [$"{{ ae-title: A_CT1, name: CT, modality: CT, address: 127.0.0.1, report-port: {port} }}"],
        });
        var image = (await edge.StoreAsync(Ct with { Images = 1 }))[0].Images().Single();
        var request = Request("1.2.3.7", [(image.File.Dataset.GetString(DicomTag.SOPClassUID), image.SopInstanceUid)]);
        var client = edge.Client("A_CT1");
        await client.AddRequestAsync(request);
        await client.SendAsync().WaitAsync(TimeSpan.FromSeconds(60));
        await edge.StopAsync();

        using var heard = new ReportListener(port);
        await edge.StartAgainAsync();
        var (report, calling, role) = await heard.Reports.FirstAsync(TimeSpan.FromSeconds(60));

        (report.EventTypeID, report.Dataset.GetString(DicomTag.TransactionUID), calling, role).ShouldBe(((ushort)1, "1.2.3.7", EdgeUnderTest.Ae, true));
        while (edge.Get<CommitmentStore>().OpenOf("A_CT1").Count > 0)
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System);
        heard.Reports.Count.ShouldBe(1);
    }

    [Fact]
    public void Pauses_between_deliveries_grow_to_half_an_hour()
    {
        CommitmentReporter.PauseAfter(1).ShouldBe(TimeSpan.FromSeconds(5));
        CommitmentReporter.PauseAfter(4).ShouldBe(TimeSpan.FromSeconds(40));
        CommitmentReporter.PauseAfter(400).ShouldBe(TimeSpan.FromMinutes(30));
    }

    private static DicomNActionRequest Request(string? transaction, IEnumerable<(string Class, string Instance)> items, ushort action = 1)
    {
        var information = new DicomDataset().NotValidated();
        if (transaction is not null)
            information.Add(DicomTag.TransactionUID, transaction);
        information.Add(new DicomSequence(DicomTag.ReferencedSOPSequence, [.. items.Select(item => new DicomDataset
        {
            { DicomTag.ReferencedSOPClassUID, item.Class }, { DicomTag.ReferencedSOPInstanceUID, item.Instance },
        })]));
        return new DicomNActionRequest(DicomUID.StorageCommitmentPushModel, DicomUID.StorageCommitmentPushModelInstance, action) { Dataset = information };
    }

    private static async Task<(DicomStatus Status, DicomNEventReportRequest Report)> AskAsync(EdgeUnderTest edge, string transaction, IEnumerable<(string, string)> items)
    {
        var answered = new TaskCompletionSource<DicomStatus>(TaskCreationOptions.RunContinuationsAsynchronously);
        var reported = new TaskCompletionSource<DicomNEventReportRequest>(TaskCreationOptions.RunContinuationsAsynchronously);
        var request = Request(transaction, items);
        request.OnResponseReceived = (_, answer) => answered.TrySetResult(answer.Status);
        var client = edge.Client("A_CT1");
        client.ClientOptions.AssociationLingerTimeoutInMs = 60_000;
        client.OnNEventReportRequest = report =>
        {
            reported.TrySetResult(report);
            return Task.FromResult(new DicomNEventReportResponse(report, DicomStatus.Success));
        };
        await client.AddRequestAsync(request);
        using var done = new CancellationTokenSource();
        var sending = client.SendAsync(done.Token);
        var report = await reported.Task.WaitAsync(TimeSpan.FromSeconds(60));
        while (edge.Get<CommitmentStore>().OpenOf("A_CT1").Count > 0)
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System);
        await done.CancelAsync();
        await sending;
        return (await answered.Task, report);
    }
}

/// <summary>A device's own listener for reports.</summary>
internal sealed class ReportListener : IDisposable
{
    private readonly IDicomServer _server;

    public ReportListener(int port) => _server = DicomServerFactory.Create<ReportScp>("127.0.0.1", port, userState: this);

    /// <summary>Report, who called, and whether the caller took the provider's role.</summary>
    public EventCollector<(DicomNEventReportRequest Report, string CallingAe, bool Provider)> Reports { get; } = new();

    public void Dispose() => _server.Dispose();
}

internal sealed class ReportScp : DicomService, IDicomServiceProvider, IDicomNServiceProvider
{
    private bool _provider;

    public ReportScp(INetworkStream stream, Encoding fallbackEncoding, ILogger log, DicomServiceDependencies dependencies)
        : base(stream, fallbackEncoding, log, dependencies)
    {
    }

    public Task OnReceiveAssociationRequestAsync(DicomAssociation association)
    {
        foreach (var context in association.PresentationContexts)
        {
            _provider |= context.ProviderRole == true;
            context.AcceptTransferSyntaxes(DicomTransferSyntax.ExplicitVRLittleEndian, DicomTransferSyntax.ImplicitVRLittleEndian);
        }

        return SendAssociationAcceptAsync(association);
    }

    public Task OnReceiveAssociationReleaseRequestAsync() => SendAssociationReleaseResponseAsync();

    public void OnReceiveAbort(DicomAbortSource source, DicomAbortReason reason)
    {
    }

    public void OnConnectionClosed(Exception? exception)
    {
    }

    public Task<DicomNEventReportResponse> OnNEventReportRequestAsync(DicomNEventReportRequest request)
    {
        ((ReportListener)UserState).Reports.Add((request, Association.CallingAE, _provider));
        return Task.FromResult(new DicomNEventReportResponse(request, DicomStatus.Success));
    }

    public Task<DicomNActionResponse> OnNActionRequestAsync(DicomNActionRequest request) => throw new NotSupportedException();

    public Task<DicomNCreateResponse> OnNCreateRequestAsync(DicomNCreateRequest request) => throw new NotSupportedException();

    public Task<DicomNDeleteResponse> OnNDeleteRequestAsync(DicomNDeleteRequest request) => throw new NotSupportedException();

    public Task<DicomNGetResponse> OnNGetRequestAsync(DicomNGetRequest request) => throw new NotSupportedException();

    public Task<DicomNSetResponse> OnNSetRequestAsync(DicomNSetRequest request) => throw new NotSupportedException();
}
