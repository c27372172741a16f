using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Regional.Silo.Archive;
using Regional.Silo.Backup;
using Regional.Silo.Storage;
using Regional.Silo.Tests.Hosting;
using Regional.Silo.Tests.Storage;
using Regional.Studies;
using Regional.TestKit.Phantoms;

namespace Regional.Silo.Tests.Backup;

public sealed class BackupTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Backed_up_while_running_destroyed_restored_and_verified(bool onPostgres)
    {
        using var region = new SmallRegion(onPostgres ? await postgres.NewDatabase() : null);
        var backup = Path.Combine(region.Folder, "backup");
        var kept = new PhantomStudy(new StudyRecipe { Seed = 21, Images = 4 });
        var later = new PhantomStudy(new StudyRecipe { Seed = 22, Images = 2 });

        var host = await region.Start();
        await host.Archive.Receive(kept);
        var study = (await host.Exam(kept.StudyInstanceUid, 4)).StudyId;
        (await Run(say => BackupCommands.Backup(region.Cluster, backup, TimeProvider.System, say))).Code.ShouldBe(0);
        await host.Archive.Receive(later);
        await host.Exam(later.StudyInstanceUid, 2);
        await SmallRegion.Stop(host);
        SqliteConnection.ClearAllPools();

        // A restore never overwrites.
        var refused = await Run(say => BackupCommands.Restore(region.Cluster, backup, say));
        refused.Code.ShouldBe(1);
        refused.Said.ShouldContain("never overwrites");

        Directory.Delete(region.Cluster.CentreFolder, recursive: true);
        if (onPostgres)
            File.WriteAllText(Path.Combine(region.Folder, "connection"), await postgres.NewDatabase());
        var restored = await Run(say => BackupCommands.Restore(region.Cluster, backup, say));
        restored.Code.ShouldBe(0, restored.Said);
        var verified = await Run(say => BackupCommands.Verify(region.Cluster, TimeProvider.System, say));
        verified.Code.ShouldBe(0, verified.Said);
        verified.Said.ShouldContain("4 instances");

        host = await region.Start();
        try
        {
            (await host.Exam(kept.StudyInstanceUid, 4)).StudyId.ShouldBe(study);
            (await host.App.Services.GetRequiredService<IGrainFactory>().GetGrain<IStudyGrain>(study).Get()).Succeeded.ShouldBeTrue();
            (await host.Archive.Index.GetStudyAsync(later.StudyInstanceUid, default)).ShouldBeNull();

            // The archive goes on where the backup ended, and what came after it may come again.
            await host.Archive.Receive(later);
            await host.Exam(later.StudyInstanceUid, 2);
        }
        finally
        {
            await SmallRegion.Stop(host);
        }
    }

    [Fact]
    public async Task A_damaged_or_unfinished_backup_is_refused()
    {
        using var region = new SmallRegion();
        var backup = Path.Combine(region.Folder, "backup");
        var host = await region.Start();
        await host.Archive.Receive(new PhantomStudy(new StudyRecipe { Seed = 23, Images = 1 }));
        (await Run(say => BackupCommands.Backup(region.Cluster, backup, TimeProvider.System, say))).Code.ShouldBe(0);
        (await Run(say => BackupCommands.Backup(region.Cluster, backup, TimeProvider.System, say))).Said.ShouldContain("not empty");
        await SmallRegion.Stop(host);
        SqliteConnection.ClearAllPools();
        Directory.Delete(region.Cluster.CentreFolder, recursive: true);

        Flip(Path.Combine(backup, "grains.db"));
        (await Run(say => BackupCommands.Restore(region.Cluster, backup, say))).Said.ShouldContain("is damaged");
        File.Delete(Path.Combine(backup, "manifest.json"));
        (await Run(say => BackupCommands.Restore(region.Cluster, backup, say))).Said.ShouldContain("is no backup");
    }

    [Fact]
    public async Task Verify_finds_a_flipped_bit_in_a_pack_and_a_projection_that_runs_ahead()
    {
        using var region = new SmallRegion();
        var phantom = new PhantomStudy(new StudyRecipe { Seed = 24, Images = 2 });
        var host = await region.Start();
        await host.Archive.Receive(phantom);
        var study = (await host.Exam(phantom.StudyInstanceUid, 2)).StudyId;
        (await Run(say => BackupCommands.Verify(region.Cluster, TimeProvider.System, say))).Said.ShouldContain("stop it first");
        await SmallRegion.Stop(host);
        SqliteConnection.ClearAllPools();
        (await Run(say => BackupCommands.Verify(region.Cluster, TimeProvider.System, say))).Code.ShouldBe(0);

        Flip(Directory.GetFiles(CentreArchive.PackFolder(region.Cluster), "*.pack")[0]);
        await using (var data = new SqliteDatabase(CentreStorage.CentrePath(region.Cluster)))
            await data.Write(connection => connection.Execute("UPDATE studies SET version = version + 5 WHERE study_id = @id", ("id", study)));

        var (code, said) = await Run(say => BackupCommands.Verify(region.Cluster, TimeProvider.System, say));
        code.ShouldBe(1);
        said.ShouldContain("record damaged");
        said.ShouldContain($"{study}: projection");
    }

    private static async Task<(int Code, string Said)> Run(Func<TextWriter, Task<int>> command)
    {
        await using var say = new StringWriter();
        var code = await command(say);
        return (code, say.ToString());
    }

    private static void Flip(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite);
        file.Position = file.Length / 2;
        var value = file.ReadByte();
        file.Position--;
        file.WriteByte((byte)(value ^ 0x10));
    }
}
