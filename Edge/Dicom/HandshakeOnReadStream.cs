using System.Net.Security;
using System.Security.Authentication;
using Microsoft.Extensions.Logging;

namespace Regional.Edge.Dicom;

/// <summary>
/// TLS over an accepted connection, as server; the handshake is part of the first read. A peer that fails it meets the end of the stream and is
/// logged, as is due to what a peer does. How long it may take is the guard's affair, which disposes this when the association is late. Nothing is
/// written before: the caller of an association speaks first (PS3.8 §9.2).
/// </summary>
internal sealed class HandshakeOnReadStream(Stream plain, SslServerAuthenticationOptions options, string remote, ILogger logger)
    : LayeredStream(new SslStream(plain, leaveInnerStreamOpen: false))
{
    private volatile bool _refused;

    private SslStream Secure => (SslStream)Below;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (!Secure.IsAuthenticated && !await Handshake(cancellationToken))
            return 0;
        return await Secure.ReadAsync(buffer, cancellationToken);
    }

    private async Task<bool> Handshake(CancellationToken cancellation)
    {
        if (_refused)
            return false;
        try
        {
            await Secure.AuthenticateAsServerAsync(options, cancellation);
            return true;
        }
        catch (AuthenticationException unfit)
        {
            // Plain text, an old protocol, no certificate or a stranger's.
            DicomLog.TlsRefused(logger, remote, unfit.GetBaseException().Message);
        }
        catch (Exception gone) when (gone is IOException or ObjectDisposedException)
        {
            DicomLog.TlsBroken(logger, remote);
        }

        _refused = true;
        return false;
    }
}
