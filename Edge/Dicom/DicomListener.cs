using System.Net;
using FellowOakDicom;
using FellowOakDicom.Network;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Regional.Edge.Dicom;

/// <summary>The DICOM listener of the site; plain text where no acceptor is given.</summary>
internal sealed class DicomListener(
    IDicomServerFactory servers, StorageContext context, IPEndPoint endpoint, DicomTlsAcceptor? tls, GuardOptions guard, TimeProvider time,
    ILogger<DicomListener> logger)
    : IHostedService, IDisposable
{
    private IDicomServer? _server;

    public bool IsListening => _server is { IsListening: true };

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _server = servers.Create<StorageReceiver>(
            endpoint.Address.ToString(), endpoint.Port, tls, DicomEncoding.GetEncoding("GB18030"), logger: logger, userState: context);
        _server.Options.MaxPDULength = guard.MaxDataPdu;
        _server.Options.TcpNoDelay = true;
        if (_server.Exception is { } failed)
            throw new IOException($"The DICOM listener cannot use {endpoint}.", failed);
        DicomLog.Listening(logger, context.AeTitle, endpoint.Address.ToString(), endpoint.Port);
        if (tls is not null)
            DicomLog.TlsListening(logger, tls.Mutual);
        return Task.CompletedTask;
    }

    /// <summary>Ends when the port is free again, or the host has no more patience.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        _server?.Stop();
        while (IsListening && !cancellationToken.IsCancellationRequested)
            await Task.Delay(TimeSpan.FromMilliseconds(5), time, CancellationToken.None);
    }

    public void Dispose()
    {
        _server?.Dispose();
        tls?.Dispose();
    }
}
