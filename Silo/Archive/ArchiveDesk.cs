using Microsoft.Extensions.Logging.Abstractions;
using Regional.Imaging;
using Regional.Imaging.Cluster;
using Regional.Imaging.Packs;
using Regional.Imaging.Storage;
using Regional.Imaging.Upkeep;
using Regional.Portal.Audit;
using Regional.Silo.Backup;
using Regional.Silo.Storage;

namespace Regional.Silo.Archive;

/// <summary>
/// The archive's work at the console. A running centre owns its archive: then it refuses. Deletions are audited before they happen, with the
/// reason, by the account of the machine.
/// </summary>
internal static class ArchiveDesk
{
    private const int LongestReason = 64;

    public static async Task<int> Run(
        ClusterFile cluster, ArchiveCommand command, TimeProvider time, TextWriter say, CancellationToken cancellation = default)
    {
        if (command.Action == "delete" && Fault(command) is { } fault)
        {
            await say.WriteLineAsync(fault);
            return 2;
        }

        using var own = CentreLock.Take(cluster);
        await using var database = CentreArchive.Database(cluster);
        var alarms = new ConsoleAlarms(say);
        if (command.Action == "rebuild-index")
        {
            await ImageArchive.RebuildIndexAsync(
                CentreArchive.Options(cluster), DiskFileLayer.Instance, database, alarms, time, NullLoggerFactory.Instance, cancellation);
            await using var rebuilt = await CentreArchive.Open(cluster, database, alarms, time, NullLoggerFactory.Instance, cancellation);
            var totals = await rebuilt.Index.GetTotalsAsync(cancellation);
            await say.WriteLineAsync($"Rebuilt from the packs: {totals.Studies:N0} studies, {totals.Instances:N0} instances.");
            return 0;
        }

        await using var archive = await CentreArchive.Open(cluster, database, alarms, time, NullLoggerFactory.Instance, cancellation);
        if (command.Action == "delete")
            return await Delete(cluster, archive, command, time, say, cancellation);
        var options = command.Action == "compact"
            ? new CompactionOptions { DeadShare = 0, BytesPerSecond = 0 }
            : new CompactionOptions { DeadShare = 1, BytesPerSecond = 0 };
        var report = await archive.CompactAsync(options, null, cancellation);
        await say.WriteLineAsync(
            $"{report.PacksBefore} packs became {report.PacksAfter}, {report.BytesGivenBack:N0} bytes given back, {report.Abandoned} groups left as they are.");
        return report.Abandoned == 0 ? 0 : 1;
    }

    private static async Task<int> Delete(
        ClusterFile cluster, ImageArchive archive, ArchiveCommand command, TimeProvider time, TextWriter say, CancellationToken cancellation)
    {
        if (await archive.Index.GetStudyAsync(command.Study, cancellation) is not { } study)
        {
            await say.WriteLineAsync("No study of that UID is in the archive; nothing has changed.");
            return 1;
        }

        await using var storage = await CentreStorage.Open(cluster, time);
        await new AuditLog(storage.Data).Write(
            new AuditEntry(
                time.GetUtcNow(), "console:" + Environment.UserName, study.Site, "archive.delete", command.Study, Success: true, command.Reason, ""),
            cancellation);
        if (!await archive.DeleteAsync(command.Study, "", "", command.Reason, cancellation))
        {
            await say.WriteLineAsync("The archive cannot write at present; nothing has changed.");
            return 1;
        }

        await say.WriteLineAsync($"Deleted: {study.InstanceCount:N0} instances, {study.Bytes:N0} bytes. The space comes back with the next compaction.");
        return 0;
    }

    private static string? Fault(ArchiveCommand command)
    {
        if (!UidRule.IsValid(command.Study))
            return "--study must be a UID.";
        return command.Reason.Length is 0 or > LongestReason || !command.Reason.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.')
            ? "--reason must be a short code of letters, digits, hyphens and full stops."
            : null;
    }

    private sealed class ConsoleAlarms(TextWriter say) : IPackAlarms
    {
        public void Raise(PackAlarm alarm) => say.WriteLine($"ALARM {alarm.Kind} pack {alarm.Position.Pack} offset {alarm.Position.Offset} {alarm.SopInstanceUid}");
    }
}
