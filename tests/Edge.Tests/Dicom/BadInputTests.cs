using System.Buffers.Binary;
using System.Diagnostics;
using System.Net.Sockets;
using Regional.Edge.Dicom;
using Regional.Edge.Tests.Support;
using Regional.TestKit.Modality;

namespace Regional.Edge.Tests.Dicom;

/// <summary>
/// What must be survived (issue 2, "Bad input"): each refused in the protocol's terms, memory flat, others served within a second, nothing
/// stored, no file beside the product's own.
/// </summary>
public sealed class BadInputTests
{
    private const byte Abort = 7;
    private const byte ByProvider = 2;
    private const ushort CannotUnderstand = 0xC000;
    private const string ExplicitLittleEndian = "1.2.840.10008.1.2.1";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Http_on_the_dicom_port_is_aborted()
    {
        await using var test = await Started.EdgeAsync();
        await using var line = await RawAssociation.ConnectAsync(test.Edge.DicomPort);
        await line.Stream.WriteAsync("GET / HTTP/1.1\r\nHost: edge\r\n\r\n"u8.ToArray());
        (await AbortOf(line)).ShouldBe((ByProvider, (byte)2), "unexpected PDU");
    }

    [Theory]
    [InlineData(0xFFFFFFFFu)]
    [InlineData(0x7FFFFFF0u)]
    public async Task Absurd_pdu_length_is_aborted_before_and_after_the_association(uint length)
    {
        await using var test = await Started.EdgeAsync();
        await using var before = await RawAssociation.ConnectAsync(test.Edge.DicomPort);
        await before.Stream.WriteAsync(Header(1, length));
        (await AbortOf(before)).ShouldBe((ByProvider, (byte)6), "invalid PDU parameter value");

        await using var after = await test.AssociatedAsync();
        await after.Stream.WriteAsync(Header(4, length));
        (await AbortOf(after)).ShouldBe((ByProvider, (byte)6));
    }

    [Fact]
    public async Task Unknown_pdu_type_is_aborted()
    {
        await using var test = await Started.EdgeAsync();
        await using var line = await test.AssociatedAsync();
        await line.SendPduAsync(0x2A, new byte[4]);
        (await AbortOf(line)).ShouldBe((ByProvider, (byte)1), "unrecognised PDU");
    }

    /// <summary>A command without an end: parsers gather commands in memory, so the guard bounds it before them.</summary>
    [Fact]
    public async Task Endless_command_is_aborted_at_the_bound()
    {
        await using var test = await Started.EdgeAsync();
        await using var line = await test.AssociatedAsync();
        var value = new byte[6 + (16 << 10)];
        BinaryPrimitives.WriteUInt32BigEndian(value, (uint)value.Length - 4);
        (value[4], value[5]) = (1, 1);
        for (var sent = 0; sent <= 64 << 10; sent += 16 << 10)
            await line.SendPduAsync(4, value);
        (await AbortOf(line)).ShouldBe((ByProvider, (byte)6), "invalid PDU parameter value");
    }

    /// <summary>A data set without an end is cut at the bound; on its way it costs neither memory nor disk.</summary>
    [Fact]
    public async Task Endless_data_is_aborted_at_the_bound()
    {
        await using var test = await Started.EdgeAsync(new GuardOptions { MaxDataSet = 192 << 20 });
        await using var line = await test.AssociatedAsync();
        var fragment = new byte[200 << 10];
        await line.StoreAsync(DataSetText.SecondaryCapture, "2.25.1", new byte[32 << 10], new RawStore { StopAfter = 16 << 10 });
        var sent = 0L;
        var ended = AbortOf(line);
        try
        {
            while (!ended.IsCompleted && sent < 1L << 30)
            {
                await line.SendFragmentAsync(fragment, isLast: false);
                sent += fragment.Length;
                if (sent % (50 << 20) < fragment.Length)
                    await test.EchoAsync();
            }
        }
        catch (IOException)
        {
            // The edge has closed while more was coming.
        }

        sent.ShouldBeLessThan(1L << 30);
        await ended.WaitAsync(Patience).ContinueWith(_ => { }, TaskScheduler.Default);
        Directory.GetFiles(test.Edge.Folder, "*.spool", SearchOption.AllDirectories).ShouldBeEmpty();
    }

    [Fact]
    public async Task Two_hundred_half_open_sockets_leave_room_for_others()
    {
        await using var test = await Started.EdgeAsync();
        List<RawAssociation> open = [];
        for (var i = 0; i < 200; i++)
        {
            var line = await RawAssociation.ConnectAsync(test.Edge.DicomPort);
            if (i % 2 == 0)
                await line.Stream.WriteAsync(Header(1, 200));
            open.Add(line);
        }

        await test.EchoAsync();
        foreach (var line in open)
            await line.DisposeAsync();
    }

