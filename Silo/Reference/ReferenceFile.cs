using Regional.Imaging.Cluster;
using YamlDotNet.Core;
using YamlDotNet.Serialization;
using YamlDotNet.Serialization.NamingConventions;

namespace Regional.Silo.Reference;

/// <summary>A reference file of cluster.yaml as typed values: accounts, items, templates, phrases, the critical-value dictionary.</summary>
internal sealed class ReferenceFile
{
    public int Schema { get; set; }

    /// <summary>Honoured with the demo profile alone.</summary>
    public string? DemoPassword { get; set; }

    public List<AccountLine> Accounts { get; set; } = [];

    public List<ItemLine> Items { get; set; } = [];

    public List<CriticalLine> CriticalValues { get; set; } = [];

    public List<TemplateLine> Templates { get; set; } = [];

    public List<string> Phrases { get; set; } = [];

    /// <exception cref="ClusterFileException">The file cannot be read; says where.</exception>
    public static ReferenceFile Parse(string yaml, string name)
    {
        ReferenceFile file;
        try
        {
            file = new DeserializerBuilder()
                .WithNamingConvention(HyphenatedNamingConvention.Instance)
                .WithTypeConverter(new Scalars())
                .WithDuplicateKeyChecking()
                .Build()
                .Deserialize<ReferenceFile>(yaml) ?? new ReferenceFile();
        }
        catch (YamlException fault)
        {
            throw new ClusterFileException([new ClusterFault(name, $"line {fault.Start.Line}", fault.InnerException?.Message ?? fault.Message)]);
        }

        return file.Schema == 1 ? file : throw new ClusterFileException([new ClusterFault($"{name}: schema", $"{file.Schema}", "must be 1")]);
    }

    internal sealed class AccountLine
    {
        public string User { get; set; } = "";

        public string Name { get; set; } = "";

        public string Site { get; set; } = "";

        public List<string> Roles { get; set; } = [];

        public string? Title { get; set; }

        public string? Licence { get; set; }
    }

    internal sealed class ItemLine
    {
        public string Name { get; set; } = "";

        public string Modality { get; set; } = "";

        public string BodyPart { get; set; } = "";

        public string Preparation { get; set; } = "";

        public int Minutes { get; set; }

        public bool SideRequired { get; set; }
    }

    internal sealed class CriticalLine
    {
        public string Id { get; set; } = "";

        public string Name { get; set; } = "";

        public List<string> Modalities { get; set; } = [];

        public TimeSpan? NotifyWithin { get; set; }

        public TimeSpan? AnswerWithin { get; set; }
    }

    internal sealed class TemplateLine
    {
        public string Id { get; set; } = "";

        public string Name { get; set; } = "";

        public string Modality { get; set; } = "";

        public string BodyPart { get; set; } = "";

        public string Findings { get; set; } = "";

        public string Impression { get; set; } = "";
    }
}
