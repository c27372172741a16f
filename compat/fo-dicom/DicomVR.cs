namespace FellowOakDicom;

/// <summary>The two-letter codes of PS3.5 table 6.2-1.</summary>
public static class DicomVRCode
{
    public const string AE = "AE";
    public const string AS = "AS";
    public const string AT = "AT";
    public const string CS = "CS";
    public const string DA = "DA";
    public const string DS = "DS";
    public const string DT = "DT";
    public const string FD = "FD";
    public const string FL = "FL";
    public const string IS = "IS";
    public const string LO = "LO";
    public const string LT = "LT";
    public const string OB = "OB";
    public const string OD = "OD";
    public const string OF = "OF";
    public const string OL = "OL";
    public const string OV = "OV";
    public const string OW = "OW";
    public const string PN = "PN";
    public const string SH = "SH";
    public const string SL = "SL";
    public const string SQ = "SQ";
    public const string SS = "SS";
    public const string ST = "ST";
    public const string SV = "SV";
    public const string TM = "TM";
    public const string UC = "UC";
    public const string UI = "UI";
    public const string UL = "UL";
    public const string UN = "UN";
    public const string UR = "UR";
    public const string US = "US";
    public const string UT = "UT";
    public const string UV = "UV";
}

/// <summary>A value representation (PS3.5 section 6.2). Instances are the static fields; reference equality holds.</summary>
public sealed class DicomVR
{
    /// <summary>Marks an element of an explicit-VR stream whose VR bytes are no VR: its length field has four bytes.</summary>
    internal static readonly DicomVR Implicit = new() { Code = "--" };

    public static readonly DicomVR NONE = new() { Code = "NONE", Name = "No Value Representation", ValueType = typeof(object) };

    public static readonly DicomVR AE = Text(DicomVRCode.AE, "Application Entity", 16, DicomValidation.ValidateAE);
    public static readonly DicomVR AS = Text(DicomVRCode.AS, "Age String", 4, DicomValidation.ValidateAS);
    public static readonly DicomVR AT = Binary(DicomVRCode.AT, "Attribute Tag", 4, typeof(DicomTag), byteSwap: 2);
    public static readonly DicomVR CS = Text(DicomVRCode.CS, "Code String", 16, DicomValidation.ValidateCS);
    public static readonly DicomVR DA = Text(DicomVRCode.DA, "Date", 18, DicomValidation.ValidateDA, typeof(DateTime));
    public static readonly DicomVR DS = Text(DicomVRCode.DS, "Decimal String", 16, DicomValidation.ValidateDS, typeof(decimal));
    public static readonly DicomVR DT = Text(DicomVRCode.DT, "Date Time", 54, DicomValidation.ValidateDT, typeof(DateTime));
    public static readonly DicomVR FD = Binary(DicomVRCode.FD, "Floating Point Double", 8, typeof(double));
    public static readonly DicomVR FL = Binary(DicomVRCode.FL, "Floating Point Single", 4, typeof(float));
    public static readonly DicomVR IS = Text(DicomVRCode.IS, "Integer String", 12, DicomValidation.ValidateIS, typeof(int));
    public static readonly DicomVR LO = Text(DicomVRCode.LO, "Long String", 64, DicomValidation.ValidateLO, encoded: true);
    public static readonly DicomVR LT = Text(DicomVRCode.LT, "Long Text", 10240, DicomValidation.ValidateLT, encoded: true, multi: false);
    public static readonly DicomVR OB = Other(DicomVRCode.OB, "Other Byte", 1, typeof(byte[]));
    public static readonly DicomVR OD = Other(DicomVRCode.OD, "Other Double", 8, typeof(double[]));
    public static readonly DicomVR OF = Other(DicomVRCode.OF, "Other Float", 4, typeof(float[]));
    public static readonly DicomVR OL = Other(DicomVRCode.OL, "Other Long", 4, typeof(uint[]));
    public static readonly DicomVR OV = Other(DicomVRCode.OV, "Other Very Long", 8, typeof(ulong[]));
    public static readonly DicomVR OW = Other(DicomVRCode.OW, "Other Word", 2, typeof(ushort[]));
    public static readonly DicomVR PN = Text(DicomVRCode.PN, "Person Name", 64, DicomValidation.ValidatePN, encoded: true);
    public static readonly DicomVR SH = Text(DicomVRCode.SH, "Short String", 16, DicomValidation.ValidateSH, encoded: true);
    public static readonly DicomVR SL = Binary(DicomVRCode.SL, "Signed Long", 4, typeof(int));
    public static readonly DicomVR SQ = new() { Code = DicomVRCode.SQ, Name = "Sequence of Items", PaddingValue = 0x20 };
    public static readonly DicomVR SS = Binary(DicomVRCode.SS, "Signed Short", 2, typeof(short));
    public static readonly DicomVR ST = Text(DicomVRCode.ST, "Short Text", 1024, DicomValidation.ValidateST, encoded: true, multi: false);
    public static readonly DicomVR SV = Binary(DicomVRCode.SV, "Signed Very Long", 8, typeof(long), shortLength: false);
    public static readonly DicomVR TM = Text(DicomVRCode.TM, "Time", 16, DicomValidation.ValidateTM, typeof(DateTime));
    public static readonly DicomVR UC = Text(DicomVRCode.UC, "Unlimited Characters", 0, null, encoded: true, shortLength: false);
    public static readonly DicomVR UI = Text(DicomVRCode.UI, "Unique Identifier", 64, DicomValidation.ValidateUI, padding: 0x00);
    public static readonly DicomVR UL = Binary(DicomVRCode.UL, "Unsigned Long", 4, typeof(uint));
    public static readonly DicomVR UN = Other(DicomVRCode.UN, "Unknown", 1, typeof(byte[]));
    public static readonly DicomVR UR = Text(DicomVRCode.UR, "Universal Resource Identifier or Locator", 0, null, encoded: true, multi: false, shortLength: false);
    public static readonly DicomVR US = Binary(DicomVRCode.US, "Unsigned Short", 2, typeof(ushort));
    public static readonly DicomVR UT = Text(DicomVRCode.UT, "Unlimited Text", 0, null, encoded: true, multi: false, shortLength: false);
    public static readonly DicomVR UV = Binary(DicomVRCode.UV, "Unsigned Very Long", 8, typeof(ulong), shortLength: false);