    /// <summary>A caller that never asks for its association is closed when ARTIM is over (PS3.8 §9.1.5).</summary>
    [Fact]
    public async Task Half_open_sockets_are_closed_in_time()
    {
        await using var test = await Started.EdgeAsync(new GuardOptions { AssociateWithin = TimeSpan.FromMilliseconds(300) });
        List<RawAssociation> open = [];
        for (var i = 0; i < 20; i++)
            open.Add(await RawAssociation.ConnectAsync(test.Edge.DicomPort));
        foreach (var line in open)
        {
            (await EndOf(line).WaitAsync(Patience)).ShouldBeTrue();
            await line.DisposeAsync();
        }
    }

    [Fact]
    public async Task Too_many_connections_are_closed_and_room_comes_back()
    {
        await using var test = await Started.EdgeAsync(new GuardOptions { MaxConnections = 8 });
        List<RawAssociation> open = [];
        for (var i = 0; i < 8; i++)
            open.Add(await RawAssociation.ConnectAsync(test.Edge.DicomPort));
        await using (var ninth = await RawAssociation.ConnectAsync(test.Edge.DicomPort))
            (await EndOf(ninth).WaitAsync(Patience)).ShouldBeTrue();
        foreach (var line in open)
            await line.DisposeAsync();
        await test.WhenEchoedAsync();
    }

    [Fact]
    public async Task Element_length_beyond_the_end_is_not_understood()
    {
        await using var test = await Started.EdgeAsync();
        var bytes = DataSetText.Of("2.25.2").Long(0x7FE0, 0x0010, "OW", 0xFFFFFFF0, new byte[16]).Bytes;
        (await test.StoreAsync("2.25.2", bytes)).ShouldBe(CannotUnderstand);
    }

    [Theory]
    [InlineData(50)]
    [InlineData(5_000)]
    [InlineData(100_000)]
    public async Task Deep_nesting_is_not_understood(int depth)
    {
        await using var test = await Started.EdgeAsync();
        var bytes = DataSetText.Of("2.25.3").Nested(depth).Bytes;
        (await test.StoreAsync("2.25.3", bytes)).ShouldBe(CannotUnderstand);
    }

    /// <summary>Every prefix of a real object: whatever is cut within an element, or lacks a UID, is refused; nothing is half stored.</summary>
    [Fact]
    public async Task Truncated_data_sets_are_not_understood()
    {
        await using var test = await Started.EdgeAsync();
        var image = StoreTests.Small(41);
        var bytes = RawAssociation.DataSetBytes(image.File);
        var random = new Random(41);
        await using var line = await test.AssociatedAsync("1.2.840.10008.5.1.4.1.1.1.1");
        for (var i = 0; i < 60; i++)
        {
            // An even length: PDVs carry no odd ones (PS3.8 annex E).
            var cut = random.Next(1, bytes.Length / 2) * 2;
            if (i < 20)
                cut = random.Next(1, 400) * 2;
            (await line.StoreAsync("1.2.840.10008.5.1.4.1.1.1.1", image.SopInstanceUid, bytes.AsMemory(0, cut))).ShouldBe(CannotUnderstand, $"cut at {cut}");
        }

        await test.EchoAsync();
    }

    [Theory]
    [InlineData("../../a")]
    [InlineData("/etc/passwd")]
    [InlineData("1.2.3\0.4")]
    [InlineData("1..2")]
    [InlineData("1.2.")]
    [InlineData("x")]
    [InlineData("12345678901234567890.12345678901234567890.1234567890123456789012345")]
    public async Task A_uid_that_is_none_is_refused_wherever_it_stands(string uid)
    {
        await using var test = await Started.EdgeAsync();
        await test.RefusedAsync(uid, DataSetText.Of(uid).Bytes);
        await test.RefusedAsync("2.25.4", DataSetText.Of(uid).Bytes);
        await test.RefusedAsync(uid, DataSetText.Of("2.25.4").Bytes);
        await test.RefusedAsync("2.25.4", DataSetText.Of("2.25.4", study: uid).Bytes);
        await test.RefusedAsync("2.25.4", DataSetText.Of("2.25.4", series: uid).Bytes);
        await test.RefusedAsync("2.25.4", DataSetText.Of("2.25.4", sopClass: uid).Bytes);
    }

    [Fact]
    public async Task An_object_other_than_announced_is_refused_with_A900()
    {
        await using var test = await Started.EdgeAsync();
        (await test.StoreAsync("2.25.5", DataSetText.Of("2.25.6").Bytes)).ShouldBe((ushort)0xA900);
    }

