namespace FellowOakDicom.Imaging;

public class DicomImagingException : DicomException
{
    public DicomImagingException(string message) : base(message)
    {
    }

    public DicomImagingException(string message, Exception innerException) : base(message, innerException)
    {
    }
}

/// <summary>Pixel Representation (0028,0103).</summary>
public enum PixelRepresentation
{
    Unsigned = 0,
    Signed = 1,
}

/// <summary>Planar Configuration (0028,0006).</summary>
public enum PlanarConfiguration
{
    Interleaved = 0,
    Planar = 1,
}

/// <summary>How the bits of a sample are used.</summary>
public class BitDepth
{
    public BitDepth(int allocated, int stored, int highBit, bool signed)
    {
        BitsAllocated = allocated;
        BitsStored = stored;
        HighBit = highBit;
        IsSigned = signed;
    }

    public int BitsAllocated { get; }

    public int BitsStored { get; }

    public int HighBit { get; }

    public bool IsSigned { get; }

    public int MaximumValue => GetMaximumValue(BitsStored, IsSigned);

    public int MinimumValue => GetMinimumValue(BitsStored, IsSigned);

    public static int GetNextPowerOf2(int value) => (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)value);

    public static int GetMinimumValue(int bitsStored, bool isSigned) => isSigned ? -(1 << (bitsStored - 1)) : 0;

    public static int GetMaximumValue(int bitsStored, bool isSigned) => (1 << (isSigned ? bitsStored - 1 : bitsStored)) - 1;

    public static int GetHighBit(int bitsStored, bool isSigned) => isSigned ? bitsStored - 1 : bitsStored;

    public static BitDepth FromDataset(DicomDataset dataset)
    {
        var stored = dataset.GetSingleValue<ushort>(DicomTag.BitsStored);
        var signed = dataset.GetSingleValue<PixelRepresentation>(DicomTag.PixelRepresentation) == PixelRepresentation.Signed;
        return new BitDepth(dataset.GetSingleValue<ushort>(DicomTag.BitsAllocated), stored, GetHighBit(stored, signed), signed);
    }

    public override string ToString() => $"{BitsStored} of {BitsAllocated} bits, high bit {HighBit}, {(IsSigned ? "signed" : "unsigned")}";
}

/// <summary>Photometric Interpretation (0028,0004) (PS3.3 section C.7.6.3.1.2).</summary>
public class PhotometricInterpretation : DicomParseable
{
    public static readonly PhotometricInterpretation Monochrome1 = new("MONOCHROME1", "Monochrome 1", isColor: false);
    public static readonly PhotometricInterpretation Monochrome2 = new("MONOCHROME2", "Monochrome 2", isColor: false);
    public static readonly PhotometricInterpretation PaletteColor = new("PALETTE COLOR", "Palette Color", isPalette: true);
    public static readonly PhotometricInterpretation Rgb = new("RGB", "RGB");
    public static readonly PhotometricInterpretation YbrFull = new("YBR_FULL", "YBR Full", isYbr: true);
    public static readonly PhotometricInterpretation YbrFull422 = new("YBR_FULL_422", "YBR Full 4:2:2", isYbr: true);
    public static readonly PhotometricInterpretation YbrPartial422 = new("YBR_PARTIAL_422", "YBR Partial 4:2:2", isYbr: true);
    public static readonly PhotometricInterpretation YbrPartial420 = new("YBR_PARTIAL_420", "YBR Partial 4:2:0", isYbr: true);
    public static readonly PhotometricInterpretation YbrIct = new("YBR_ICT", "YBR, irreversible transformation", isYbr: true);
    public static readonly PhotometricInterpretation YbrRct = new("YBR_RCT", "YBR, reversible transformation", isYbr: true);

    private static readonly PhotometricInterpretation[] All =
        [Monochrome1, Monochrome2, PaletteColor, Rgb, YbrFull, YbrFull422, YbrPartial422, YbrPartial420, YbrIct, YbrRct];

    private PhotometricInterpretation(string value, string description, bool isColor = true, bool isPalette = false, bool isYbr = false)
    {
        Value = value;
        Description = description;
        IsColor = isColor;
        IsPalette = isPalette;
        IsYBR = isYbr;
    }

    public string Value { get; }

    public string Description { get; }

    public bool IsColor { get; }

    public bool IsPalette { get; }

    public bool IsYBR { get; }

    public static bool operator ==(PhotometricInterpretation a, PhotometricInterpretation b) => a is null ? b is null : a.Equals(b);

    public static bool operator !=(PhotometricInterpretation a, PhotometricInterpretation b) => !(a == b);

    /// <exception cref="DicomImagingException">Not of the standard.</exception>
    public static PhotometricInterpretation Parse(string photometricInterpretation)
    {
        var term = photometricInterpretation?.Trim().Trim('\0').ToUpperInvariant();
        return Array.Find(All, known => known.Value == term)
            ?? throw new DicomImagingException($"'{photometricInterpretation}' is no photometric interpretation of the standard");
    }

    public override bool Equals(object obj) => obj is PhotometricInterpretation other && other.Value == Value;

    public override int GetHashCode() => StringComparer.Ordinal.GetHashCode(Value);

    public override string ToString() => Description;
}
