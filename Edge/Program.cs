using Regional.Edge.Hosting;
using Regional.Edge.Peers;
using Regional.Imaging.Cluster;

try
{
    if (PeerCommand.Parse(args) is { } asked)
        return await asked.RunAsync(Console.Out);
    if (EdgeCommand.Parse(args) is not { } command)
    {
        Console.Error.WriteLine("Usage: Regional.Edge run --cluster cluster.yaml --site CODE\n" + PeerCommand.Usage);
        return 2;
    }

    await using var edge = await EdgeHost.Build(ClusterFile.Load(command.ClusterPath, ClusterPart.Edge(command.Site)), command.Site);
    await edge.Run();
    return 0;
}
catch (Exception fault) when (fault is ClusterFileException or EdgeInUseException or IOException)
{
    Console.Error.WriteLine(fault.Message);
    return 1;
}
