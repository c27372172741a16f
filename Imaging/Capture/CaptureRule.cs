namespace Regional.Imaging.Capture;

/// <summary>Why a file is not made into a DICOM object: machine names, the same in logs, answers and the pages' texts.</summary>
public static class CaptureRule
{
    public const string Empty = "file.empty";
    public const string TooLarge = "file.too-large";
    public const string UnknownType = "file.unknown-type";

    /// <summary>Already DICOM: it is to be sent as such, with the identity that it carries.</summary>
    public const string AlreadyDicom = "file.dicom";
    public const string Heic = "file.heic";
    public const string TooManyPixels = "image.too-many-pixels";

    public const string JpegDamaged = "jpeg.damaged";
    public const string JpegProgressive = "jpeg.progressive";

    /// <summary>Lossless, hierarchical or arithmetic JPEG.</summary>
    public const string JpegProcess = "jpeg.process";
    public const string JpegPrecision = "jpeg.precision";

    /// <summary>CMYK, or any number of components but one and three.</summary>
    public const string JpegColours = "jpeg.colours";

    public const string PngDamaged = "png.damaged";
    public const string BmpDamaged = "bmp.damaged";
    public const string BmpCompressed = "bmp.compressed";

    public const string PdfDamaged = "pdf.damaged";
    public const string PdfEncrypted = "pdf.encrypted";

    /// <summary>Scripts, programs to launch, embedded files or rich media.</summary>
    public const string PdfActive = "pdf.active-content";

    /// <summary>Parts of it are packed in a way that cannot be looked into.</summary>
    public const string PdfOpaque = "pdf.opaque";

    public const string VideoDamaged = "video.damaged";
    public const string VideoFragmented = "video.fragmented";

    /// <summary>Not exactly one video track, or a track that is neither video nor AAC sound.</summary>
    public const string VideoTracks = "video.tracks";
    public const string VideoCodec = "video.codec";

    /// <summary>A profile or level that no DICOM transfer syntax holds (PS3.5 §8.2.7 to §8.2.11).</summary>
    public const string VideoProfile = "video.profile";

    private static readonly Dictionary<string, (string Chinese, string English)> Texts = new(StringComparer.Ordinal)
    {
        [Empty] = ("文件为空", "the file is empty"),
        [TooLarge] = ("文件过大", "the file is too large"),
        [UnknownType] = ("不是 JPEG、PNG、BMP、PDF 或 MP4 文件", "it is no JPEG, PNG, BMP, PDF or MP4 file"),
        [AlreadyDicom] = ("已是 DICOM 文件，请由设备或工作站发送", "it is a DICOM file already: send it from a modality or workstation"),
        [Heic] = ("HEIC/AVIF 照片，请改存为 JPEG", "it is an HEIC or AVIF photo: save it as JPEG"),
        [TooManyPixels] = ("图像像素过多", "the image has too many pixels"),
        [JpegDamaged] = ("JPEG 文件损坏或不完整", "the JPEG file is damaged or incomplete"),
        [JpegProgressive] = ("渐进式 JPEG，请改存为普通（基线）JPEG 或 PNG", "it is a progressive JPEG: save it as baseline JPEG or PNG"),
        [JpegProcess] = ("不支持的 JPEG 编码方式", "the JPEG coding process is not supported"),
        [JpegPrecision] = ("JPEG 不是 8 位", "the JPEG does not have 8 bits a sample"),
        [JpegColours] = ("JPEG 为 CMYK 或颜色分量数不支持", "the JPEG is CMYK or has an unsupported number of components"),
        [PngDamaged] = ("PNG 文件损坏或不完整", "the PNG file is damaged or incomplete"),
        [BmpDamaged] = ("BMP 文件损坏或不完整", "the BMP file is damaged or incomplete"),
        [BmpCompressed] = ("压缩的 BMP，请改存为未压缩 BMP 或 PNG", "the BMP is compressed: save it uncompressed or as PNG"),
        [PdfDamaged] = ("PDF 文件损坏或不完整", "the PDF file is damaged or incomplete"),
        [PdfEncrypted] = ("PDF 已加密", "the PDF is encrypted"),
        [PdfActive] = ("PDF 含脚本、可执行动作或内嵌文件", "the PDF holds scripts, launch actions or embedded files"),
        [PdfOpaque] = ("PDF 内容无法检查", "the PDF cannot be looked into"),
        [VideoDamaged] = ("MP4 文件损坏或不完整", "the MP4 file is damaged or incomplete"),
        [VideoFragmented] = ("分片 MP4，请重新封装", "the MP4 is fragmented: remux it"),
        [VideoTracks] = ("MP4 须只有一个视频轨（可带 AAC 声音）", "the MP4 must have one video track (and at most AAC sound)"),
        [VideoCodec] = ("视频编码不是 H.264 或 HEVC", "the video is neither H.264 nor HEVC"),
        [VideoProfile] = ("视频的规格或级别超出 DICOM 允许范围", "the video's profile or level is beyond what DICOM holds"),
    };

    /// <summary>Every rule, for those who translate them.</summary>
    public static IReadOnlyCollection<string> All => Texts.Keys;

    /// <summary>The rule in words, for people who have no page to look at.</summary>
    public static (string Chinese, string English) TextOf(string rule) => Texts[rule];
}

/// <summary>Ends a conversion from within a parser; never leaves <see cref="CaptureConverter"/>.</summary>
internal sealed class CaptureRefusedException(string rule) : Exception(rule)
{
    public string Rule { get; } = rule;
}
