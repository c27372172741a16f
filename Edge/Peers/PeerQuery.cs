using FellowOakDicom;
using FellowOakDicom.Network;

namespace Regional.Edge.Peers;

/// <summary>A study that a peer has.</summary>
internal sealed record PeerStudy(
    string StudyInstanceUid, string StudyDate, string Modalities, string PatientId, string PatientName, string AccessionNumber, string Description, int? Instances);

/// <summary>What to look for; null matches all. Names and ids as DICOM writes them, wildcards allowed.</summary>
internal sealed record PeerCriteria(
    DateOnly? From = null, DateOnly? To = null, string? Modality = null, string? PatientId = null, string? PatientName = null, string? AccessionNumber = null)
{
    public bool IsEmpty => this == new PeerCriteria();
}

/// <summary>Asks a peer by C-FIND in the study root (PS3.4 §C.4.1) as an SCU.</summary>
internal sealed class PeerQuery(RemoteBook remotes)
{
    /// <summary>Answers that one query is read to; more is a query too wide.</summary>
    private const int MostAnswers = 20_000;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <exception cref="PeerAwayException">The peer cannot be reached, refuses, or answers with a failure.</exception>
    public async Task<IReadOnlyList<PeerStudy>> StudiesAsync(RemoteAe peer, PeerCriteria wanted, CancellationToken cancellation)
    {
        var request = Request(DicomQueryRetrieveLevel.Study);
        var keys = request.Dataset;
        keys.AddOrUpdate(DicomTag.StudyDate, wanted.From is null && wanted.To is null ? "" : $"{wanted.From:yyyyMMdd}-{wanted.To:yyyyMMdd}");
        keys.AddOrUpdate(DicomTag.ModalitiesInStudy, wanted.Modality ?? "");
        keys.AddOrUpdate(DicomTag.PatientID, wanted.PatientId ?? "");
        keys.AddOrUpdate(DicomTag.PatientName, wanted.PatientName ?? "");
        keys.AddOrUpdate(DicomTag.AccessionNumber, wanted.AccessionNumber ?? "");
        keys.AddOrUpdate(DicomTag.StudyDescription, "");
        keys.AddOrUpdate(DicomTag.StudyInstanceUID, "");
        keys.AddOrUpdate(DicomTag.NumberOfStudyRelatedInstances, "");
        var found = await FindAsync(peer, request, cancellation);
        // A peer that does not know ModalitiesInStudy as a key answers with all: those that it says are others are left out here.
        return [.. found.Select(Study).Where(study => study.StudyInstanceUid.Length > 0
            && (wanted.Modality is null || study.Modalities.Length == 0 || study.Modalities.Split('\\').Contains(wanted.Modality)))];
    }

    /// <summary>The instances of a study by their series.</summary>
    /// <inheritdoc cref="StudiesAsync"/>
    public async Task<IReadOnlyList<(string Series, string Instance)>> InstancesAsync(RemoteAe peer, string study, CancellationToken cancellation)
    {
        var series = Request(DicomQueryRetrieveLevel.Series);
        series.Dataset.AddOrUpdate(DicomTag.StudyInstanceUID, study);
        series.Dataset.AddOrUpdate(DicomTag.SeriesInstanceUID, "");
        List<(string, string)> instances = [];
        foreach (var uid in (await FindAsync(peer, series, cancellation)).Select(answer => Text(answer, DicomTag.SeriesInstanceUID)).Where(uid => uid.Length > 0))
        {
            var images = Request(DicomQueryRetrieveLevel.Image);
            images.Dataset.AddOrUpdate(DicomTag.StudyInstanceUID, study);
            images.Dataset.AddOrUpdate(DicomTag.SeriesInstanceUID, uid);
            images.Dataset.AddOrUpdate(DicomTag.SOPInstanceUID, "");
            instances.AddRange((await FindAsync(peer, images, cancellation)).Select(answer => (uid, Text(answer, DicomTag.SOPInstanceUID))));
        }

        return instances;
    }

    private static DicomCFindRequest Request(DicomQueryRetrieveLevel level)
    {
        var request = new DicomCFindRequest(DicomUID.StudyRootQueryRetrieveInformationModelFind, level);
        request.Dataset.NotValidated();
        request.Dataset.AddOrUpdate(DicomTag.SpecificCharacterSet, "ISO_IR 192");
        return request;
    }

    private async Task<List<DicomDataset>> FindAsync(RemoteAe peer, DicomCFindRequest request, CancellationToken cancellation)
    {
        List<DicomDataset> found = [];
        DicomStatus? last = null;
        request.OnResponseReceived = (_, answer) =>
        {
            if (answer.Status.State != DicomState.Pending)
                last = answer.Status;
            else if (answer.HasDataset && found.Count <= MostAnswers)
                found.Add(answer.Dataset);
        };
        var client = remotes.Dial(peer);
        client.ServiceOptions.RequestTimeout = Patience;
        // Old archives answer in the charset of their country without saying so.
        client.FallbackEncoding = DicomEncoding.GetEncoding("GB18030");
        await client.AddRequestAsync(request);
        try
        {
            await client.SendAsync(cancellation);
        }
        catch (Exception failure) when (!cancellation.IsCancellationRequested)
        {
            throw new PeerAwayException(PeerFailure.Word(failure));
        }

        cancellation.ThrowIfCancellationRequested();
        return last is null ? throw new PeerAwayException("NoAnswer")
            : last.State != DicomState.Success ? throw new PeerAwayException($"Status {last.Code:X4}")
            : found.Count > MostAnswers ? throw new PeerAwayException("TooManyAnswers")
            : found;
    }

    private static PeerStudy Study(DicomDataset answer) => new(
        Text(answer, DicomTag.StudyInstanceUID), Text(answer, DicomTag.StudyDate), Text(answer, DicomTag.ModalitiesInStudy), Text(answer, DicomTag.PatientID),
        Text(answer, DicomTag.PatientName), Text(answer, DicomTag.AccessionNumber), Text(answer, DicomTag.StudyDescription),
        int.TryParse(Text(answer, DicomTag.NumberOfStudyRelatedInstances), out var count) ? count : null);

    private static string Text(DicomDataset answer, DicomTag tag) => answer.TryGetString(tag, out var text) ? text.Trim(' ', '\0') : "";
}
