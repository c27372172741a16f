using FellowOakDicom;
using FellowOakDicom.Network;

namespace Regional.Edge.Dicom;

/// <summary>How far a retrieval is (PS3.4 §C.4.2.1.6 to C.4.2.1.9).</summary>
internal sealed class SubOperations(int total)
{
    private const int MostListed = 1000;

    private readonly List<string> _failed = [];

    public int Total => total;

    public int Completed { get; private set; }

    public int Warnings { get; private set; }

    public int Failures => _failed.Count;

    public int Remaining => total - Completed - Warnings - Failures;

    public void Count(string sopInstanceUid, DicomStatus status)
    {
        if (status.State == DicomState.Success)
            Completed++;
        else if (status.State == DicomState.Warning)
            Warnings++;
        else
            _failed.Add(sopInstanceUid);
    }

    /// <summary>What a retrieval that came to its end is answered: all well, some not, or none at all.</summary>
    public DicomStatus End() => Failures == 0 && Warnings == 0 ? DicomStatus.Success
        : Failures == total ? DicomStatus.QueryRetrieveUnableToPerformSuboperations
        : DicomStatus.QueryRetrieveSubOpsOneOrMoreFailures;

    /// <summary>
    /// The instances that failed (0008,0058), which every last answer but Success carries; null where none did. As many as the value's length of 16 bits
    /// allows.
    /// </summary>
    public DicomDataset? FailedInstances() =>
        Failures == 0 ? null : new DicomDataset().NotValidated().Add(DicomTag.FailedSOPInstanceUIDList, [.. _failed.Take(MostListed)]);
}

/// <summary>One answer to a retrieval: Pending between sub-operations, then the last.</summary>
/// <param name="Counts">Null: refused before the first sub-operation.</param>
internal sealed record RetrievalStep(DicomStatus Status, SubOperations? Counts, DicomTag? Offending = null)
{
    /// <summary>What remains is said only while something does (PS3.7 §9.1.3.1.6).</summary>
    private bool Continues => Status.State is DicomState.Pending or DicomState.Cancel;

    /// <summary>The counters are elements of the command alike in C-GET and C-MOVE (PS3.7 tables 9.3-7 and 9.3-9).</summary>
    public T CountIn<T>(T response)
        where T : DicomResponse
    {
        Name(response);
        if (Counts is null)
            return response;
        Put(DicomTag.NumberOfCompletedSuboperations, Counts.Completed);
        Put(DicomTag.NumberOfFailedSuboperations, Counts.Failures);
        Put(DicomTag.NumberOfWarningSuboperations, Counts.Warnings);
        if (Continues)
            Put(DicomTag.NumberOfRemainingSuboperations, Counts.Remaining);
        return response;

        void Put(DicomTag counter, int count) => response.Command.AddOrUpdate(counter, (ushort)count);
    }

    private void Name(DicomResponse response)
    {
        if (Offending is not null)
            response.Command.AddOrUpdate(DicomTag.OffendingElement, Offending);
        if (Status.State is not (DicomState.Pending or DicomState.Success) && Counts?.FailedInstances() is { } failed)
            response.Dataset = failed;
    }
}

/// <summary>Sends one image after the other somewhere.</summary>
internal interface IImageSender : IAsyncDisposable
{
    /// <summary>How often a pending answer goes out while one image is under way; infinite where the images themselves keep the line of the asker busy.</summary>
    TimeSpan Heartbeat { get; }

    /// <summary>Why nothing can be sent at all; null: it can. Called once, before the first image.</summary>
    Task<DicomStatus?> OpenAsync(IReadOnlyList<WantedImage> images, CancellationToken cancellation);

    /// <summary>The status of the sub-operation; failure where the peer does not take the image as it is stored.</summary>
    Task<DicomStatus> SendAsync(WantedImage image, CancellationToken cancellation);
}
