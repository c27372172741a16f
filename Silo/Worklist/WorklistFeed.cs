using System.Collections.Concurrent;
using System.Threading.Channels;
using Google.Protobuf.WellKnownTypes;
using Regional.Imaging.Cluster;
using Regional.Link.V1;
using Regional.Silo.Link;
using Regional.Silo.Storage;

namespace Regional.Silo.Worklist;

/// <summary>
/// Keeps an edge's copy of its site's worklist (PS3.4 §K; R4.2.2-1): the edge says where it stands, and gets what came after that, or everything
/// where the centre cannot say what that is, and at the first session since the centre started. One update is under way at a time, and the next goes when the edge has said where it stands now.
/// </summary>
internal sealed class WorklistFeed(WorklistReader reader, WorklistSignal signal, TimeProvider time, ILogger<WorklistFeed> logger) : ISessionPart
{
    /// <summary>
    /// Sites that have everything from this process: once each, since a centre that was restored from a backup may count again what an edge has
    /// heard otherwise.
    /// </summary>
    private readonly ConcurrentDictionary<string, bool> _whole = new(StringComparer.Ordinal);

    public ISessionTalk Open(SiteOptions site, ChannelWriter<CentreOrder> orders) => new Talk(site.Code, _whole, reader, signal, orders, time, logger);

    private sealed class Talk(
        string site, ConcurrentDictionary<string, bool> whole, WorklistReader reader, WorklistSignal signal, ChannelWriter<CentreOrder> orders, TimeProvider time,
        ILogger logger) : ISessionTalk
    {
        private const int PageSize = 200;

        /// <summary>How often the feed is looked at without a signal: it may have been moved by another silo.</summary>
        private static readonly TimeSpan Look = TimeSpan.FromSeconds(2);

        private static readonly TimeSpan AfterFault = TimeSpan.FromSeconds(5);

        // The newest position is the only one that counts.
        private readonly Channel<WorklistPosition> _told = Channel.CreateBounded<WorklistPosition>(
            new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });

        private bool _sentWhole;

        public ValueTask Take(EdgeEvent told, CancellationToken cancellation) =>
            told.EventCase == EdgeEvent.EventOneofCase.Worklist ? _told.Writer.WriteAsync(told.Worklist, cancellation) : ValueTask.CompletedTask;

        public async Task Run(CancellationToken cancellation)
        {
            while (true)
            {
                var position = await _told.Reader.ReadAsync(cancellation);
                if (_sentWhole && position.Epoch.Length > 0)
                    whole.TryAdd(site, true);
                try
                {
                    while (!await Send(position, cancellation))
                    {
                    }
                }
                catch (Exception fault) when (fault is System.Data.Common.DbException or IOException)
                {
                    // The database is away: the edge keeps what it has, and the same position is looked at again.
                    WorklistLog.NotRead(logger, fault, site);
                    await Task.Delay(AfterFault, time, cancellation);
                    _told.Writer.TryWrite(position);
                }
            }
        }

        /// <returns>True when the edge is to say where it stands; false to look again.</returns>
        private async Task<bool> Send(WorklistPosition position, CancellationToken cancellation)
        {
            var moved = signal.Next(site);
            var head = await reader.Head(site, cancellation);
            var stands = (long)Math.Min(position.Version, long.MaxValue);
            var hadWhole = _sentWhole || whole.ContainsKey(site);
            if (!hadWhole || position.Epoch != head.Epoch || stands > head.Feed || stands < head.Forgotten)
            {
                await SendAll(head, cancellation);
                return true;
            }

            if (stands < head.Feed)
            {
                await SendChanges(head, stands, cancellation);
                return true;
            }

            using var looked = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            var asked = _told.Reader.WaitToReadAsync(looked.Token).AsTask();
            await Task.WhenAny(moved, asked, Task.Delay(Look, time, looked.Token));
            var newer = asked.IsCompletedSuccessfully;
            await looked.CancelAsync();
            cancellation.ThrowIfCancellationRequested();
            return newer;
        }

        private async Task SendAll(WorklistHead head, CancellationToken cancellation)
        {
            var (after, part, count) = (0L, 0u, 0);
            while (true)
            {
                var page = await reader.After(site, after, head.Feed, waitingOnly: true, PageSize, cancellation);
                var update = new WorklistUpdate
                {
                    Site = site, Epoch = head.Epoch, Version = (ulong)head.Feed, Snapshot = true, Part = part++, Last = page.Count < PageSize,
                };
                update.Entries.AddRange(page.Select(change => Wire(change.Item!)));
                await orders.WriteAsync(new CentreOrder { Worklist = update }, cancellation);
                count += page.Count;
                if (update.Last)
                    break;
                after = page[^1].Feed;
            }

            _sentWhole = true;
            WorklistLog.Snapshot(logger, site, count, head.Feed);
        }

        private async Task SendChanges(WorklistHead head, long from, CancellationToken cancellation)
        {
            var page = await reader.After(site, from, head.Feed, waitingOnly: false, PageSize, cancellation);
            var update = new WorklistUpdate
            {
                Site = site, Epoch = head.Epoch, From = (ulong)from, Version = (ulong)(page.Count == PageSize ? page[^1].Feed : head.Feed),
            };
            foreach (var change in page)
            {
                if (change.Item is { } item)
                    update.Entries.Add(Wire(item));
                else
                    update.Removed.Add(change.StudyId);
            }

            await orders.WriteAsync(new CentreOrder { Worklist = update }, cancellation);
        }

        private static WorklistEntry Wire(WorklistItem item)
        {
            var exam = item.Exam;
            return new WorklistEntry
            {
                StudyId = exam.StudyId, AccessionNumber = exam.AccessionNumber, StudyInstanceUid = exam.StudyInstanceUid,
                PatientId = item.PatientNumber, PatientIdIssuer = item.Issuer, PatientName = exam.Patient.Name, PatientPinyin = item.Pinyin ?? "",
                PatientSex = exam.Patient.Sex,
                PatientBirthDate = exam.Patient.BirthDate?.ToString("yyyyMMdd", System.Globalization.CultureInfo.InvariantCulture) ?? "",
                Item = exam.Item, Modality = exam.Modality, BodyPart = exam.BodyPart ?? "", Side = exam.Side ?? "", StationAe = exam.StationAe ?? "",
                Starts = Timestamp.FromDateTimeOffset(exam.Starts), Purpose = exam.Purpose ?? "", Diagnosis = exam.Diagnosis ?? "", Flags = { exam.Flags },
                Priority = exam.Priority switch
                {
                    Studies.Priority.Emergency => Priority.Emergency,
                    Studies.Priority.Urgent => Priority.Urgent,
                    _ => Priority.Routine,
                },
            };
        }
    }
}
