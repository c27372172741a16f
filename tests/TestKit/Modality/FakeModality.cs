using System.Collections.Concurrent;
using System.Diagnostics;
using FellowOakDicom;
using FellowOakDicom.IO.Buffer;
using FellowOakDicom.Network;
using FellowOakDicom.Network.Client;
using FellowOakDicom.Network.Tls;

namespace Regional.TestKit.Modality;

/// <summary>What the receiver said to one image.</summary>
/// <param name="SopInstanceUid">The image.</param>
/// <param name="Status">C-STORE status (PS3.4 B.2.3); null when no answer came.</param>
/// <param name="Elapsed">From the begin of the association to the answer.</param>
public sealed record StoreOutcome(string SopInstanceUid, ushort? Status, TimeSpan Elapsed)
{
    public bool Stored => Status == 0;
}

/// <summary>
/// A device that sends images as a well-behaved one does, over fo-dicom's client. For misbehaviour (cut lines, half objects, odd PDUs)
/// see <see cref="RawAssociation"/>.
/// </summary>
/// <param name="tls">Given: speaks TLS.</param>
public sealed class FakeModality(string host, int port, string calledAe, string callingAe = "A_CT1", ITlsInitiator? tls = null)
{
    /// <summary>One C-ECHO; the status, or null when no answer came.</summary>
    public async Task<ushort?> EchoAsync(CancellationToken cancellation = default)
    {
        ushort? status = null;
        var request = new DicomCEchoRequest { OnResponseReceived = (_, response) => status = response.Status.Code };
        var client = DicomClientFactory.Create(host, port, tls!, callingAe, calledAe);
        await client.AddRequestAsync(request);
        await client.SendAsync(cancellation);
        return status;
    }

    /// <summary>Sends over one association; the outcomes are in the order of the files. The connection's failures are thrown.</summary>
    public async Task<IReadOnlyList<StoreOutcome>> SendAsync(IEnumerable<DicomFile> files, CancellationToken cancellation = default)
    {
        var answers = new ConcurrentDictionary<int, StoreOutcome>();
        var client = DicomClientFactory.Create(host, port, tls!, callingAe, calledAe);
        var started = Stopwatch.GetTimestamp();
        var uids = new List<string>();
        foreach (var file in files)
        {
            var index = uids.Count;
            uids.Add(file.Dataset.GetSingleValue<string>(DicomTag.SOPInstanceUID));
            await client.AddRequestAsync(new DicomCStoreRequest(file)
            {
                OnResponseReceived = (_, response) =>
                    answers[index] = new StoreOutcome(uids[index], response.Status.Code, Stopwatch.GetElapsedTime(started)),
            });
        }

        await client.SendAsync(cancellation);
        return [.. uids.Select((uid, index) => answers.GetValueOrDefault(index) ?? new StoreOutcome(uid, null, Stopwatch.GetElapsedTime(started)))];
    }

    /// <summary>A copy with the same UIDs and other pixels: what a device does that gives a number out twice.</summary>
    public static DicomFile WithOtherPixels(DicomFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        var copy = file.Clone();
        var element = copy.Dataset.GetDicomItem<DicomElement>(DicomTag.PixelData);
        var pixels = element.Buffer.Data.ToArray();
        pixels[pixels.Length / 2] ^= 0x3;
        var buffer = new MemoryByteBuffer(pixels);
        copy.Dataset.AddOrUpdate(element.ValueRepresentation == DicomVR.OB
            ? new DicomOtherByte(DicomTag.PixelData, buffer)
            : new DicomOtherWord(DicomTag.PixelData, buffer));
        return copy;
    }
}
