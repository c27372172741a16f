using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Regional.Load.Bench;

/// <summary>A frame from memory by Kestrel with nothing around it: what the server itself can do.</summary>
public static class BareEndpoint
{
    public const string Path = "/frame";

    public static async Task<WebApplication> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var app = builder.Build();
        var frame = new byte[512 * 512 * 2];
        app.MapGet(Path, async context =>
        {
            context.Response.ContentLength = frame.Length;
            await context.Response.Body.WriteAsync(frame);
        });
        await app.StartAsync();
        return app;
    }
}
