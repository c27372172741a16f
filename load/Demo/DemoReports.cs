using Regional.Load.Portal;

namespace Regional.Load.Demo;

/// <summary>What the demo's readers write, from the demo's templates.</summary>
public static class DemoReports
{
    public static readonly ReportWords ChestNormal = new(
        "chest-dr",
        "胸廓对称，气管居中。双肺纹理走行自然，肺野内未见实变或结节。肺门不大，心胸比0.45。膈面光整，肋膈角锐利。",
        "心、肺、膈未见明确异常。",
        false);

    public static readonly ReportWords ChestTension = new(
        "chest-dr",
        "左侧胸腔见大片无肺纹理透亮区，左肺明显压缩，纵隔及心影向右移位，左膈低平。右肺未见实变。",
        "左侧张力性气胸，请立即临床处理。",
        true);

    public static readonly ReportWords HeadNormal = new(
        "head-ct",
        "脑实质密度未见异常，灰白质分界清楚。脑室、脑池形态正常，中线移位0mm。颅内未见出血。颅骨完整。",
        "颅内未见急性出血；早期梗死CT可不显示，必要时MR复查。",
        false);

    public static readonly ReportWords HeadBleed = new(
        "head-ct",
        "左侧基底节区见团片状高密度影，CT值约65HU，大小约3.0cm×4.2cm，周围见低密度水肿带。左侧脑室轻度受压，中线移位不明显。颅骨完整。",
        "左侧基底节区急性脑出血，建议立即专科处理。",
        true);

    public static readonly ReportWords AbdomenNormal = new(
        "abdomen-us",
        "肝大小正常，回声均匀；胆囊壁光滑，腔内未见强回声；胆总管内径5mm；胰腺头体显示段未见异常；脾厚34mm。",
        "肝胆胰脾声像图未见明显异常。",
        false);

    public static readonly ReportWords AbdomenStone = new(
        "abdomen-us",
        "肝大小正常，回声均匀；胆囊壁光滑，腔内见约12mm强回声，后伴声影；胆总管内径5mm；胰腺头体显示段未见异常；脾厚33mm。",
        "胆囊结石。建议3个月后复查。",
        true);
}
