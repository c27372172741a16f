using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Regional.Imaging.DicomWeb.Store;
using Regional.Imaging.Headers;
using Regional.Imaging.Tests.Index;

namespace Regional.Imaging.Tests.DicomWeb;

/// <summary>STOW-RS (PS3.18 §10.5, tables I.2-1 and I.2-2): every instance has its outcome, and what is no good changes nothing. R4.3.1-6, R4.3.2-2.</summary>
[Trait("Requirement", "R4.3.1-6")]
public sealed class StoreTests
{
    private const string Boundary = "parts";
    private static readonly Slice Head = new(1, 2, 3);

    private static byte[] File(Slice slice, string? sopInstance = null, string? syntax = null, string sopClass = "1.2.840.10008.5.1.4.1.1.2", byte[]? data = null) =>
        [.. FileMeta.Build(sopClass, sopInstance ?? slice.SopInstanceUid, syntax ?? "1.2.840.10008.1.2.1", "ELSEWHERE"), .. data ?? slice.Bytes()];

    private static byte[] Part(byte[] body, string headers = "Content-Type: application/dicom\r\n") =>
        [.. Encoding.ASCII.GetBytes($"--{Boundary}\r\n{headers}\r\n"), .. body, .. "\r\n"u8];

    private static byte[] Body(params byte[][] parts) => [.. parts.SelectMany(part => part), .. Encoding.ASCII.GetBytes($"--{Boundary}--\r\n")];

