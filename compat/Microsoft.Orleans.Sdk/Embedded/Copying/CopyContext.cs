namespace Orleans.Embedded;

/// <summary>Copies one object of a message.</summary>
internal delegate object CopyFunction(object original, CopyContext context);

/// <summary>Remembers what was copied in one message, so that shared and circular parts stay so.</summary>
internal sealed class CopyContext
{
    private Dictionary<object, object>? _copies;

    public bool TryGet(object original, out object? copy)
    {
        if (_copies is not null)
            return _copies.TryGetValue(original, out copy);
        copy = null;
        return false;
    }

    public void Record(object original, object copy) =>
        (_copies ??= new Dictionary<object, object>(ReferenceEqualityComparer.Instance))[original] = copy;
}
