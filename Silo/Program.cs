using Regional.Imaging.Cluster;
using Regional.Silo.Archive;
using Regional.Silo.Backup;
using Regional.Silo.Growth;
using Regional.Silo.Hosting;
using Regional.Silo.People;
using Regional.Silo.Storage;

if (CentreCommand.Parse(args) is not { } command)
{
    Console.Error.WriteLine(CentreCommand.Usage);
    return 2;
}

try
{
    if (command.Growth is { } growth)
        return await Grow(growth);
    var cluster = ClusterFile.Load(command.ClusterPath, ClusterPart.Centre);
    switch (command.Verb)
    {
        case "backup":
            return await BackupCommands.Backup(cluster, command.Folder!, TimeProvider.System, Console.Out);
        case "restore":
            return await BackupCommands.Restore(cluster, command.Folder!, Console.Out);
        case "verify":
            return await BackupCommands.Verify(cluster, TimeProvider.System, Console.Out);
        case "account":
            return await AccountDesk.Run(cluster, command.Account!, TimeProvider.System, Console.In, Console.Out);
        case "archive":
            return await ArchiveDesk.Run(cluster, command.Archive!, TimeProvider.System, Console.Out);
        case "where":
            foreach (var line in WhereAnswer.Lines(cluster))
                Console.WriteLine(line);
            return 0;
        default:
            await using (var centre = await CentreHost.Build(cluster, TimeProvider.System))
                await centre.Run();
            return 0;
    }
}
catch (Exception failure) when (failure is ClusterFileException or CentreInUseException or SchemaTooNewException
    or IOException { InnerException: Microsoft.AspNetCore.Connections.AddressInUseException })
{
    Console.Error.WriteLine(failure.Message);
    return 1;
}

static async Task<int> Grow(GrowthCommand growth)
{
    if (Directory.Exists(growth.Folder) && Directory.EnumerateFileSystemEntries(growth.Folder).Any())
    {
        Console.Error.WriteLine($"{growth.Folder} is not empty.");
        return 2;
    }

    try
    {
        await using var run = new GrowthRun(growth, Console.Out);
        return await run.Run(CancellationToken.None) || !growth.Enforce ? 0 : 1;
    }
    finally
    {
        if (Directory.Exists(growth.Folder))
            Directory.Delete(growth.Folder, recursive: true);
    }
}