    private static readonly DicomVR[] All =
    [
        AE, AS, AT, CS, DA, DS, DT, FD, FL, IS, LO, LT, OB, OD, OF, OL, OV, OW, PN, SH, SL, SQ, SS, ST, SV, TM, UC, UI, UL, UN, UR, US, UT, UV,
    ];

    private static readonly Dictionary<string, DicomVR> ByCode = All.Append(NONE).ToDictionary(vr => vr.Code, StringComparer.Ordinal);

    private static readonly DicomVR[] ByLetters = IndexByLetters();

    private Action<string> _validator;

    private DicomVR()
    {
    }

    public string Code { get; private init; }

    public string Name { get; private init; }

    public bool IsString { get; private init; }

    /// <summary>Whether Specific Character Set (0008,0005) applies to the value.</summary>
    public bool IsStringEncoded { get; private init; }

    /// <summary>Whether explicit-VR syntaxes write its length in two bytes (PS3.5 section 7.1.2).</summary>
    public bool Is16bitLength { get; private init; }

    public bool IsMultiValue { get; private init; }

    public byte PaddingValue { get; private init; }

    /// <summary>Greatest length of one value, in characters or bytes; 0 when unlimited.</summary>
    public uint MaximumLength { get; private init; }

    /// <summary>Bytes of one binary value.</summary>
    public int UnitSize { get; private init; }

    /// <summary>Bytes that change places together when the byte order changes.</summary>
    public int ByteSwap { get; private init; }

    public Type ValueType { get; private init; }

    /// <exception cref="DicomValidationException">One value breaks the rules of this VR.</exception>
    public void ValidateString(string content) => _validator?.Invoke(content);

    public override string ToString() => Code;

    /// <exception cref="DicomDataException">No such VR.</exception>
    public static DicomVR Parse(string vr) => TryParse(vr, out var result) ? result : throw new DicomDataException($"'{vr}' is no VR");

    public static bool TryParse(string vr, out DicomVR result)
    {
        result = null;
        return vr != null && ByCode.TryGetValue(vr, out result);
    }

    public static bool TryParse(byte[] vr, out DicomVR result)
    {
        result = null;
        return vr != null && vr.Length >= 2 && TryParse(vr[0], vr[1], out result);
    }

    internal static bool TryParse(byte first, byte second, out DicomVR result)
    {
        int row = first - 'A', column = second - 'A';
        result = row is >= 0 and < 26 && column is >= 0 and < 26 ? ByLetters[row * 26 + column] : null;
        return result != null;
    }

    private static DicomVR[] IndexByLetters()
    {
        var index = new DicomVR[26 * 26];
        foreach (var vr in All) index[(vr.Code[0] - 'A') * 26 + vr.Code[1] - 'A'] = vr;
        return index;
    }

    private static DicomVR Text(
        string code,
        string name,
        uint maximumLength,
        Action<string> validator,
        Type valueType = null,
        bool encoded = false,
        bool multi = true,
        bool shortLength = true,
        byte padding = 0x20) => new()
        {
            Code = code,
            Name = name,
            IsString = true,
            IsStringEncoded = encoded,
            Is16bitLength = shortLength,
            IsMultiValue = multi,
            PaddingValue = padding,
            MaximumLength = maximumLength,
            UnitSize = 1,
            ByteSwap = 1,
            ValueType = valueType ?? typeof(string),
            _validator = validator,
        };

    private static DicomVR Binary(string code, string name, int unitSize, Type valueType, int byteSwap = 0, bool shortLength = true) => new()
    {
        Code = code,
        Name = name,
        Is16bitLength = shortLength,
        IsMultiValue = true,
        MaximumLength = (uint)unitSize,
        UnitSize = unitSize,
        ByteSwap = byteSwap == 0 ? unitSize : byteSwap,
        ValueType = valueType,
    };

    private static DicomVR Other(string code, string name, int unitSize, Type valueType) => new()
    {
        Code = code,
        Name = name,
        IsMultiValue = true,
        UnitSize = unitSize,
        ByteSwap = unitSize,
        ValueType = valueType,
    };
}
