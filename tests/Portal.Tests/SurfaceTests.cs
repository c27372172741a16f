using System.Text;
using System.Text.Json;
using Regional.Portal.Tests.Hosting;

namespace Regional.Portal.Tests;

/// <summary>
/// The REST surface as an approved text: a change shows in review; after a deliberate one run with REGIONAL_APPROVE=1 and commit the text.
/// </summary>
[Collection("centre")]
public sealed class SurfaceTests(CentreFixture centre)
{
    [Fact]
    public async Task The_rest_surface_is_the_approved_one()
    {
        using var client = centre.Anonymous();
        var received = Describe(await client.Get("/openapi/v1.json"));

        var approved = Path.Combine(Path.GetDirectoryName(Here())!, "Approved", "openapi.txt");
        if (Environment.GetEnvironmentVariable("REGIONAL_APPROVE") == "1")
            await File.WriteAllTextAsync(approved, received);
        var expected = (await File.ReadAllTextAsync(approved)).ReplaceLineEndings("\n");
        var news = received.Split('\n').Except(expected.Split('\n')).Select(l => "+ " + l);
        var gone = expected.Split('\n').Except(received.Split('\n')).Select(l => "- " + l);
        (received == expected).ShouldBeTrue($"the surface differs from Approved/openapi.txt\n{string.Join('\n', gone.Concat(news).Take(40))}");
    }

    private static string Here([System.Runtime.CompilerServices.CallerFilePath] string path = "") => path;

    private static string Describe(JsonElement document)
    {
        var lines = new List<string>();
        foreach (var path in document.GetProperty("paths").EnumerateObject())
        {
            foreach (var operation in path.Value.EnumerateObject())
            {
                var line = new StringBuilder($"{operation.Name.ToUpperInvariant()} {path.Name} {operation.Value.GetProperty("operationId").GetString()}");
                if (operation.Value.TryGetProperty("parameters", out var parameters))
                    line.Append(" (").AppendJoin(", ", parameters.EnumerateArray().Select(p => $"{p.GetProperty("in").GetString()} {p.GetProperty("name").GetString()}")).Append(')');
                if (operation.Value.TryGetProperty("requestBody", out var body))
                    line.Append(" body ").Append(Content(body));
                foreach (var response in operation.Value.GetProperty("responses").EnumerateObject())
                    line.Append($" -> {response.Name} ").Append(Content(response.Value));
                lines.Add(line.ToString().TrimEnd());
            }
        }

        foreach (var schema in document.GetProperty("components").GetProperty("schemas").EnumerateObject())
        {
            if (schema.Value.TryGetProperty("enum", out var words))
                lines.Add($"{schema.Name} = {string.Join(" | ", words.EnumerateArray().Select(w => w.ToString()))}");
            if (!schema.Value.TryGetProperty("properties", out var properties))
                continue;
            lines.AddRange(properties.EnumerateObject().Select(property => $"{schema.Name}.{property.Name}: {Type(property.Value)}"));
        }

        lines.Sort(StringComparer.Ordinal);
        return string.Join('\n', lines) + "\n";
    }

    private static string Content(JsonElement holder) =>
        holder.TryGetProperty("content", out var content) && content.EnumerateObject().FirstOrDefault() is { Value.ValueKind: JsonValueKind.Object } first
        && first.Value.TryGetProperty("schema", out var schema) ? Type(schema) : "";

    private static string Type(JsonElement schema)
    {
        if (schema.TryGetProperty("$ref", out var reference))
            return reference.GetString()!.Split('/')[^1];
        if (schema.TryGetProperty("oneOf", out var choices))
            return string.Join(" or ", choices.EnumerateArray().Select(Type));
        var type = schema.TryGetProperty("type", out var named)
            ? named.ValueKind == JsonValueKind.Array ? string.Join(" or ", named.EnumerateArray().Select(t => t.GetString())) : named.GetString()!
            : "any";
        if (schema.TryGetProperty("items", out var items))
            type += " of " + Type(items);
        return schema.TryGetProperty("format", out var format) ? $"{type} {format.GetString()}" : type;
    }
}
