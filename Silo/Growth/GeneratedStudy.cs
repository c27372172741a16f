using System.Globalization;
using System.Text;
using Regional.Imaging.Packs;

namespace Regional.Silo.Growth;

/// <summary>
/// Study number n of a seed: one instance, a data set of headers alone (explicit VR little endian), with the values that people search by in
/// the mixture of a region: Chinese names in both scripts, three years of dates, six modalities, three sites.
/// </summary>
internal sealed class GeneratedStudy
{
    private const string ComputedRadiography = "1.2.840.10008.5.1.4.1.1.1";
    private const string ExplicitLittleEndian = "1.2.840.10008.1.2.1";
    private const int Days = 3 * 365;

    private static readonly string[] Families = ["WANG=王", "LI=李", "ZHANG=张", "LIU=刘", "CHEN=陈", "YANG=杨", "HUANG=黄", "ZHAO=赵", "WU=吴", "ZHOU=周"];
    private static readonly string[] Given = ["WEI=伟", "FANG=芳", "XIUYING=秀英", "NA=娜", "MIN=敏", "JING=静", "LEI=磊", "YAN=艳", "JUN=军", "YONG=勇", "JIE=杰", "TAO=涛"];
    private static readonly string[] Modalities = ["DX", "CT", "US", "MR", "CR", "MG"];
    private static readonly string[] Sites = ["township-a", "township-b", "expert"];
    private static readonly DateTimeOffset First = new(2023, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly int _seed;
    private readonly long _number;
    private readonly uint _mix;

    public GeneratedStudy(int seed, long number)
    {
        (_seed, _number) = (seed, number);
        // Neighbours in number shall not be neighbours in anything else.
        _mix = (uint)((ulong)(number + 1) * 0x9E3779B97F4A7C15UL >> 32) ^ (uint)seed;
    }

    public string StudyUid => $"1.2.826.0.1.3680043.10.543.{_seed}.1.{_number}";

    public string PatientId => $"P{_mix % 1_000_000:D7}";

    public string Accession => $"A{_number:D9}";

    public string Modality => Modalities[_mix / 7 % Modalities.Length];

    public string Site => Sites[_mix / 11 % Sites.Length];

    public string Family => Families[_mix / 13 % Families.Length].Split('=')[0];

    public string Date => First.AddDays(_mix / 17 % Days).ToString("yyyyMMdd", CultureInfo.InvariantCulture);

    public ReceivedInstance Identity => new(
        StudyUid, StudyUid + ".1", StudyUid + ".1.1", ComputedRadiography, ExplicitLittleEndian, "GROWTH", Site, First.AddDays(_mix / 17 % Days));

    public byte[] DataSet()
    {
        var family = Families[_mix / 13 % Families.Length].Split('=');
        var given = Given[_mix / 19 % Given.Length].Split('=');
        using var data = new MemoryStream();
        void Put(uint tag, string vr, string value)
        {
            var bytes = Encoding.UTF8.GetBytes(value);
            var length = bytes.Length + (bytes.Length & 1);
            data.Write([(byte)(tag >> 16), (byte)(tag >> 24), (byte)tag, (byte)(tag >> 8), (byte)vr[0], (byte)vr[1], (byte)length, (byte)(length >> 8)]);
            data.Write(bytes);
            if (length > bytes.Length) data.WriteByte(vr == "UI" ? (byte)0 : (byte)' ');
        }

        Put(0x00080005, "CS", "ISO_IR 192");
        Put(0x00080016, "UI", ComputedRadiography);
        Put(0x00080018, "UI", StudyUid + ".1.1");
        Put(0x00080020, "DA", Date);
        Put(0x00080030, "TM", $"{_mix % 24:D2}{_mix / 24 % 60:D2}{_mix / 1440 % 60:D2}");
        Put(0x00080050, "SH", Accession);
        Put(0x00080060, "CS", Modality);
        Put(0x00080080, "LO", Site);
        Put(0x00081030, "LO", Modality + " growth");
        Put(0x00100010, "PN", $"{family[0]}^{given[0]}={family[1]}^{given[1]}");
        Put(0x00100020, "LO", PatientId);
        Put(0x00100021, "LO", Site);
        Put(0x00100030, "DA", $"{1930 + _mix % 90}{1 + _mix % 12:D2}{1 + _mix % 28:D2}");
        Put(0x00100040, "CS", _mix % 2 == 0 ? "M" : "F");
        Put(0x00180015, "CS", "CHEST");
        Put(0x0020000D, "UI", StudyUid);
        Put(0x0020000E, "UI", StudyUid + ".1");
        Put(0x00200011, "IS", "1");
        Put(0x00200013, "IS", "1");
        return data.ToArray();
    }
}
