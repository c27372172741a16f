using System.Diagnostics;
using Google.Protobuf;
using Regional.Compat.Grpc.Tests.Server;
using Regional.Probe.V1;
using Xunit.Abstractions;

namespace Regional.Compat.Grpc.Tests;

/// <summary>
/// Chunks of an image through one stream on loopback. A measurement: it needs the machine for itself, so it runs only with
/// REGIONAL_PERF=1 and then fails below its bar.
/// </summary>
public sealed class ThroughputTests(ITestOutputHelper output)
{
    private const int MiB = 1024 * 1024;
    private const double MegabytesPerSecond = 400;

    [SkippableTheory]
    [InlineData(64 * 1024, 768 * 1024)]
    [InlineData(MiB, 768 * 1024)]
    [InlineData(MiB, 8 * MiB)]
    [InlineData(4 * MiB, 8 * MiB)]
    public async Task An_upload_stream_is_fast(int chunk, int window)
    {
        DemandQuietMachine();
        await using var server = await ProbeServer.StartAsync(
            new ProbeScript
            {
                Upload = async (requests, _) =>
                {
                    var total = 0L;
                    while (await requests.MoveNext(CancellationToken.None))
                        total += requests.Current.Data.Length;
                    return new Note { Text = total.ToString() };
                },
            },
            grpc: options => options.MaxReceiveMessageSize = 16 * MiB,
            kestrel: options =>
            {
                options.Limits.Http2.InitialStreamWindowSize = window;
                options.Limits.Http2.InitialConnectionWindowSize = 2 * window;
            });
        var client = server.Connect();
        var note = new Note { Data = UnsafeByteOperations.UnsafeWrap(new byte[chunk]) };

        await RunAsync(128 * MiB);
        var (bytes, time) = await RunAsync(1024L * MiB);

        Report($"upload, chunk {chunk >> 10} KiB, window {window >> 10} KiB", bytes, time);

        async Task<(long Bytes, (TimeSpan Elapsed, TimeSpan Processor) Time)> RunAsync(long total)
        {
            using var call = client.Upload();
            var watch = CpuWatch.Start();
            for (var sent = 0L; sent < total; sent += chunk)
                await call.RequestStream.WriteAsync(note);
            await call.RequestStream.CompleteAsync();
            return (long.Parse((await call).Text), watch.Stop());
        }
    }

    [SkippableTheory]
    [InlineData(64 * 1024)]
    [InlineData(MiB)]
    [InlineData(4 * MiB)]
    public async Task A_download_stream_is_fast(int chunk)
    {
        DemandQuietMachine();
        var note = new Note { Data = UnsafeByteOperations.UnsafeWrap(new byte[chunk]) };
        await using var server = await ProbeServer.StartAsync(new ProbeScript
        {
            Download = async (request, responses, _) =>
            {
                for (var i = 0; i < request.Number; i++)
                    await responses.WriteAsync(note);
            },
        });
        var client = server.Connect(options =>
        {
            options.MaxReceiveMessageSize = 16 * MiB;
            options.HttpHandler = new SocketsHttpHandler { InitialHttp2StreamWindowSize = 8 * MiB };
        });

        await RunAsync(128 * MiB);
        var (bytes, time) = await RunAsync(1024L * MiB);

        Report($"download, chunk {chunk >> 10} KiB", bytes, time);

        async Task<(long Bytes, (TimeSpan Elapsed, TimeSpan Processor) Time)> RunAsync(long total)
        {
            using var call = client.Download(new Note { Number = (int)(total / chunk) });
            var watch = CpuWatch.Start();
            var received = 0L;
            while (await call.ResponseStream.MoveNext(CancellationToken.None))
                received += call.ResponseStream.Current.Data.Length;
            return (received, watch.Stop());
        }
    }

    private static void DemandQuietMachine() =>
        Skip.IfNot(Environment.GetEnvironmentVariable("REGIONAL_PERF") == "1", "a measurement; set REGIONAL_PERF=1 on a quiet machine");

    private void Report(string what, long bytes, (TimeSpan Elapsed, TimeSpan Processor) time)
    {
        var rate = bytes / 1e6 / time.Elapsed.TotalSeconds;
        output.WriteLine($"{what}: {rate:0} MB/s, {time.Processor.TotalSeconds / (bytes / 1e9):0.00} s of processor a GB for both ends");
        rate.ShouldBeGreaterThan(MegabytesPerSecond);
    }

    /// <summary>Wall time and this process's processor time: the second tells on a busy machine what the first cannot.</summary>
    private sealed class CpuWatch
    {
        private readonly Stopwatch _wall = Stopwatch.StartNew();
        private readonly TimeSpan _processor = Process.GetCurrentProcess().TotalProcessorTime;

        public static CpuWatch Start() => new();

        public (TimeSpan Elapsed, TimeSpan Processor) Stop() => (_wall.Elapsed, Process.GetCurrentProcess().TotalProcessorTime - _processor);
    }
}
