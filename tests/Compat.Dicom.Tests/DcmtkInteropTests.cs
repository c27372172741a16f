using FellowOakDicom;
using FellowOakDicom.Network;
using FellowOakDicom.Network.Client;
using Regional.Compat.Dicom.Tests.Support;
using Regional.TestKit;

namespace Regional.Compat.Dicom.Tests;

/// <summary>With the tools of DCMTK on the other side.</summary>
public class DcmtkInteropTests
{
    [SkippableFact]
    public async Task Echoscu_is_answered()
    {
        Dcmtk.Require("echoscu");
        using var server = new TestServer();
        var (exit, output) = await Dcmtk.RunAsync("echoscu", "-v", "-aec", "TESTSCP", "--repeat", "5", "127.0.0.1", $"{server.Port}");
        exit.ShouldBe(0, output);
        server.Scenario.Associations.Single().CallingAE.ShouldBe("ECHOSCU");
    }

    [SkippableTheory]
    [InlineData("--propose-implicit", 4096)]
    [InlineData("--propose-little", 16384)]
    [InlineData("--propose-big", 131072)]
    public async Task Storescu_delivers_what_it_sends(string proposal, int pdu)
    {
        Dcmtk.Require("storescu");
        using var folder = new TempFolder();
        var pixels = new byte[300_000];
        new Random(7).NextBytes(pixels);
        for (var i = 0; i < 5; i++)
            await new DicomFile(Samples.Ct($"1.2.5.{i}").AddOrUpdate(new DicomOtherWord(DicomTag.PixelData, new FellowOakDicom.IO.Buffer.MemoryByteBuffer(pixels)))).SaveAsync(folder.File($"{i}.dcm"));

        using var server = new TestServer();
        server.Options.MaxPDULength = (uint)pdu;
        var (exit, output) = await Dcmtk.RunAsync("storescu", proposal, "-pdu", "131072", "+sd", "-aec", "TESTSCP", "127.0.0.1", $"{server.Port}", folder);
        exit.ShouldBe(0, output);
        server.Scenario.Files.Count.ShouldBe(5);
        foreach (var file in server.Scenario.Files)
        {
            file!.Dataset.GetDicomItem<DicomElement>(DicomTag.PixelData).Buffer.Data.ShouldBe(pixels);
            file.Dataset.GetString(DicomTag.PatientName).ShouldBe("Zhang^San=张^三");
        }
    }

    [SkippableFact]
    public async Task Storescp_takes_what_the_client_sends()
    {
        Dcmtk.Require("storescp");
        using var folder = new TempFolder();
        var port = LoopbackPort.Free();
        using var storescp = Dcmtk.Start("storescp", "-aet", "STORESCP", "-od", folder, "+xa", $"{port}");
        try
        {
            await WaitForEchoAsync(port);
            var statuses = new List<DicomStatus>();
            var client = DicomClientFactory.Create("127.0.0.1", port, false, "TESTSCU", "STORESCP");
            client.NegotiateAsyncOps(1, 1);
            for (var i = 0; i < 5; i++)
                await client.AddRequestAsync(new DicomCStoreRequest(new DicomFile(Samples.Ct($"1.2.6.{i}"))) { OnResponseReceived = (_, response) => statuses.Add(response.Status) });
            await client.SendAsync().WaitAsync(TimeSpan.FromSeconds(30));

            statuses.Count.ShouldBe(5);
            statuses.ShouldAllBe(status => status == DicomStatus.Success);
            var received = Directory.GetFiles(folder);
            received.Length.ShouldBe(5);
            foreach (var path in received)
            {
                var dataset = DicomFile.Open(path, FileReadOption.ReadAll).Dataset;
                dataset.ShouldHold(Samples.Ct(dataset.GetString(DicomTag.SOPInstanceUID)));
            }
        }
        finally
        {
            storescp.Kill();
        }
    }

    [SkippableFact]
    public async Task Dcmdump_reads_what_is_written_in_every_syntax()
    {
        Dcmtk.Require("dcmdump");
        using var folder = new TempFolder();
        foreach (var syntax in new[]
                 {
                     DicomTransferSyntax.ImplicitVRLittleEndian, DicomTransferSyntax.ExplicitVRLittleEndian,
                     DicomTransferSyntax.ExplicitVRBigEndian, DicomTransferSyntax.DeflatedExplicitVRLittleEndian,
                 })
        {
            var dataset = new DicomDataset(syntax);
            dataset.Add(Samples.Ct());
            dataset.Add(DicomTag.ReferencedStudySequence, new DicomDataset { { DicomTag.ReferencedSOPInstanceUID, "1.2.3" } }, new DicomDataset());
            var path = folder.File(syntax.UID.UID + ".dcm");
            await new DicomFile(dataset).SaveAsync(path);
            var (exit, output) = await Dcmtk.RunAsync("dcmdump", path);
            exit.ShouldBe(0, output);
            output.ShouldContain("[P-1]");
            output.ShouldContain("PixelData");
            output.ShouldNotContain("W:");
            output.ShouldNotContain("E:");
        }
    }

    private static async Task WaitForEchoAsync(int port)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (true)
        {
            try
            {
                var client = DicomClientFactory.Create("127.0.0.1", port, false, "TESTSCU", "STORESCP");
                await client.AddRequestAsync(new DicomCEchoRequest());
                await client.SendAsync(deadline.Token);
                return;
            }
            catch (Exception) when (!deadline.IsCancellationRequested)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, deadline.Token);
            }
        }
    }
}
