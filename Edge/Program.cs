using Regional.Edge.Hosting;
using Regional.Imaging.Cluster;

if (EdgeCommand.Parse(args) is not { } command)
{
    Console.Error.WriteLine("Usage: Regional.Edge run --cluster cluster.yaml --site CODE");
    return 2;
}

try
{
    await using var edge = await EdgeHost.Build(ClusterFile.Load(command.ClusterPath), command.Site, TimeProvider.System);
    await edge.Run();
    return 0;
}
catch (ClusterFileException faults)
{
    Console.Error.WriteLine(faults.Message);
    return 1;
}
