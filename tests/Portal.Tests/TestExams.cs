namespace Regional.Portal.Tests;

/// <summary>Bodies of requests that tests make.</summary>
internal static class TestExams
{
    /// <summary>A new patient who stands at the desk for a head CT.</summary>
    public static object Walking(string name, string? site = null, string? localId = null, string priority = "routine", string? stationAe = null) => new
    {
        request = new
        {
            site,
            item = "头颅CT平扫",
            priority,
            purpose = "头痛待查",
            stationAe,
            patient = new
            {
                demographics = new { name, sex = "F", birthDate = "1961-05-17", provisional = false },
                localIds = localId is null ? [] : new[] { new { issuer = site ?? "township-a", value = localId } },
            },
        },
        autoAccept = true,
        arrive = true,
    };
}
