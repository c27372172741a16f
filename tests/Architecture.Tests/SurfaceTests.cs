using System.Reflection;
using System.Text;
using Orleans;

namespace Regional.Architecture.Tests;

/// <summary>
/// The wire surface as an approved text: grain interfaces with aliases, records with ids, the link's protocol. A change shows in review;
/// after a deliberate one run with REGIONAL_APPROVE=1 and commit the text.
/// </summary>
public sealed class SurfaceTests
{
    [Fact]
    public void Grain_contracts_are_as_approved() => Approve("grains.txt", DescribeContracts());

    [Fact]
    public void Link_protocol_is_as_approved() => Approve("link.txt", DescribeProtocol());

    private static void Approve(string name, string actual)
    {
        var path = Repository.Path("tests", "Architecture.Tests", "Approved", name);
        if (Environment.GetEnvironmentVariable("REGIONAL_APPROVE") == "1")
            File.WriteAllText(path, actual);
        File.Exists(path).ShouldBeTrue($"{name} has not been approved yet");
        actual.ShouldBe(File.ReadAllText(path).ReplaceLineEndings("\n"), $"the wire surface differs from Approved/{name}");
    }

    private static string DescribeContracts()
    {
        var text = new StringBuilder();
        var types = typeof(Actors.Actor).Assembly.GetTypes()
            .Where(t => t.GetCustomAttribute<AliasAttribute>(false) is not null)
            .OrderBy(t => t.GetCustomAttribute<AliasAttribute>(false)!.Alias, StringComparer.Ordinal);
        foreach (var type in types)
        {
            text.Append(type.IsInterface ? "interface " : type.IsEnum ? "enum " : "record ").Append(type.GetCustomAttribute<AliasAttribute>(false)!.Alias).Append('\n');
            IEnumerable<string> members = type.IsInterface
                ? type.GetMethods().Select(m =>
                    $"{m.GetCustomAttribute<AliasAttribute>()?.Alias}({string.Join(", ", m.GetParameters().Select(p => Name(p.ParameterType)))}): {Name(m.ReturnType)}").Order(StringComparer.Ordinal)
                : type.IsEnum
                    ? Enum.GetNames(type).Select(n => $"{Convert.ToInt64(Enum.Parse(type, n), System.Globalization.CultureInfo.InvariantCulture)} {n}")
                    : type.GetProperties().Where(p => p.GetCustomAttribute<IdAttribute>() is not null)
                        .OrderBy(p => p.GetCustomAttribute<IdAttribute>()!.Id)
                        .Select(p => $"{p.GetCustomAttribute<IdAttribute>()!.Id} {p.Name}: {Name(p.PropertyType)}");
            foreach (var member in members)
                text.Append("  ").Append(member).Append('\n');
        }

        return text.ToString();
    }

    /// <summary>The protocol without comments and spacing: what goes over the wire.</summary>
    private static string DescribeProtocol()
    {
        var text = new StringBuilder();
        foreach (var file in Repository.Files("Grains.Interfaces/Protos", ".proto"))
        {
            foreach (var line in File.ReadLines(Repository.Path(file)))
            {
                var bare = line.Split("//")[0].Trim();
                if (bare.Length > 0)
                    text.Append(string.Join(' ', bare.Split(' ', StringSplitOptions.RemoveEmptyEntries))).Append('\n');
            }
        }

        return text.ToString();
    }

    private static string Name(Type type) =>
        Nullable.GetUnderlyingType(type) is { } value ? Name(value) + "?"
        : type.IsGenericType ? $"{type.Name.Split('`')[0]}<{string.Join(", ", type.GetGenericArguments().Select(Name))}>"
        : type.GetCustomAttribute<AliasAttribute>(false)?.Alias ?? type.Name;
}
