using System.CommandLine;
using System.Net.Sockets;
using FellowOakDicom.Network;
using Regional.Load;
using Regional.Load.Portal;
using Regional.Load.Region;

try
{
    return await Commands.Root().Parse(args).InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
}
catch (UsageException wrong)
{
    await Console.Error.WriteLineAsync(wrong.Message);
    return 2;
}
catch (Exception failure) when (failure is SocketException or IOException or DicomNetworkException or HttpRequestException or PortalRefusedException)
{
    // The other side is not there, or refused: said in a line, a stack trace tells the caller nothing.
    await Console.Error.WriteLineAsync(failure.Message);
    return 1;
}
