using System.Globalization;
using System.Threading.Channels;
using Orleans;
using Regional.Imaging.Cluster;
using Regional.Link.V1;
using Regional.Patients;
using Regional.Silo.Link;
using Regional.Studies;
using PerformedStep = Regional.Link.V1.PerformedStep;

namespace Regional.Silo.Performed;

/// <summary>
/// Takes what devices say they did to the exams it belongs to (MPPS). A receipt is sent when the exam has it, or when there is none yet; where a grain
/// or the database is away, no receipt is sent, and the edge says it again on its next session.
/// </summary>
internal sealed class PerformedReception(IStudyMatching matching, IGrainFactory grains, ILogger<PerformedReception> logger) : ISessionPart
{
    public ISessionTalk Open(SiteOptions site, ChannelWriter<CentreOrder> orders) => new Talk(site.Code, matching, grains, orders, logger);

    private sealed class Talk(string site, IStudyMatching matching, IGrainFactory grains, ChannelWriter<CentreOrder> orders, ILogger logger) : ISessionTalk
    {
        private const int Tries = 5;

        /// <summary>One is under way at a time; an edge that sends more waits.</summary>
        private readonly Channel<PerformedStep> _told = Channel.CreateBounded<PerformedStep>(new BoundedChannelOptions(16) { SingleReader = true });

        public ValueTask Take(EdgeEvent told, CancellationToken cancellation) =>
            told.EventCase == EdgeEvent.EventOneofCase.Performed ? _told.Writer.WriteAsync(told.Performed, cancellation) : ValueTask.CompletedTask;

        public async Task Run(CancellationToken cancellation)
        {
            await foreach (var told in _told.Reader.ReadAllAsync(cancellation))
            {
                if (await Deliver(told, cancellation) is not { } taken)
                    continue;
                await orders.WriteAsync(
                    new CentreOrder { Performed = new PerformedReceipt { Source = told.Source, Sequence = told.Sequence, Taken = taken } }, cancellation);
            }
        }

        /// <returns>Whether an exam has it. Null: it could not be found out.</returns>
        private async Task<bool?> Deliver(PerformedStep told, CancellationToken cancellation)
        {
            var step = Read(told);
            for (var tries = 1; ; tries++)
            {
                try
                {
                    if (await matching.Route(step, cancellation) is not { } study)
                    {
                        PerformedLog.NoExam(logger, site, step.StepUid);
                        return false;
                    }

                    await grains.GetGrain<IStudyGrain>(study).StepPerformed(step);
                    PerformedLog.Taken(logger, site, step.StepUid, step.Status, study);
                    return true;
                }
                catch (Exception fault) when (fault is not OperationCanceledException)
                {
                    PerformedLog.NotDelivered(logger, fault, site, step.StepUid);
                    if (tries == Tries)
                        return false;
                }
            }
        }

        private Studies.PerformedStep Read(PerformedStep told) => new(
            told.Source, (long)Math.Min(told.Sequence, long.MaxValue), site, told.StepUid, told.CallingAe,
            told.Status switch
            {
                Regional.Link.V1.StepStatus.StepCompleted => Studies.StepStatus.Completed,
                Regional.Link.V1.StepStatus.StepDiscontinued => Studies.StepStatus.Discontinued,
                _ => Studies.StepStatus.InProgress,
            },
            told.Modality, [.. told.StudyInstanceUids], [.. told.AccessionNumbers],
            new PatientLabel(
                told.PatientName, told.PatientSex is "M" or "F" or "O" ? told.PatientSex : "U",
                DateOnly.TryParseExact(told.PatientBirthDate, "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var birth) ? birth : null),
            told.Started?.ToDateTimeOffset(), told.Ended?.ToDateTimeOffset(), Count(told.Images), Count(told.Series), Or(told.Reason), Or(told.Protocol),
            told.Dose is not { } dose ? null : new Studies.StepDose(
                dose.HasEntranceMgy ? dose.EntranceMgy : null, dose.HasAreaProductDgycm2 ? dose.AreaProductDgycm2 : null,
                dose.HasExposures ? Count(dose.Exposures) : null, dose.HasFluoroscopySeconds ? Count(dose.FluoroscopySeconds) : null,
                dose.HasDlpMgycm ? dose.DlpMgycm : null, Or(dose.Comment)),
            [.. told.Exposures.Select(e => new Studies.StepExposure(
                Or(e.Mode), e.HasKvp ? e.Kvp : null, e.HasTubeMa ? e.TubeMa : null, e.HasMilliseconds ? e.Milliseconds : null,
                e.HasCtdivolMgy ? e.CtdivolMgy : null, e.HasDlpMgycm ? e.DlpMgycm : null, Or(e.Comment)))]);

        private static int Count(uint told) => (int)Math.Min(told, int.MaxValue);

        private static string? Or(string text) => text.Length == 0 ? null : text;
    }
}
