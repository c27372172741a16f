using System.Collections.Immutable;
using Regional.Projections;

namespace Regional.Silo.Storage;

/// <summary>Reads sites and devices.</summary>
internal sealed class RegionReader(Database database) : IRegionReader
{
    public async Task<ImmutableArray<SiteRow>> Sites(CancellationToken cancellation) =>
    [
        .. await database.Read(
            (connection, token) => connection.Query(token, "SELECT payload FROM sites ORDER BY code", r => Payload.Read<SiteRow>(r.GetString(0))),
            cancellation),
    ];

    public async Task<ImmutableArray<DeviceRow>> Devices(string? site, CancellationToken cancellation)
    {
        (string, object?)[] arguments = site is null ? [] : [("site", site)];
        var where = site is null ? "" : "WHERE site = @site ";
        return
        [
            .. await database.Read(
                (connection, token) => connection.Query(
                    token, $"SELECT payload FROM devices {where}ORDER BY device_key", r => Payload.Read<DeviceRow>(r.GetString(0)), arguments),
                cancellation),
        ];
    }
}
