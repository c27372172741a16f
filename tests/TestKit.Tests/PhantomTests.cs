using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using FellowOakDicom;
using Regional.TestKit.Phantoms;

namespace Regional.TestKit.Tests;

/// <summary>R4.3.1-1: what the phantoms send is DICOM, by the judgement of a stranger's validator.</summary>
public sealed class PhantomTests
{
    public static TheoryData<PhantomKind, PhantomCharset> Everything
    {
        get
        {
            var all = new TheoryData<PhantomKind, PhantomCharset>();
            foreach (var kind in Enum.GetValues<PhantomKind>())
            {
                foreach (var charset in Enum.GetValues<PhantomCharset>()) all.Add(kind, charset);
            }

            return all;
        }
    }

    [SkippableTheory]
    [MemberData(nameof(Everything))]
    public async Task A_validator_finds_no_error(PhantomKind kind, PhantomCharset charset)
    {
        var validator = ExternalTool.Find("dciodvfy");
        Skip.If(validator is null && !ExternalTool.Required, "dciodvfy (dicom3tools) is not installed");
        validator.ShouldNotBeNull("dciodvfy (dicom3tools) is required here");
        using var folder = new TempFolder();
        var paths = await new PhantomStudy(Recipe(kind, charset)).SaveAsync(folder);
        foreach (var path in paths)
        {
            var verdict = await ExternalTool.RunAsync(validator, [path]);
            var errors = verdict.Output.Split('\n').Where(l => l.StartsWith("Error", StringComparison.Ordinal)).ToList();
            errors.ShouldBeEmpty(string.Join('\n', errors));
        }
    }

    [Theory]
    [MemberData(nameof(Everything))]
    public async Task The_same_recipe_gives_the_same_bytes_and_names_survive_the_file(PhantomKind kind, PhantomCharset charset)
    {
        using var folder = new TempFolder();
        var recipe = Recipe(kind, charset);
        var first = await new PhantomStudy(recipe).SaveAsync(folder.File("a"));
        var second = await new PhantomStudy(recipe).SaveAsync(folder.File("b"));
        first.Count.ShouldBe(kind == PhantomKind.HeadCt ? 3 : 1);
        for (var i = 0; i < first.Count; i++)
        {
            (await File.ReadAllBytesAsync(first[i])).ShouldBe(await File.ReadAllBytesAsync(second[i]));
            var read = await DicomFile.OpenAsync(first[i]);
            read.Dataset.GetSingleValue<string>(DicomTag.PatientName).ShouldBe(recipe.PatientName);
            if (charset != PhantomCharset.Ascii) read.Dataset.GetSingleValue<string>(DicomTag.InstitutionName).ShouldBe("青石镇中心卫生院");
        }

        if (charset == PhantomCharset.Gb18030)
        {
            Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
            var raw = await File.ReadAllBytesAsync(first[0]);
            raw.AsSpan().IndexOf(Encoding.GetEncoding("GB18030").GetBytes("青石镇中心卫生院")).ShouldBeGreaterThan(0);
        }
    }

    [Fact]
    public void Seeds_change_identity_and_pixels_and_hashes_are_those_of_the_pixels()
    {
        var one = new PhantomStudy(Recipe(PhantomKind.HeadCt, PhantomCharset.Utf8));
        var other = new PhantomStudy(Recipe(PhantomKind.HeadCt, PhantomCharset.Utf8) with { Seed = 8 });
        one.StudyInstanceUid.ShouldNotBe(other.StudyInstanceUid);
        var mine = one.Images().ToList();
        var theirs = other.Images().ToList();
        mine.Select(i => i.SopInstanceUid).Concat(theirs.Select(i => i.SopInstanceUid)).Distinct().Count().ShouldBe(6);
        mine.Select(i => i.PixelSha256).Concat(theirs.Select(i => i.PixelSha256)).Distinct().Count().ShouldBe(6);
        foreach (var image in mine)
        {
            image.SopInstanceUid.Length.ShouldBeLessThanOrEqualTo(64);
            var pixels = image.File.Dataset.GetDicomItem<DicomElement>(DicomTag.PixelData).Buffer.Data;
            Convert.ToHexStringLower(SHA256.HashData(pixels)).ShouldBe(image.PixelSha256);
        }
    }

    [Fact]
    public void The_head_holds_plausible_Hounsfield_values()
    {
        var clean = new HeadVolume(7, 24, bleed: false);
        var bled = new HeadVolume(7, 24, bleed: true);
        var middle = clean.Slice(12).Select(v => v - HeadVolume.Offset).ToArray();
        Share(middle, -1100, -900).ShouldBeInRange(0.35, 0.7);
        Share(middle, 850, 1300).ShouldBeInRange(0.02, 0.12);
        Share(middle, 24, 43).ShouldBeInRange(0.12, 0.5);
        var blood = Share([.. bled.Slice(12).Select(v => v - HeadVolume.Offset)], 56, 74);
        (blood - Share(middle, 56, 74)).ShouldBeGreaterThan(0.003);
        clean.Slice(0).ShouldNotBe(clean.Slice(23));
    }

    [Fact]
    public void A_projection_has_dark_lungs_bright_spine_and_a_collapsed_lung_is_darker()
    {
        var chest = ChestField.Render(3, 512, pneumothorax: false);
        var collapsed = ChestField.Render(3, 512, pneumothorax: true);
        var lung = Mean(chest, 512, 0.72, 0.5);
        Mean(chest, 512, 0.5, 0.6).ShouldBeGreaterThan(lung + 500);
        Mean(collapsed, 512, 0.76, 0.5).ShouldBeLessThan(Mean(chest, 512, 0.76, 0.5));
        chest.Max().ShouldBeLessThanOrEqualTo((ushort)4095);
    }

    [Fact]
    public void A_large_study_is_built_fast_enough_to_be_sent()
    {
        var volume = new HeadVolume(1, 300, bleed: false);
        volume.Slice(0);
        var watch = Stopwatch.StartNew();
        for (var i = 100; i < 110; i++) volume.Slice(i);
        watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(10));
    }

    private static StudyRecipe Recipe(PhantomKind kind, PhantomCharset charset) => new()
    {
        Seed = 7,
        Kind = kind,
        Charset = charset,
        Images = 3,
        Matrix = 256,
        AccessionNumber = "A20260302001",
        PatientName = charset == PhantomCharset.Ascii ? "Wang^Fang" : "Wang^Fang=王^芳",
        Finding = true,
    };

    private static double Share(int[] values, int from, int to) => values.Count(v => v >= from && v <= to) / (double)values.Length;

    private static double Mean(ushort[] pixels, int size, double x, double y)
    {
        var sum = 0.0;
        for (var r = -12; r <= 12; r++)
        {
            for (var c = -12; c <= 12; c++) sum += pixels[(((int)(y * size) + r) * size) + (int)(x * size) + c];
        }

        return sum / 625;
    }
}