    private static async Task<(HttpStatusCode Status, JsonElement Answer)> SendAsync(
        DicomWebHost host, byte[] body, string path = "studies", string type = $"multipart/related; type=\"application/dicom\"; boundary={Boundary}",
        Action<HttpRequestMessage>? change = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new ByteArrayContent(body) };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", type);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/dicom+json"));
        change?.Invoke(request);
        using var answer = await host.Http.SendAsync(request);
        if (answer.StatusCode == HttpStatusCode.ServiceUnavailable) answer.Headers.RetryAfter.ShouldNotBeNull();
        return (answer.StatusCode, JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement.Clone());
    }

    private static JsonElement[] Items(JsonElement answer, string tag) =>
        answer.TryGetProperty(tag, out var sequence) ? [.. sequence.GetProperty("Value").EnumerateArray()] : [];

    private static string Uid(JsonElement item) => item.GetProperty("00081155").GetProperty("Value")[0].GetString()!;

    private static int Reason(JsonElement item) => item.GetProperty("00081197").GetProperty("Value")[0].GetInt32();

    [Fact]
    public async Task Instances_are_durable_indexed_and_served_when_they_are_answered()
    {
        await using var host = await DicomWebHost.StartAsync();
        var slices = Enumerable.Range(1, 20).Select(number => Head with { Number = number }).ToList();
        var (status, answer) = await SendAsync(host, Body([.. slices.Select(slice => Part(File(slice)))]), $"studies/{Head.StudyUid}");
        status.ShouldBe(HttpStatusCode.OK);
        answer.GetProperty("00081190").GetProperty("Value")[0].GetString().ShouldEndWith($"/dicom-web/studies/{Head.StudyUid}");
        Items(answer, "00081199").Select(Uid).ShouldBe(slices.Select(slice => slice.SopInstanceUid));
        Items(answer, "00081198").ShouldBeEmpty();
        foreach (var (slice, item) in slices.Zip(Items(answer, "00081199")))
        {
            using var stored = await host.GetAsync(item.GetProperty("00081190").GetProperty("Value")[0].GetString()!, "application/dicom");
            (await stored.Content.ReadAsByteArrayAsync())[^slice.Bytes().Length..].ShouldBe(slice.Bytes());
        }
        (await host.Fixture.Archive.Index.GetInstanceAsync(Head.SopInstanceUid, default))!.CallingAe.ShouldBe("STOW");
        host.Access.Stored.ShouldHaveSingleItem().ShouldSatisfyAllConditions(summary => summary.Stored.ShouldBe(20), summary => summary.StudyUids.ShouldBe([Head.StudyUid]));

        // Again, as single files: the same bytes are a duplicate, which is success.
        (await SendAsync(host, File(Head), type: "application/dicom")).Status.ShouldBe(HttpStatusCode.OK);
        (await host.Fixture.Archive.Index.GetTotalsAsync(default)).Instances.ShouldBe(20);
    }

    [Fact]
    public async Task Each_instance_fails_by_itself_and_says_why()
    {
        await using var host = await DicomWebHost.StartAsync();
        Slice Number(int number) => Head with { Number = number };
        var cut = Number(4).Bytes()[..^100];
        var verification = new DataSetBytes().Text(0x00080016, "UI", "1.2.840.10008.1.1").Text(0x00080018, "UI", Number(5).SopInstanceUid)
            .Text(0x0020000D, "UI", Head.StudyUid).Text(0x0020000E, "UI", Head.SeriesUid).ToArray();
        var nested = Encoding.ASCII.GetBytes("--inner\r\nContent-Type: application/dicom\r\n\r\n--inner--\r\n");
        var (status, answer) = await SendAsync(
            host,
            Body(
                Part(File(Number(1))),
                Part(File(Number(2), sopInstance: "1.2.3.4")),
                Part(File(new Slice(7, 1, 1))),
                Part(File(Number(4), data: cut)),
                Part(File(Number(5), sopClass: "1.2.840.10008.1.1", data: verification)),
                Part("not a DICOM file, and longer than a preamble: "u8.ToArray()),
                Part(nested, "Content-Type: multipart/related; boundary=inner\r\n"),
                Part(Convert.FromHexString("00"), "Content-Type: application/dicom\r\nContent-Transfer-Encoding: base64\r\n"),
                Part([], ""),
                Part(File(Number(8)), "")),
            $"studies/{Head.StudyUid}");
        status.ShouldBe(HttpStatusCode.Accepted);
        Items(answer, "00081199").Select(Uid).ShouldBe([Number(1).SopInstanceUid, Number(8).SopInstanceUid]);
        Items(answer, "00081198").Select(item => (Uid(item), Reason(item))).ShouldBe(
            [(Number(2).SopInstanceUid, 0xA900), (new Slice(7, 1, 1).SopInstanceUid, 0xA901), (Number(4).SopInstanceUid, 0xC000), (Number(5).SopInstanceUid, 0x0122)]);
        Items(answer, "0008119A").Select(Reason).ShouldBe([0xC000, 0xC002, 0xC002, 0xC000]);
        (await host.Fixture.Archive.Index.GetTotalsAsync(default)).Instances.ShouldBe(2);
    }

    [Fact]
    public async Task Other_bytes_under_a_known_UID_go_into_quarantine_and_have_no_address()
    {
        await using var host = await DicomWebHost.StartAsync();
        (await SendAsync(host, Body(Part(File(Head))))).Status.ShouldBe(HttpStatusCode.OK);
        var (status, answer) = await SendAsync(host, Body(Part(File(Head, data: (Head with { Name = "OTHER" }).Bytes()))));
        status.ShouldBe(HttpStatusCode.OK);
        Items(answer, "00081199").ShouldHaveSingleItem().TryGetProperty("00081190", out _).ShouldBeFalse();
        (await host.Fixture.Archive.Index.GetTotalsAsync(default)).Quarantined.ShouldBe(1);
    }

    [Fact]
    public async Task Without_room_nothing_is_acknowledged_and_the_sender_is_told_to_come_again()
    {
        await using var host = await DicomWebHost.StartAsync(watermark: long.MaxValue / 2);
        var (status, answer) = await SendAsync(host, Body(Part(File(Head)), Part(File(Head with { Number = 9 }))));
        status.ShouldBe(HttpStatusCode.ServiceUnavailable);
        Items(answer, "00081198").Select(Reason).ShouldBe([0xA700, 0xA700]);
        (await host.Fixture.Archive.Index.GetTotalsAsync(default)).Instances.ShouldBe(0);
    }

    [Fact]
    public async Task Bounds_hold_for_the_body_an_instance_and_the_number_of_parts()
    {
        await using var host = await DicomWebHost.StartAsync(limits: new StoreLimits { MaxBody = 20_000, MaxInstance = 2_000, MaxParts = 3 });
        (await SendAsync(host, new byte[30_000])).Status.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
        var large = await SendAsync(host, Body(Part(File(Head with { Frames = 9 })), Part(File(Head))));
        large.Status.ShouldBe(HttpStatusCode.Accepted);
        Reason(Items(large.Answer, "00081198").ShouldHaveSingleItem()).ShouldBe(0xC001);
        var many = await SendAsync(host, Body([.. Enumerable.Range(1, 5).Select(number => Part(File(Head with { Number = number })))]));
        many.Status.ShouldBe(HttpStatusCode.Accepted);
        (Items(many.Answer, "00081199").Length, Items(many.Answer, "0008119A").Length).ShouldBe((3, 1));

        // A chunked body tells no length beforehand.
        using var request = new HttpRequestMessage(HttpMethod.Post, "studies") { Content = new StreamContent(new MemoryStream(Body(Part(new byte[60_000])))) };
        request.Headers.TransferEncodingChunked = true;
        request.Content.Headers.TryAddWithoutValidation("Content-Type", $"multipart/related; boundary={Boundary}");
        using var answer = await host.Http.SendAsync(request);
        answer.StatusCode.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
    }

    [Theory]
    [InlineData("text/plain", null, 415)]
    [InlineData("multipart/related; type=\"application/dicom+json\"; boundary=parts", null, 415)]
    [InlineData("multipart/form-data; boundary=parts", null, 415)]
    [InlineData("multipart/related; type=\"application/dicom\"", null, 400)]
    [InlineData("multipart/related; boundary=01234567890123456789012345678901234567890123456789012345678901234567890", null, 400)]
    [InlineData("multipart/related; boundary=other", null, 400)]
    [InlineData("multipart/related; boundary=parts", "gzip", 415)]
    [InlineData("multipart/related; boundary=parts", "deflate", 415)]
    public async Task Requests_that_cannot_be_taken_say_so_and_store_nothing(string type, string? encoding, int status)
    {
        await using var host = await DicomWebHost.StartAsync();
        var (answered, problem) = await SendAsync(host, Body(Part(File(Head))), type: type, change: request =>
        {
            if (encoding is not null) request.Content!.Headers.ContentEncoding.Add(encoding);
        });
        ((int)answered).ShouldBe(status);
        problem.GetProperty("title").GetString().ShouldNotBeNullOrEmpty();
        (await host.Fixture.Archive.Index.GetTotalsAsync(default)).Instances.ShouldBe(0);
    }

    [Fact]
    public async Task Strangers_are_refused_before_the_body_is_read()
    {
        await using var host = await DicomWebHost.StartAsync();
        host.Access.MayStore = false;
        (await SendAsync(host, Body(Part(File(Head))))).Status.ShouldBe(HttpStatusCode.Forbidden);
        host.Access.IsSignedIn = false;
        (await SendAsync(host, Body(Part(File(Head))))).Status.ShouldBe(HttpStatusCode.Unauthorized);
        (await SendAsync(host, Body(Part(File(Head))), "studies/..%2F..%2Fa")).Status.ShouldBe(HttpStatusCode.BadRequest);
        await using var closed = await DicomWebHost.StartAsync(withAccess: false);
        (await SendAsync(closed, Body(Part(File(Head))))).Status.ShouldBe(HttpStatusCode.Forbidden);
        (await host.Fixture.Archive.Index.GetTotalsAsync(default)).Instances.ShouldBe(0);
    }

    /// <summary>proof.md 8: announced lengths that are lies, bodies that never end as they should, data sets built to hurt a parser.</summary>
    [Fact]
    [Trait("Requirement", "R10.2.2-1")]
    public async Task Hostile_bodies_end_in_an_answer_and_the_next_sender_is_served()
    {
        await using var host = await DicomWebHost.StartAsync();
        foreach (var data in HostileDataSets())
        {
            var (status, answer) = await SendAsync(host, Body(Part(File(Head, data: data))));
            status.ShouldBe(HttpStatusCode.Conflict);
            Reason(Items(answer, "00081198").ShouldHaveSingleItem()).ShouldBe(0xC000);
        }
        byte[] bomb = [.. FileMeta.Build("1.2.840.10008.5.1.4.1.1.2", Head.SopInstanceUid, "1.2.840.10008.1.2.1.99", ""), .. Bomb()];
        (await SendAsync(host, Body(Part(bomb)))).Status.ShouldBe(HttpStatusCode.Conflict);

        // A meta group that goes on for ever, and one whose element claims 4 GiB.
        byte[] endless = [.. FileMeta.Build("1.2", "1.2", "1.2", "")[..132], .. Enumerable.Repeat(new byte[] { 2, 0, 0x16, 0, (byte)'A', (byte)'E', 0, 0 }, 20_000).SelectMany(x => x)];
        byte[] claims = [.. FileMeta.Build("1.2", "1.2", "1.2", "")[..132], 2, 0, 1, 0, (byte)'O', (byte)'B', 0, 0, 0xF0, 0xFF, 0xFF, 0xFF, 1, 2, 3, 4];
        foreach (var meta in new[] { endless, claims })
            Reason(Items((await SendAsync(host, Body(Part(meta)))).Answer, "0008119A").ShouldHaveSingleItem()).ShouldBe(0xC000);

        foreach (var lie in new[] { 4294967290L, 100_000_000L })
            (await RawAsync(host, $"Content-Length: {lie}", Body(Part(File(Head)))[..^20])).ShouldBeOneOf("", "HTTP/1.1 400 Bad Request");
        (await RawAsync(host, "Content-Length: 99999999999999999999", [])).ShouldBe("HTTP/1.1 400 Bad Request");
        (await RawAsync(host, "Content-Length: 40\r\nTransfer-Encoding: chunked", "5\r\n--par"u8.ToArray())).ShouldBeOneOf("", "HTTP/1.1 400 Bad Request");

        // Cut in the second part: the first was whole, and says so.
        var both = Body(Part(File(Head)), Part(File(Head with { Number = 4 })));
        var (partly, told) = await SendAsync(host, both[..^600]);
        partly.ShouldBe(HttpStatusCode.Accepted);
        Items(told, "00081199").Select(Uid).ShouldBe([Head.SopInstanceUid]);
        Items(told, "0008119A").ShouldHaveSingleItem();
        (await SendAsync(host, both)).Status.ShouldBe(HttpStatusCode.OK);
        (await host.Fixture.Archive.Index.GetTotalsAsync(default)).Instances.ShouldBe(2);
        host.Fixture.Archive.Buffers.InMemory.ShouldBe(0);
    }

    private static IEnumerable<byte[]> HostileDataSets()
    {
        DataSetBytes Begin() => new DataSetBytes().Text(0x00080016, "UI", "1.2.840.10008.5.1.4.1.1.2").Text(0x00080018, "UI", Head.SopInstanceUid);
        yield return Begin().Head(0x7FE00010, "OW", 0xFFFFFFF0).Raw(new byte[10]).ToArray();
        foreach (var depth in new[] { 50, 5_000, 100_000 })
        {
            var nested = Begin();
            for (var i = 0; i < depth; i++) nested.Head(0x00081140, "SQ", 0xFFFFFFFF).Item();
            yield return nested.ToArray();
        }
        yield return Begin().Text(0x0020000D, "UI", "../../a").Text(0x0020000E, "UI", "1.2").ToArray();
        yield return Begin().Text(0x0020000D, "UI", "1.2\0.3").Text(0x0020000E, "UI", "1.2").ToArray();
        yield return Begin().Text(0x0020000D, "UI", new string('1', 65)).Text(0x0020000E, "UI", "1.2").ToArray();
    }

    /// <summary>Eighty megabytes of zeroes, deflated: beyond what is inflated to look into it.</summary>
    private static byte[] Bomb()
    {
        using var target = new MemoryStream();
        using (var deflate = new System.IO.Compression.DeflateStream(target, System.IO.Compression.CompressionLevel.Fastest, leaveOpen: true))
        {
            var zeroes = new byte[1 << 20];
            for (var i = 0; i < 80; i++) deflate.Write(zeroes);
        }
        return target.ToArray();
    }

    /// <summary>The status line that a request by hand gets before its connection ends; empty for none.</summary>
    private static async Task<string> RawAsync(DicomWebHost host, string lengths, byte[] body)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(host.Http.BaseAddress!.Host, host.Http.BaseAddress.Port);
        var stream = socket.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"POST /dicom-web/studies HTTP/1.1\r\nHost: localhost\r\nContent-Type: multipart/related; boundary={Boundary}\r\n{lengths}\r\n\r\n"));
        using var reader = new StreamReader(stream);
        try
        {
            await stream.WriteAsync(body);
            socket.Client.Shutdown(SocketShutdown.Send);
            return await reader.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(30)) ?? "";
        }
        catch (IOException)
        {
            return "";
        }
    }
}
