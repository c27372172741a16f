using System.Text;
using FellowOakDicom;
using FellowOakDicom.Network;
using FellowOakDicom.Network.Client;
using Microsoft.Extensions.Logging;
using Regional.TestKit;

namespace Regional.Compat.Dicom.Tests;

/// <summary>C-FIND, C-GET and C-MOVE, between the stand-in's own two sides.</summary>
public class QueryRetrieveTests
{
    [Fact]
    public async Task Each_answer_of_a_query_arrives_in_order_and_the_last_ends_it()
    {
        using var server = new QueryServer();
        List<DicomCFindResponse> answers = [];
        var request = DicomCFindRequest.CreateStudyQuery(patientName: "王*");
        request.Dataset.AddOrUpdate(DicomTag.SpecificCharacterSet, "GB18030");
        request.OnResponseReceived = (_, answer) => answers.Add(answer);
        await server.SendAsync(request);

        answers.Select(answer => answer.Status.Code).ShouldBe([0xFF00, 0xFF01, 0x0000]);
        answers.Take(2).Select(answer => answer.Dataset.GetString(DicomTag.PatientName)).ShouldBe(["王*", "王*"]);
        answers[^1].Dataset.ShouldBeNull();
    }

    [Theory]
    [InlineData(DicomQueryRetrieveLevel.Patient, "PATIENT")]
    [InlineData(DicomQueryRetrieveLevel.Study, "STUDY")]
    [InlineData(DicomQueryRetrieveLevel.Series, "SERIES")]
    [InlineData(DicomQueryRetrieveLevel.Image, "IMAGE")]
    public void Requests_carry_their_level(DicomQueryRetrieveLevel level, string text)
    {
        var request = new DicomCFindRequest(level);
        request.Level.ShouldBe(level);
        request.Dataset.GetString(DicomTag.QueryRetrieveLevel).ShouldBe(text);
        request.SOPClassUID.ShouldBe(level == DicomQueryRetrieveLevel.Patient
            ? DicomUID.PatientRootQueryRetrieveInformationModelFind
            : DicomUID.StudyRootQueryRetrieveInformationModelFind);
    }

    [Fact]
    public void Retrievals_name_what_they_want()
    {
        var get = new DicomCGetRequest("1.2", "1.2.3", "1.2.3.4");
        (get.Level, get.Dataset.GetString(DicomTag.SOPInstanceUID)).ShouldBe((DicomQueryRetrieveLevel.Image, "1.2.3.4"));
        var move = new DicomCMoveRequest("STATION", "1.2", "1.2.3");
        (move.Level, move.DestinationAE, move.Dataset.GetString(DicomTag.SeriesInstanceUID)).ShouldBe((DicomQueryRetrieveLevel.Series, "STATION", "1.2.3"));
        new DicomCMoveRequest("STATION", "1.2").Dataset.Contains(DicomTag.SeriesInstanceUID).ShouldBeFalse();
        Should.Throw<DicomNetworkException>(() => new DicomCFindRequest(DicomUID.Parse("1.2.840.10008.1.2.1")));
    }

    /// <summary>Unlike a handler that waits, one that ends at once leaves the reading loop free: the object's answer is read while the retrieval is pending.</summary>
    [Fact]
    public async Task Objects_of_a_get_come_on_its_own_association_and_are_answered_there()
    {
        using var server = new QueryServer();
        List<DicomCGetResponse> answers = [];
        List<string> received = [];
        var client = server.Client();
        client.AdditionalPresentationContexts.Add(DicomPresentationContext.GetScpRolePresentationContext(DicomUID.SecondaryCaptureImageStorage, DicomTransferSyntax.ExplicitVRLittleEndian));
        client.OnCStoreRequest = request =>
        {
            received.Add(request.SOPInstanceUID.UID);
            return Task.FromResult(new DicomCStoreResponse(request, DicomStatus.Success));
        };
        await client.AddRequestAsync(new DicomCGetRequest("1.2") { OnResponseReceived = (_, answer) => answers.Add(answer) });
        await client.SendAsync().WaitAsync(TimeSpan.FromSeconds(30));

        received.ShouldBe(["1.2.7.1", "1.2.7.2"]);
        answers.Select(answer => (answer.Status.Code, answer.Completed, answer.Remaining)).ShouldBe([(0xFF00, 1, 1), (0x0000, 2, 0)]);
    }

