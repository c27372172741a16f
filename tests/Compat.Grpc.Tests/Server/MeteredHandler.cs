using System.Net;
using System.Net.Http.Headers;

namespace Regional.Compat.Grpc.Tests.Server;

/// <summary>Watches what a client sends and gets, and counts the bytes of its request body.</summary>
internal sealed class MeteredHandler() : DelegatingHandler(new SocketsHttpHandler())
{
    private long _sent;

    public long BytesSent => Interlocked.Read(ref _sent);

    public HttpRequestHeaders? RequestHeaders { get; private set; }

    public HttpResponseMessage? Response { get; private set; }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        RequestHeaders = request.Headers;
        request.Content = new MeteredContent(request.Content!, count => Interlocked.Add(ref _sent, count));
        return Response = await base.SendAsync(request, cancellationToken);
    }

    private sealed class MeteredContent : HttpContent
    {
        private readonly HttpContent _inner;
        private readonly Action<int> _count;

        public MeteredContent(HttpContent inner, Action<int> count)
        {
            _inner = inner;
            _count = count;
            Headers.ContentType = inner.Headers.ContentType;
        }

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
            _inner.CopyToAsync(new MeteredStream(stream, _count), context);

        protected override bool TryComputeLength(out long length)
        {
            length = -1;
            return false;
        }
    }

    private sealed class MeteredStream(Stream inner, Action<int> count) : Stream
    {
        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            count(buffer.Length);
            return inner.WriteAsync(buffer, cancellationToken);
        }

        public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

        public override void Flush() => inner.Flush();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
