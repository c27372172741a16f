using Regional.Imaging.Cluster;
using Regional.Silo.Backup;
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
