using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Microsoft.AspNetCore.Http.Connections.Client;

/// <summary>Makes started <see cref="HttpConnection"/>s for a hub connection, a new one for each (re)connect.</summary>
public class HttpConnectionFactory(IOptions<HttpConnectionOptions> options, ILoggerFactory loggerFactory) : IConnectionFactory
{
    public async ValueTask<ConnectionContext> ConnectAsync(EndPoint endPoint, CancellationToken cancellationToken = default)
    {
        if (endPoint is not UriEndPoint uri) throw new NotSupportedException($"{endPoint?.GetType()} is not a {nameof(UriEndPoint)}.");
        if (options.Value.Url is { } url && url != uri.Uri) throw new InvalidOperationException("The end point is not the configured URL.");

        var connection = new HttpConnection(options.Value, loggerFactory);
        try
        {
            await connection.StartAsync(TransferFormat.Text, cancellationToken);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }
}
