using System.IO.Compression;
using System.Security.Cryptography;
using FellowOakDicom;
using Regional.Edge.Dicom;
using Regional.Edge.Tests.Support;
using Regional.TestKit.Modality;

namespace Regional.Edge.Tests.Dicom;

/// <summary>Everything that the standard stores is stored, in every syntax, byte by byte as it came (R4.3.2-1; PS3.4 §B.5, PS3.5 §A).</summary>
[Trait("Requirement", "R4.3.2-1")]
public sealed class StorageCompletenessTests
{
    private const string PrivateClass = "1.3.12.2.1107.5.9.1";

    public static TheoryData<string> Syntaxes => [.. StorageSyntaxes.All.Select(syntax => syntax.UID.UID)];

    [Fact]
    public async Task Every_storage_sop_class_is_stored_as_it_came()
    {
        var classes = DicomUID.Enumerate().Where(uid => uid.StorageCategory != DicomStorageCategory.None && !uid.UID.EndsWith(".99.1", StringComparison.Ordinal))
            .Select(uid => uid.UID).Distinct().Order(StringComparer.Ordinal).ToList();
        classes.Count.ShouldBeGreaterThan(130);
        await using var edge = await EdgeUnderTest.StartAsync();
        foreach (var (number, sopClass) in classes.Index())
        {
            var uid = $"2.25.9000{number}";
            var bytes = DataSetText.Of(uid, sopClass: sopClass).Bytes;
            await using var line = await RawAssociation.ConnectAsync(edge.DicomPort);
            (await line.OpenAsync(EdgeUnderTest.Ae, "A_CT1", sopClass)).ShouldBeTrue(sopClass);
            (await line.StoreAsync(sopClass, uid, bytes)).ShouldBe((ushort)0, sopClass);
            await line.ReleaseAsync();
        }

        (await edge.StoredInstancesAsync()).ShouldBe(classes.Count);
        foreach (var (number, sopClass) in classes.Index())
        {
            (await edge.StoredHashAsync($"2.25.9000{number}")).ShouldBe(Hash(DataSetText.Of($"2.25.9000{number}", sopClass: sopClass).Bytes), sopClass);
            (await edge.FindAsync($"2.25.9000{number}")).ShouldNotBeNull().SopClassUid.ShouldBe(sopClass);
        }
    }

    [Theory]
    [MemberData(nameof(Syntaxes))]
    public async Task Every_transfer_syntax_is_stored_as_it_came(string syntax)
    {
        await using var edge = await EdgeUnderTest.StartAsync();
        var bytes = InSyntax(DicomTransferSyntax.Parse(syntax), "2.25.91001");
        await using var line = await RawAssociation.ConnectAsync(edge.DicomPort);
        (await line.OpenAsync(EdgeUnderTest.Ae, "A_CT1", DataSetText.SecondaryCapture, syntax)).ShouldBeTrue();
        (await line.StoreAsync(DataSetText.SecondaryCapture, "2.25.91001", bytes)).ShouldBe((ushort)0);

        (await edge.StoredHashAsync("2.25.91001")).ShouldBe(Hash(bytes));
        (await edge.FindAsync("2.25.91001")).ShouldNotBeNull().TransferSyntaxUid.ShouldBe(syntax);
    }

    [Fact]
    public async Task A_manufacturers_class_is_stored_where_the_site_names_it_and_refused_elsewhere()
    {
        await using var edge = await EdgeUnderTest.StartAsync(new EdgeSetup { EdgeLines = [$"private-sop-classes: [{PrivateClass}]"] });
        await using var other = await EdgeUnderTest.StartAsync();
        await using var line = await RawAssociation.ConnectAsync(edge.DicomPort);
        (await line.OpenAsync(EdgeUnderTest.Ae, "A_CT1", PrivateClass)).ShouldBeTrue();
        (await line.StoreAsync(PrivateClass, "2.25.92001", DataSetText.Of("2.25.92001", sopClass: PrivateClass).Bytes)).ShouldBe((ushort)0);
        (await edge.StoredHashAsync("2.25.92001")).ShouldNotBeNull();

        await using var refused = await RawAssociation.ConnectAsync(other.DicomPort);
        (await refused.OpenAsync(EdgeUnderTest.Ae, "A_CT1", PrivateClass)).ShouldBeFalse();
    }

    private static byte[] InSyntax(DicomTransferSyntax syntax, string sopInstance)
    {
        if (syntax.IsEncapsulated)
        {
            // A basic offset table and one fragment; what is in it is nobody's business on the way in.
            byte[] fragments = [0xFE, 0xFF, 0x00, 0xE0, 0, 0, 0, 0, 0xFE, 0xFF, 0x00, 0xE0, 4, 0, 0, 0, 1, 2, 3, 4, 0xFE, 0xFF, 0xDD, 0xE0, 0, 0, 0, 0];
            return DataSetText.Of(sopInstance).Long(0x7FE0, 0x0010, "OB", 0xFFFFFFFF, fragments).Bytes;
        }

        var dataSet = new DicomDataset(syntax).NotValidated();
        dataSet.Add(DicomTag.SOPClassUID, DataSetText.SecondaryCapture).Add(DicomTag.SOPInstanceUID, sopInstance)
            .Add(DicomTag.StudyInstanceUID, "2.25.770001").Add(DicomTag.SeriesInstanceUID, "2.25.770002").Add(DicomTag.Rows, (ushort)2);
        if (!syntax.IsDeflate)
            return RawAssociation.DataSetBytes(new DicomFile(dataSet));
        using var deflated = new MemoryStream();
        using (var stream = new DeflateStream(deflated, CompressionLevel.Optimal, leaveOpen: true))
            stream.Write(DataSetText.Of(sopInstance).Bytes);
        return [.. deflated.ToArray(), .. new byte[deflated.Length % 2]];
    }

    private static string Hash(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