    [Fact]
    public async Task Counts_of_a_move_are_carried()
    {
        using var server = new QueryServer();
        List<DicomCMoveResponse> answers = [];
        await server.SendAsync(new DicomCMoveRequest("STATION", "1.2") { OnResponseReceived = (_, answer) => answers.Add(answer) });
        var last = answers.Single();
        (last.Status.Code, last.Completed, last.Failures, last.Warnings, last.Remaining).ShouldBe(((ushort)0xB000, 3, 2, 1, 0));
        last.ToString().ShouldContain("Failures:\t2");
    }
}

/// <summary>A server that answers every query with two matches, has two objects to give, and says how a move of six went.</summary>
internal sealed class QueryServer : IDisposable
{
    private readonly IDicomServer _server;
    private readonly int _port = LoopbackPort.Free();

    public QueryServer() => _server = DicomServerFactory.Create<QueryScp>("127.0.0.1", _port);

    public IDicomClient Client() => DicomClientFactory.Create("127.0.0.1", _port, useTls: false, "TESTSCU", "TESTSCP");

    public async Task SendAsync(DicomRequest request)
    {
        var client = Client();
        await client.AddRequestAsync(request);
        await client.SendAsync().WaitAsync(TimeSpan.FromSeconds(30));
    }

    public void Dispose() => _server.Dispose();
}

internal sealed class QueryScp : DicomService, IDicomServiceProvider, IDicomCFindProvider, IDicomCGetProvider, IDicomCMoveProvider
{
    public QueryScp(INetworkStream stream, Encoding fallbackEncoding, ILogger log, DicomServiceDependencies dependencies)
        : base(stream, fallbackEncoding, log, dependencies)
    {
    }

    public Task OnReceiveAssociationRequestAsync(DicomAssociation association)
    {
        foreach (var context in association.PresentationContexts) context.AcceptTransferSyntaxes(DicomTransferSyntax.ExplicitVRLittleEndian, DicomTransferSyntax.ImplicitVRLittleEndian);
        return SendAssociationAcceptAsync(association);
    }

    public Task OnReceiveAssociationReleaseRequestAsync() => SendAssociationReleaseResponseAsync();

    public void OnReceiveAbort(DicomAbortSource source, DicomAbortReason reason)
    {
    }

    public void OnConnectionClosed(Exception exception)
    {
    }

    public async IAsyncEnumerable<DicomCFindResponse> OnCFindRequestAsync(DicomCFindRequest request)
    {
        foreach (var status in new[] { DicomStatus.Pending, DicomStatus.QueryRetrieveOptionalKeysNotSupported })
        {
            await Task.Yield();
            yield return new DicomCFindResponse(request, status)
            {
                Dataset = new DicomDataset { { DicomTag.SpecificCharacterSet, "ISO_IR 192" }, { DicomTag.PatientName, request.Dataset.GetString(DicomTag.PatientName) } },
            };
        }

        yield return new DicomCFindResponse(request, DicomStatus.Success);
    }

    public IAsyncEnumerable<DicomCGetResponse> OnCGetRequestAsync(DicomCGetRequest request)
    {
        _ = GiveAsync(request);
        return AsyncEnumerable.Empty<DicomCGetResponse>();
    }

    public async IAsyncEnumerable<DicomCMoveResponse> OnCMoveRequestAsync(DicomCMoveRequest request)
    {
        await Task.Yield();
        yield return new DicomCMoveResponse(request, DicomStatus.QueryRetrieveSubOpsOneOrMoreFailures) { Completed = 3, Failures = 2, Warnings = 1, Remaining = 0 };
    }

    private async Task GiveAsync(DicomCGetRequest request)
    {
        for (var i = 1; i <= 2; i++)
        {
            var answered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var dataset = new DicomDataset(DicomTransferSyntax.ExplicitVRLittleEndian)
            {
                { DicomTag.SOPClassUID, DicomUID.SecondaryCaptureImageStorage }, { DicomTag.SOPInstanceUID, $"1.2.7.{i}" },
            };
            await SendRequestAsync(new DicomCStoreRequest(new DicomFile(dataset)) { OnResponseReceived = (_, _) => answered.SetResult() });
            await answered.Task;
            await SendResponseAsync(new DicomCGetResponse(request, i == 2 ? DicomStatus.Success : DicomStatus.Pending) { Completed = i, Remaining = 2 - i });
        }
    }
}
