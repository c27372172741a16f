using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Regional.Imaging;
using Regional.Imaging.Index;
using Regional.Imaging.Packs;
using Regional.Link.V1;
using Regional.Portal.Access;
using Regional.Portal.Audit;

namespace Regional.Silo.Link;

/// <summary>Copies for the edges of sites that may see a study (<see cref="SiteAccess.MayHold"/>): default deny, logged and audited.</summary>
internal sealed class CopyService(
    ImageArchive archive, StudyPlaces places, SiteAccess access, OriginEdges origins, OriginCopies originCopies, IAuditLog audit, TimeProvider time,
    ILogger<CopyService> logger)
{
    private const string EdgeUser = "edge";
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(30);

    /// <exception cref="RpcException">Not found: unknown, or not this site's to see.</exception>
    public async Task Holdings(string site, HoldingsRequest request, IServerStreamWriter<HoldingsMessage> answer, string? address, CancellationToken cancellation)
    {
        if (request.Site != site)
            throw new RpcException(new Grpc.Core.Status(StatusCode.PermissionDenied, "link.site"));
        var study = request.StudyInstanceUid;
        if (!UidRule.IsValid(study))
            throw new RpcException(new Grpc.Core.Status(StatusCode.InvalidArgument, "holdings.uid"));
        if (await places.FindAsync(study, cancellation) is not { } place)
            throw new RpcException(new Grpc.Core.Status(StatusCode.NotFound, "holdings.study"));
        var may = access.MayHold(site, place);
        await audit.Write(
            new AuditEntry(time.GetUtcNow(), EdgeUser, site, may ? "images.copy" : "refused", study, may, may ? null : SiteAccess.SiteRule, address), cancellation);
        if (!may)
        {
            CopyLog.Denied(logger, study, site);
            throw new RpcException(new Grpc.Core.Status(StatusCode.NotFound, "holdings.study"));
        }

        var patience = TimeSpan.FromSeconds(request.WaitSeconds);
        await originCopies.WaitForAllAsync(place.Site, study, patience < LongestWait ? patience : LongestWait, cancellation);
        foreach (var instance in await archive.Index.GetInstancesAsync(study, null, cancellation))
            await answer.WriteAsync(new HoldingsMessage { Instance = Held(instance) }, cancellation);
        await answer.WriteAsync(
            new HoldingsMessage { End = new HoldingsEnd { AtOrigin = (uint)origins.Waiting(place.Site, study), OriginOnline = origins.IsOnline(place.Site) } },
            cancellation);
    }

    public CopyDelivery Deliver(string site) => new(site, Find, archive, logger);

    /// <summary>The instance, if this archive has it and the site may hold a copy.</summary>
    private async ValueTask<(IndexedInstance? Instance, bool May)> Find(string site, string sopInstanceUid, CancellationToken cancellation)
    {
        if (await archive.Index.GetInstanceAsync(sopInstanceUid, cancellation) is not { IsLocal: true } instance)
            return (null, true);
        if (await places.FindAsync(instance.StudyUid, cancellation) is { } place && access.MayHold(site, place))
            return (instance, true);
        CopyLog.Denied(logger, instance.StudyUid, site);
        return (null, false);
    }

    private static HeldInstance Held(IndexedInstance instance) => new()
    {
        SopInstanceUid = instance.SopInstanceUid,
        SopClassUid = instance.SopClassUid,
        StudyInstanceUid = instance.StudyUid,
        SeriesInstanceUid = instance.SeriesUid,
        TransferSyntaxUid = instance.TransferSyntaxUid,
        CallingAe = instance.CallingAe,
        Site = instance.Site,
        Received = Timestamp.FromDateTimeOffset(instance.ReceivedAt),
        Length = (ulong)instance.Address.DataLength,
        Sha256 = ByteString.CopyFrom(instance.Hash.ToArray()),
        Repair = instance.Repair,
    };
}

/// <summary>Events 2220 to 2229.</summary>
internal static partial class CopyLog
{
    [LoggerMessage(2220, LogLevel.Warning, "The edge of {Site} asked for study {StudyInstanceUid}, which its site may not see.")]
    public static partial void Denied(ILogger logger, string studyInstanceUid, string site);

    [LoggerMessage(2221, LogLevel.Error, "{SopInstanceUid} is indexed, but its bytes are not in the packs; the edge of {Site} does not get it.")]
    public static partial void BytesMissing(ILogger logger, string sopInstanceUid, string site);
}
