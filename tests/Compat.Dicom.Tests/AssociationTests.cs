using System.Collections.Concurrent;
using FellowOakDicom;
using FellowOakDicom.Network;
using FellowOakDicom.Network.Client;
using FellowOakDicom.Network.Tls;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Regional.Compat.Dicom.Tests.Support;
using Regional.TestKit;
using Regional.TestKit.Tls;

namespace Regional.Compat.Dicom.Tests;

/// <summary>Client and server of this library with one another (PS3.7, PS3.8).</summary>
public class AssociationTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Echo_is_answered_and_the_association_released()
    {
        using var server = new TestServer();
        var released = 0;
        var client = server.Client();
        client.AssociationReleased += (_, _) => released++;
        await client.AddRequestAsync(new DicomCEchoRequest());
        await client.SendAsync().WaitAsync(Patience);

        released.ShouldBe(1);
        (await server.Scenario.Closed.FirstAsync()).ShouldBeNull();
        var association = server.Scenario.Associations.Single();
        association.CallingAE.ShouldBe("TESTSCU");
        association.CalledAE.ShouldBe("TESTSCP");
        association.MaximumPDULength.ShouldBe(262144u);
        association.RemoteImplementationVersion.ShouldBe(DicomImplementation.Version);
    }

    [Fact]
    public async Task Objects_arrive_whole_and_statuses_return()
    {
        using var server = new TestServer();
        var answers = new ConcurrentDictionary<string, DicomStatus>();
        server.Scenario.OnStore = request => Task.FromResult(request.SOPInstanceUID.UID.EndsWith('7')
            ? new DicomStatus(DicomStatus.StorageStorageOutOfResources, "disk full")
            : DicomStatus.Success);
        var client = server.Client();
        for (var i = 0; i < 20; i++)
        {
            var request = new DicomCStoreRequest(new DicomFile(Samples.Ct($"1.2.3.{i}")));
            request.OnResponseReceived += (sent, response) => answers[sent.SOPInstanceUID.UID] = response.Status;
            await client.AddRequestAsync(request);
        }

        await client.SendAsync().WaitAsync(Patience);
        answers.Count.ShouldBe(20);
        answers["1.2.3.7"].Code.ShouldBe((ushort)0xA700);
        answers["1.2.3.7"].ErrorComment.ShouldBe("disk full");
        answers["1.2.3.8"].ShouldBe(DicomStatus.Success);
        server.Scenario.Associations.Count.ShouldBe(1);
        server.Scenario.Files.Select((file, i) => file!.Dataset.Equals(Samples.Ct($"1.2.3.{i}"))).ShouldAllBe(same => same);
        server.Scenario.Files.First()!.FileMetaInfo.SourceApplicationEntityTitle.ShouldBe("TESTSCU");
    }

    [Fact]
    public async Task A_receive_stream_gets_the_bytes_of_the_data_set_and_nothing_else()
    {
        using var server = new TestServer(new Scenario { KeepRawBytes = true });
        var file = new DicomFile(Samples.Ct().AddOrUpdate(new DicomOtherByte(DicomTag.PixelData, new byte[700_000])));
        var client = server.Client();
        await client.AddRequestAsync(new DicomCStoreRequest(file));
        await client.SendAsync().WaitAsync(Patience);

        var (meta, bytes) = server.Scenario.Raw.Single();
        var whole = Samples.Bytes(file);
        whole.AsSpan(whole.Length - bytes.Length).SequenceEqual(bytes).ShouldBeTrue();
        Samples.Open(whole[^bytes.Length..]).Dataset.ShouldHold(file.Dataset);
        meta.MediaStorageSOPInstanceUID.ShouldBe(file.FileMetaInfo.MediaStorageSOPInstanceUID);
        meta.TransferSyntax.ShouldBe(DicomTransferSyntax.ExplicitVRLittleEndian);
        server.Scenario.Files.Single().ShouldBeNull("the receiver keeps the bytes: there is no file");
    }

    [Theory]
    [InlineData(0u)]
    [InlineData(128u)]
    [InlineData(4096u)]
    [InlineData(131072u)]
    public async Task Any_maximum_length_is_kept(uint maximum)
    {
        using var server = new TestServer(new Scenario { KeepRawBytes = true });
        server.Options.MaxPDULength = maximum;
        var client = server.Client();
        await client.AddRequestAsync(new DicomCStoreRequest(new DicomFile(Samples.Ct().AddOrUpdate(new DicomOtherByte(DicomTag.PixelData, new byte[50_000])))));
        await client.SendAsync().WaitAsync(Patience);
        server.Scenario.Raw.Single().Bytes.Length.ShouldBeGreaterThan(50_000);
    }

    [Fact]
    public async Task Operations_run_side_by_side_when_negotiated()
    {
        using var server = new TestServer();
        var client = server.Client();
        client.NegotiateAsyncOps(8, 1);
        var done = 0;
        for (var i = 0; i < 50; i++) await client.AddRequestAsync(new DicomCStoreRequest(new DicomFile(Samples.Ct($"1.2.4.{i}"))) { OnResponseReceived = (_, _) => Interlocked.Increment(ref done) });
        await client.SendAsync().WaitAsync(Patience);
        done.ShouldBe(50);
        server.Scenario.Associations.Single().MaxAsyncOpsInvoked.ShouldBe(8);
    }

    [Fact]
    public async Task Requests_are_spread_over_associations_when_limited()
    {
        using var server = new TestServer();
        var client = server.Client();
        client.ClientOptions.MaximumNumberOfRequestsPerAssociation = 3;
        for (var i = 0; i < 7; i++) await client.AddRequestAsync(new DicomCEchoRequest());
        await client.SendAsync().WaitAsync(Patience);
        server.Scenario.Associations.Count.ShouldBe(3);
    }

    [Fact]
    public async Task A_refusal_reaches_the_caller_with_its_reason()
    {
        using var server = new TestServer(new Scenario
        {
            Reject = _ => (DicomRejectResult.Permanent, DicomRejectSource.ServiceUser, DicomRejectReason.CalledAENotRecognized),
        });
        var client = server.Client();
        await client.AddRequestAsync(new DicomCEchoRequest());
        var refusal = await Should.ThrowAsync<DicomAssociationRejectedException>(() => client.SendAsync().WaitAsync(Patience));
        refusal.RejectReason.ShouldBe(DicomRejectReason.CalledAENotRecognized);
        refusal.RejectResult.ShouldBe(DicomRejectResult.Permanent);
    }

    [Fact]
    public async Task A_class_nobody_accepts_fails_without_being_sent()
    {
        using var server = new TestServer(new Scenario { Syntaxes = [DicomTransferSyntax.JPEG2000Lossless] });
        DicomStatus? status = null;
        var client = server.Client();
        await client.AddRequestAsync(new DicomCStoreRequest(new DicomFile(Samples.Ct())) { OnResponseReceived = (_, response) => status = response.Status });
        await client.SendAsync().WaitAsync(Patience);
        status.ShouldBe(DicomStatus.SOPClassNotSupported);
        server.Scenario.Files.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_handler_that_fails_aborts_its_association_only()
    {
        using var server = new TestServer();
        server.Scenario.OnStore = _ => throw new InvalidOperationException("on purpose");
        var client = server.Client();
        await client.AddRequestAsync(new DicomCStoreRequest(new DicomFile(Samples.Ct())));
        await Should.ThrowAsync<DicomAssociationAbortedException>(() => client.SendAsync().WaitAsync(Patience));
        (await server.Scenario.Closed.FirstAsync()).ShouldBeOfType<InvalidOperationException>();
        await server.ShouldEchoAsync();
    }

    [Fact]
    public async Task An_object_that_cannot_be_parsed_is_answered_by_a_failure()
    {
        using var server = new TestServer();
        var deep = Samples.Ct();
        for (var (level, i) = (deep, 0); i < 200; i++)
        {
            var next = new DicomDataset();
            level.Add(DicomTag.ReferencedSeriesSequence, next);
            level = next;
        }

        var statuses = new ConcurrentQueue<DicomStatus>();
        var client = server.Client();
        foreach (var dataset in new[] { deep, Samples.Ct() })
            await client.AddRequestAsync(new DicomCStoreRequest(new DicomFile(dataset)) { OnResponseReceived = (_, response) => statuses.Enqueue(response.Status) });
        await client.SendAsync().WaitAsync(Patience);
        statuses.Select(status => status.Code).ShouldBe([DicomStatus.ProcessingFailure.Code, DicomStatus.Success.Code]);
        server.Scenario.StoreFailures.Single().ShouldBeOfType<DicomFileException>();
    }

    [Fact]
    public async Task Cancelling_ends_the_association_as_asked()
    {
        using var server = new TestServer();
        using var cancellation = new CancellationTokenSource();
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var hold = new TaskCompletionSource<DicomStatus>(TaskCreationOptions.RunContinuationsAsynchronously);
        server.Scenario.OnStore = _ =>
        {
            reached.TrySetResult();
            return hold.Task;
        };
        var client = server.Client();
        await client.AddRequestAsync(new DicomCStoreRequest(new DicomFile(Samples.Ct())));
        var sending = client.SendAsync(cancellation.Token, DicomClientCancellationMode.ImmediatelyAbortAssociation);
        await reached.Task.WaitAsync(Patience);
        await cancellation.CancelAsync();
        await sending.WaitAsync(Patience);
        hold.SetResult(DicomStatus.Success);
        await server.Scenario.Closed.FirstAsync();
    }

    [Fact]
    public async Task A_silent_peer_times_out()
    {
        using var server = new TestServer(new Scenario { OnStore = _ => new TaskCompletionSource<DicomStatus>().Task });
        var client = server.Client();
        client.ServiceOptions.RequestTimeout = TimeSpan.FromMilliseconds(300);
        client.ClientOptions.AssociationReleaseTimeoutInMs = 200;
        var (late, told) = (0, 0);
        client.RequestTimedOut += (_, _) => told++;
        await client.AddRequestAsync(new DicomCStoreRequest(new DicomFile(Samples.Ct())) { OnTimeout = (_, _) => late++ });
        await client.SendAsync().WaitAsync(Patience);
        (late, told).ShouldBe((1, 1));
    }

    [Fact]
    public async Task A_peer_that_never_answers_the_request_is_given_up()
    {
        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        var client = DicomClientFactory.Create("127.0.0.1", ((System.Net.IPEndPoint)listener.LocalEndpoint).Port, false, "A", "B");
        client.ClientOptions.AssociationRequestTimeoutInMs = 100;
        var attempts = 0;
        client.AssociationRequestTimedOut += (_, _) => attempts++;
        await client.AddRequestAsync(new DicomCEchoRequest());
        await Should.ThrowAsync<DicomAssociationRequestTimedOutException>(() => client.SendAsync().WaitAsync(Patience));
        attempts.ShouldBe(3);
    }

    [Fact]
    public async Task Nobody_listening_is_told_as_the_original_tells_it()
    {
        var client = DicomClientFactory.Create("127.0.0.1", LoopbackPort.Free(), false, "A", "B");
        await client.AddRequestAsync(new DicomCEchoRequest());
        (await Should.ThrowAsync<AggregateException>(() => client.SendAsync().WaitAsync(Patience))).InnerException.ShouldBeOfType<System.Net.Sockets.SocketException>();
    }

    [Fact]
    public async Task A_disk_that_fails_aborts_the_association_and_is_not_taken_for_a_lost_connection()
    {
        using var server = new TestServer(new Scenario { OnReceiveStream = _ => throw new IOException("No space left on device") });
        var client = server.Client();
        await client.AddRequestAsync(new DicomCStoreRequest(new DicomFile(Samples.Ct())));
        await Should.ThrowAsync<DicomAssociationAbortedException>(() => client.SendAsync().WaitAsync(Patience));
        (await server.Scenario.Closed.FirstAsync()).ShouldBeOfType<IOException>();
        await server.ShouldEchoAsync();
    }

    [Fact]
    public async Task A_server_that_stops_ends_what_is_under_way()
    {
        var server = new TestServer();
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var hold = new TaskCompletionSource<DicomStatus>(TaskCreationOptions.RunContinuationsAsynchronously);
        server.Scenario.OnStore = _ =>
        {
            reached.TrySetResult();
            return hold.Task;
        };
        var client = server.Client();
        await client.AddRequestAsync(new DicomCStoreRequest(new DicomFile(Samples.Ct())));
        var sending = client.SendAsync();
        await reached.Task.WaitAsync(Patience);
        server.Dispose();
        await Should.ThrowAsync<ConnectionClosedPrematurelyException>(() => sending.WaitAsync(Patience));
        hold.SetResult(DicomStatus.Success);
    }

    [Fact]
    public async Task Clients_beyond_the_limit_wait_for_their_turn()
    {
        using var server = new TestServer(configure: options => options.MaxClientsAllowed = 2);
        await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => server.ShouldEchoAsync())).WaitAsync(Patience);
        server.Scenario.Associations.Count.ShouldBe(6);
    }

    [Fact]
    public async Task A_network_manager_of_ones_own_stands_between_socket_and_service()
    {
        var services = new ServiceCollection();
        services.AddFellowOakDicom().AddNetworkManager<CountingNetworkManager>();
        await using var provider = services.BuildServiceProvider();
        var port = LoopbackPort.Free();
        using var server = provider.GetRequiredService<IDicomServerFactory>().Create<TestScp>("127.0.0.1", port, userState: new Scenario());
        var client = DicomClientFactory.Create("127.0.0.1", port, false, "A", "B");
        await client.AddRequestAsync(new DicomCEchoRequest());
        await client.SendAsync().WaitAsync(Patience);
        ((CountingNetworkManager)provider.GetRequiredService<INetworkManager>()).BytesRead.ShouldBeGreaterThan(200);
    }

    [Fact]
    public async Task Tls_is_spoken_on_both_sides()
    {
        using var authority = new TestAuthority();
        using var certificate = authority.Issue("localhost");
        using var server = new TestServer(tls: new DefaultTlsAcceptor(certificate));
        (await EchoOverTls(server)).ShouldBe(DicomStatus.Success);
    }

    /// <summary>
    /// As in the original, DefaultTlsAcceptor makes the handshake within accepting: a silent peer holds up everybody until its time is over. Whoever
    /// cannot have that brings an acceptor that does not wait.
    /// </summary>
    [Fact]
    public async Task A_silent_peer_holds_up_the_default_acceptor_until_its_time_is_over()
    {
        using var authority = new TestAuthority();
        using var certificate = authority.Issue("localhost");
        var acceptor = new DefaultTlsAcceptor(certificate) { SslHandshakeTimeout = TimeSpan.FromSeconds(1) };
        using var server = new TestServer(tls: acceptor);
        using var silent = new System.Net.Sockets.TcpClient("127.0.0.1", server.Port);

        var began = System.Diagnostics.Stopwatch.GetTimestamp();
        (await EchoOverTls(server)).ShouldBe(DicomStatus.Success);
        System.Diagnostics.Stopwatch.GetElapsedTime(began).ShouldBeGreaterThan(TimeSpan.FromMilliseconds(700));
    }

    private static async Task<DicomStatus?> EchoOverTls(TestServer server)
    {
        var client = DicomClientFactory.Create("127.0.0.1", server.Port, new DefaultTlsInitiator { IgnoreSslPolicyErrors = true }, "A", "B");
        DicomStatus? status = null;
        await client.AddRequestAsync(new DicomCEchoRequest { OnResponseReceived = (_, response) => status = response.Status });
        await client.SendAsync().WaitAsync(Patience);
        return status;
    }

    [Fact]
    public void A_port_in_use_is_refused()
    {
        using var server = new TestServer();
        Should.Throw<DicomNetworkException>(() => DicomServerFactory.Create<DicomCEchoProvider>("127.0.0.1", server.Port));
        using var taken = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        taken.Start();
        var port = ((System.Net.IPEndPoint)taken.LocalEndpoint).Port;
        Should.Throw<DicomNetworkException>(() => DicomServerFactory.Create<DicomCEchoProvider>("127.0.0.1", port)).InnerException.ShouldNotBeNull();
    }

    [Theory]
    [InlineData(0xA700, "Failure")]
    [InlineData(0xA799, "Failure")]
    [InlineData(0xB000, "Warning")]
    [InlineData(0xC123, "Failure")]
    [InlineData(0xFF00, "Pending")]
    [InlineData(0xFE00, "Cancel")]
    [InlineData(0x0000, "Success")]
    [InlineData(0x0110, "Failure")]
    public void Statuses_are_known_by_code(int code, string state)
    {
        var status = DicomStatus.Lookup((ushort)code);
        status.State.ToString().ShouldBe(state);
        status.Code.ShouldBe((ushort)code);
    }

    private sealed class CountingNetworkManager : DesktopNetworkManager, INetworkManager
    {
        private long _bytesRead;

        public long BytesRead => Interlocked.Read(ref _bytesRead);

        INetworkListener INetworkManager.CreateNetworkListener(string ipAddress, int port) =>
            new Listener(((INetworkManager)new DesktopNetworkManager()).CreateNetworkListener(ipAddress, port), count => Interlocked.Add(ref _bytesRead, count));

        private sealed class Listener(INetworkListener inner, Action<int> count) : INetworkListener
        {
            public Task StartAsync() => inner.StartAsync();

            public void Stop() => inner.Stop();

            public async Task<INetworkStream> AcceptNetworkStreamAsync(
                ITlsAcceptor tlsAcceptor, bool noDelay, int? receiveBufferSize, int? sendBufferSize, ILogger logger, CancellationToken token) =>
                await inner.AcceptNetworkStreamAsync(tlsAcceptor, noDelay, receiveBufferSize, sendBufferSize, logger, token) is { } stream
                    ? new CountingStream(stream, count)
                    : null!;
        }

        private sealed class CountingStream(INetworkStream inner, Action<int> count) : Stream, INetworkStream
        {
            public string RemoteHost => inner.RemoteHost;

            public string LocalHost => inner.LocalHost;

            public int RemotePort => inner.RemotePort;

            public int LocalPort => inner.LocalPort;

            public override bool CanRead => true;

            public override bool CanSeek => false;

            public override bool CanWrite => true;

            public override long Length => throw new NotSupportedException();

            public override long Position
            {
                get => throw new NotSupportedException();
                set => throw new NotSupportedException();
            }

            public Stream AsStream() => this;

            public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
            {
                var read = await inner.AsStream().ReadAsync(buffer, cancellationToken);
                count(read);
                return read;
            }

            public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
                inner.AsStream().WriteAsync(buffer, cancellationToken);

            public override void Flush()
            {
            }

            public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

            public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

            public override void SetLength(long value) => throw new NotSupportedException();

            public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

            protected override void Dispose(bool disposing)
            {
                if (disposing) inner.Dispose();
                base.Dispose(disposing);
            }
        }
    }
}
