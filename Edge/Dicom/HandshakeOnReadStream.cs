using System.Net.Security;
using System.Security.Authentication;
using Microsoft.Extensions.Logging;

namespace Regional.Edge.Dicom;

/// <summary>
/// TLS over an accepted connection, as server; the handshake is part of the first read. A peer that fails it meets the end of the stream and is
/// logged, as is due to what a peer does. How long it may take is the guard's affair, which disposes this when the association is late.
/// </summary>
internal sealed class HandshakeOnReadStream(Stream plain, SslServerAuthenticationOptions options, string remote, ILogger logger) : Stream
{
    private readonly SslStream _secure = new(plain, leaveInnerStreamOpen: false);
    private volatile bool _refused;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (!_secure.IsAuthenticated && !await Handshake(cancellationToken))
            return 0;
        return await _secure.ReadAsync(buffer, cancellationToken);
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <exception cref="InvalidOperationException">Before the handshake, which only an asynchronous read makes.</exception>
    public override int Read(byte[] buffer, int offset, int count) => _secure.Read(buffer, offset, count);

    /// <exception cref="InvalidOperationException">Before the handshake: the caller of an association speaks first (PS3.8 §9.2).</exception>
    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => _secure.WriteAsync(buffer, cancellationToken);

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        _secure.WriteAsync(buffer, offset, count, cancellationToken);

    public override void Write(byte[] buffer, int offset, int count) => _secure.Write(buffer, offset, count);

    public override void Flush() => _secure.Flush();

    public override Task FlushAsync(CancellationToken cancellationToken) => _secure.FlushAsync(cancellationToken);

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _secure.Dispose();
        base.Dispose(disposing);
    }

    private async Task<bool> Handshake(CancellationToken cancellation)
    {
        if (_refused)
            return false;
        try
        {
            await _secure.AuthenticateAsServerAsync(options, cancellation);
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
