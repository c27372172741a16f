using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using FellowOakDicom;
using FellowOakDicom.IO.Buffer;

namespace Regional.TestKit.Phantoms;

/// <summary>A synthetic study: objects that are built when they are asked for, so that a large one needs the memory of one image.</summary>
public sealed class PhantomStudy
{
    private readonly StudyRecipe recipe;

    public PhantomStudy(StudyRecipe recipe)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        this.recipe = recipe;
        StudyInstanceUid = recipe.StudyInstanceUid ?? SeededUid.Of("study", recipe.Seed, recipe.Kind, recipe.PatientId, recipe.StationAe);
        SeriesInstanceUid = SeededUid.Of("series", recipe.Seed, recipe.Kind, StudyInstanceUid);
    }

    public StudyRecipe Recipe => recipe;

    public string StudyInstanceUid { get; }

    public string SeriesInstanceUid { get; }

    public int ImageCount => recipe.Kind == PhantomKind.HeadCt ? recipe.Images : 1;

    public string Modality => recipe.Kind switch
    {
        PhantomKind.HeadCt => "CT",
        PhantomKind.ChestDr => "DX",
        _ => "US",
    };

    /// <summary>Every object in order of its instance number.</summary>
    public IEnumerable<PhantomImage> Images()
    {
        var modules = new PhantomModules(recipe, StudyInstanceUid, SeriesInstanceUid);
        switch (recipe.Kind)
        {
            case PhantomKind.HeadCt:
                var volume = new HeadVolume(recipe.Seed, recipe.Images, recipe.Finding);
                for (var i = 0; i < recipe.Images; i++)
                {
                    yield return Finish(modules.HeadCt(volume, i), i + 1, MemoryMarshal.AsBytes(volume.Slice(i).AsSpan()).ToArray(), wide: true);
                }

                break;
            case PhantomKind.ChestDr:
                var field = ChestField.Render(recipe.Seed, recipe.Matrix, recipe.Finding);
                yield return Finish(modules.ChestDr(), 1, MemoryMarshal.AsBytes(field.AsSpan()).ToArray(), wide: true);
                break;
            default:
                var sector = new AbdomenSector(recipe.Seed, recipe.Images, recipe.Finding);
                var frames = new byte[recipe.Images * AbdomenSector.Rows * AbdomenSector.Columns];
                for (var i = 0; i < recipe.Images; i++) sector.Frame(i).CopyTo(frames, i * AbdomenSector.Rows * AbdomenSector.Columns);
                yield return Finish(modules.AbdomenUs(), 1, frames, wide: false);
                break;
        }
    }

    /// <summary>Writes every object to a folder as <c>0001.dcm</c>, <c>0002.dcm</c>…; gives the paths.</summary>
    public async Task<IReadOnlyList<string>> SaveAsync(string folder)
    {
        Directory.CreateDirectory(folder);
        var paths = new List<string>();
        foreach (var image in Images())
        {
            var path = Path.Combine(folder, image.InstanceNumber.ToString("0000", CultureInfo.InvariantCulture) + ".dcm");
            await image.File.SaveAsync(path);
            paths.Add(path);
        }

        return paths;
    }

    private static PhantomImage Finish(DicomDataset dataset, int number, byte[] pixels, bool wide)
    {
        var buffer = new MemoryByteBuffer(pixels);
        dataset.AddOrUpdate(wide ? new DicomOtherWord(DicomTag.PixelData, buffer) : new DicomOtherByte(DicomTag.PixelData, buffer));
        return new PhantomImage(
            new DicomFile(dataset),
            dataset.GetSingleValue<string>(DicomTag.SOPInstanceUID),
            number,
            Convert.ToHexStringLower(SHA256.HashData(pixels)));
    }
}
