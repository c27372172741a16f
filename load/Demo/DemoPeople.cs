using System.Globalization;

namespace Regional.Load.Demo;

/// <summary>A fictional resident. The identity number lies in the unassigned area 999900.</summary>
/// <param name="Name">As spoken.</param>
/// <param name="Pinyin">Family and given name in DICOM form.</param>
/// <param name="LocalId">The hospital's own number.</param>
public sealed record DemoPerson(string Name, string Pinyin, string Sex, DateOnly Born, string LocalId, string Phone)
{
    /// <summary>18 characters with the check character of GB 11643.</summary>
    public string NationalId
    {
        get
        {
            var serial = (int.Parse(LocalId[^3..], CultureInfo.InvariantCulture) % 499 * 2) + (Sex == "M" ? 1 : 0);
            var body = "999900" + Born.ToString("yyyyMMdd", CultureInfo.InvariantCulture) + serial.ToString("000", CultureInfo.InvariantCulture);
            int[] weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
            return body + "10X98765432"[body.Select((digit, i) => (digit - '0') * weights[i]).Sum() % 11];
        }
    }

    /// <summary>PN with both scripts: pinyin = characters.</summary>
    public string DicomName => $"{Pinyin}={Name[..1]}^{Name[1..]}";

    public object Demographics => new
    {
        name = Name,
        pinyin = Pinyin.Replace('^', ' '),
        sex = Sex,
        birthDate = Born.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        nationalId = NationalId,
        phone = Phone,
        address = "云溪市",
        provisional = false,
    };
}

/// <summary>The people of the first look.</summary>
public static class DemoPeople
{
    public static readonly DemoPerson Chen = new("陈桂英", "Chen^GuiYing", "F", new(1949, 3, 14), "QS000101", "13900000101");
    public static readonly DemoPerson Liu = new("刘志强", "Liu^ZhiQiang", "M", new(1968, 11, 2), "QS000102", "13900000102");
    public static readonly DemoPerson Zhao = new("赵丽华", "Zhao^LiHua", "F", new(1975, 7, 21), "QS000103", "13900000103");
    public static readonly DemoPerson Sun = new("孙建国", "Sun^JianGuo", "M", new(1955, 1, 9), "QS000104", "13900000104");
    public static readonly DemoPerson Zhou = new("周小雨", "Zhou^XiaoYu", "F", new(1998, 5, 30), "QS000105", "13900000105");
    public static readonly DemoPerson Wu = new("吴长河", "Wu^ChangHe", "M", new(1943, 9, 18), "QS000106", "13900000106");
    public static readonly DemoPerson Zheng = new("郑秀兰", "Zheng^XiuLan", "F", new(1960, 12, 25), "QS000107", "13900000107");
    public static readonly DemoPerson Qian = new("钱伟", "Qian^Wei", "M", new(1986, 4, 6), "QS000108", "13900000108");
    public static readonly DemoPerson Feng = new("冯玉梅", "Feng^YuMei", "F", new(1971, 8, 12), "QS000109", "13900000109");
    public static readonly DemoPerson Han = new("韩大山", "Han^DaShan", "M", new(1952, 6, 3), "LH000201", "13900000201");
    public static readonly DemoPerson Yang = new("杨春花", "Yang^ChunHua", "F", new(1963, 2, 27), "LH000202", "13900000202");
    public static readonly DemoPerson Tang = new("唐文静", "Tang^WenJing", "F", new(1990, 10, 11), "QS000110", "13900000110");
}