    /// <summary>Seeded noise and seeded damage of a real request, three hundred connections.</summary>
    [Fact]
    public async Task Garbage_never_stops_the_listener()
    {
        await using var test = await Started.EdgeAsync();
        // The network library reports as an error what it could not read.
        test.Edge.Logs.Expect(typeof(DicomListener).FullName!);
        var random = new Random(42);
        for (var i = 0; i < 300; i++)
        {
            await using var line = await RawAssociation.ConnectAsync(test.Edge.DicomPort);
            var bytes = new byte[random.Next(1, 4000)];
            random.NextBytes(bytes);
            if (i % 2 == 0)
                Header(1, (uint)(bytes.Length < 6 ? 0 : bytes.Length - 6)).CopyTo(bytes.AsMemory(0, Math.Min(6, bytes.Length)).Span);
            try
            {
                await line.Stream.WriteAsync(bytes);
                if (i % 3 == 0)
                    line.Cut();
            }
            catch (IOException)
            {
                // Aborted while the rest was on its way.
            }
        }

        await test.WhenEchoedAsync();
    }

    private static byte[] Header(byte type, uint length)
    {
        var header = new byte[6];
        header[0] = type;
        BinaryPrimitives.WriteUInt32BigEndian(header.AsSpan(2), length);
        return header;
    }

    private static async Task<(byte Source, byte Reason)> AbortOf(RawAssociation line)
    {
        using var patience = new CancellationTokenSource(Patience);
        var (type, body) = await line.ReadPduAsync(patience.Token);
        type.ShouldBe(Abort);
        return (body[2], body[3]);
    }

    private static async Task<bool> EndOf(RawAssociation line)
    {
        try
        {
            return await line.Stream.ReadAsync(new byte[1]) == 0;
        }
        catch (IOException reset) when (reset.InnerException is SocketException)
        {
            return true;
        }
    }

    /// <summary>An edge whose memory and answers to others are looked at when the test is over.</summary>
    private sealed class Started(EdgeUnderTest edge, long memory) : IAsyncDisposable
    {
        private const long MemoryBound = 256L << 20;
        private static readonly TimeSpan EchoBound = TimeSpan.FromSeconds(1);

        public EdgeUnderTest Edge => edge;

        public static async Task<Started> EdgeAsync(GuardOptions? guard = null)
        {
            var edge = await EdgeUnderTest.StartAsync(new EdgeSetup { Seams = seams => seams with { Guard = guard ?? seams.Guard } });
            (await edge.Modality.EchoAsync()).ShouldBe((ushort)0);
            return new Started(edge, WorkingSet());
        }

        public async Task<RawAssociation> AssociatedAsync(string sopClass = DataSetText.SecondaryCapture)
        {
            var line = await RawAssociation.ConnectAsync(edge.DicomPort);
            (await line.OpenAsync(EdgeUnderTest.Ae, "A_CT1", sopClass, ExplicitLittleEndian)).ShouldBeTrue();
            return line;
        }

        public async Task<ushort?> StoreAsync(string sopInstanceUid, byte[] dataSet)
        {
            await using var line = await AssociatedAsync();
            using var patience = new CancellationTokenSource(Patience);
            return await line.StoreAsync(DataSetText.SecondaryCapture, sopInstanceUid, dataSet, cancellation: patience.Token);
        }

        /// <summary>A failure status or an abort, never Success.</summary>
        public async Task RefusedAsync(string announced, byte[] dataSet)
        {
            ushort? status;
            try
            {
                status = await StoreAsync(announced, dataSet);
            }
            catch (IOException)
            {
                status = null;
            }

            status.ShouldNotBe((ushort)0);
        }

        /// <summary>Another caller's C-ECHO, answered within a second. The best of three: a machine that does ten things at once may delay one.</summary>
        public async Task EchoAsync()
        {
            var best = TimeSpan.MaxValue;
            for (var i = 0; i < 3 && best > EchoBound; i++)
            {
                var began = Stopwatch.GetTimestamp();
                (await edge.Modality.EchoAsync()).ShouldBe((ushort)0);
                var took = Stopwatch.GetElapsedTime(began);
                best = took < best ? took : best;
            }

            best.ShouldBeLessThan(EchoBound);
        }

        /// <summary>Connections that were closed give their places back as soon as the edge has noticed.</summary>
        public async Task WhenEchoedAsync()
        {
            using var patience = new CancellationTokenSource(Patience);
            while (true)
            {
                try
                {
                    if (await edge.Modality.EchoAsync(patience.Token) == 0)
                        return;
                }
                catch (Exception closed) when (closed is IOException or FellowOakDicom.Network.DicomNetworkException or FellowOakDicom.Network.DicomAssociationAbortedException)
                {
                    patience.Token.ThrowIfCancellationRequested();
                }
            }
        }

        public async ValueTask DisposeAsync()
        {
            await WhenEchoedAsync();
            await EchoAsync();
            (await edge.StoredInstancesAsync()).ShouldBe(0);
            (WorkingSet() - memory).ShouldBeLessThan(MemoryBound);
            await edge.DisposeAsync();
        }

        private static long WorkingSet()
        {
            GC.Collect();
            return Environment.WorkingSet;
        }
    }
}
