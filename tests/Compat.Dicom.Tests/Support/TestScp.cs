using System.Collections.Concurrent;
using System.Text;
using FellowOakDicom;
using FellowOakDicom.Network;
using FellowOakDicom.Network.Client;
using FellowOakDicom.Network.Tls;
using Microsoft.Extensions.Logging;
using Regional.TestKit;

namespace Regional.Compat.Dicom.Tests.Support;

/// <summary>What a server under test does and what it saw.</summary>
internal sealed class Scenario
{
    public bool KeepRawBytes { get; init; }

    public DicomTransferSyntax[] Syntaxes { get; init; } = [.. DicomTransferSyntax.KnownEntries];

    public Func<DicomAssociation, (DicomRejectResult, DicomRejectSource, DicomRejectReason)?> Reject { get; init; } = _ => null;

    public Func<DicomCStoreRequest, Task<DicomStatus>> OnStore { get; set; } = _ => Task.FromResult(DicomStatus.Success);

    public Action<DicomFile> OnReceiveStream { get; init; } = _ => { };

    public ConcurrentQueue<DicomAssociation> Associations { get; } = new();

    public ConcurrentQueue<(DicomFileMetaInformation Meta, byte[] Bytes)> Raw { get; } = new();

    public ConcurrentQueue<DicomFile?> Files { get; } = new();

    public EventCollector<Exception?> Closed { get; } = new();

    public EventCollector<DicomAbortReason> Aborts { get; } = new();

    public ConcurrentQueue<Exception> StoreFailures { get; } = new();
}

internal sealed class TestScp : DicomService, IDicomServiceProvider, IDicomCEchoProvider, IDicomCStoreProvider
{
    private DicomFileMetaInformation? _meta;
    private MemoryStream? _raw;

    public TestScp(INetworkStream stream, Encoding fallbackEncoding, ILogger log, DicomServiceDependencies dependencies)
        : base(stream, fallbackEncoding, log, dependencies)
    {
    }

    private Scenario Scenario => (Scenario)UserState;

    public Task OnReceiveAssociationRequestAsync(DicomAssociation association)
    {
        Scenario.Associations.Enqueue(association);
        if (Scenario.Reject(association) is var (result, source, reason)) return SendAssociationRejectAsync(result, source, reason);
        foreach (var context in association.PresentationContexts) context.AcceptTransferSyntaxes(Scenario.Syntaxes);
        return SendAssociationAcceptAsync(association);
    }

    public Task OnReceiveAssociationReleaseRequestAsync() => SendAssociationReleaseResponseAsync();

    public void OnReceiveAbort(DicomAbortSource source, DicomAbortReason reason) => Scenario.Aborts.Add(reason);

    public void OnConnectionClosed(Exception exception) => Scenario.Closed.Add(exception);

    public Task<DicomCEchoResponse> OnCEchoRequestAsync(DicomCEchoRequest request) =>
        Task.FromResult(new DicomCEchoResponse(request, DicomStatus.Success));

    public async Task<DicomCStoreResponse> OnCStoreRequestAsync(DicomCStoreRequest request)
    {
        if (_raw is not null) Scenario.Raw.Enqueue((_meta!, _raw.ToArray()));
        _raw = null;
        Scenario.Files.Enqueue(request.File);
        return new DicomCStoreResponse(request, await Scenario.OnStore(request));
    }

    public Task OnCStoreRequestExceptionAsync(string tempFileName, Exception e)
    {
        Scenario.StoreFailures.Enqueue(e);
        return Task.CompletedTask;
    }

    protected override void CreateCStoreReceiveStream(DicomFile file)
    {
        Scenario.OnReceiveStream(file);
        if (!Scenario.KeepRawBytes)
        {
            base.CreateCStoreReceiveStream(file);
            return;
        }

        _meta = file.FileMetaInfo;
        _dimseStream = _raw = new MemoryStream();
        _dimseStreamFile = null;
    }

    protected override DicomFile GetCStoreDicomFile() => Scenario.KeepRawBytes ? null! : base.GetCStoreDicomFile();
}

/// <summary>A server on a free port of the loopback address.</summary>
internal sealed class TestServer : IDisposable
{
    private readonly IDicomServer _server;

    public TestServer(Scenario? scenario = null, Action<DicomServerOptions>? configure = null, ITlsAcceptor? tls = null)
    {
        Scenario = scenario ?? new Scenario();
        Port = LoopbackPort.Free();
        _server = DicomServerFactory.Create<TestScp>("127.0.0.1", Port, tlsAcceptor: tls, userState: Scenario, configure: configure);
        _server.IsListening.ShouldBeTrue();
    }

    public Scenario Scenario { get; }

    public int Port { get; }

    public DicomServiceOptions Options => _server.Options;

    public IDicomClient Client(string calling = "TESTSCU") => DicomClientFactory.Create("127.0.0.1", Port, useTls: false, calling, "TESTSCP");

    /// <summary>The server still answers: what every bad-input test asks at its end.</summary>
    public async Task ShouldEchoAsync()
    {
        DicomStatus? status = null;
        var client = Client("ECHO");
        await client.AddRequestAsync(new DicomCEchoRequest { OnResponseReceived = (_, response) => status = response.Status });
        await client.SendAsync().WaitAsync(TimeSpan.FromSeconds(30));
        status.ShouldBe(DicomStatus.Success);
    }

    public void Dispose() => _server.Dispose();
}
