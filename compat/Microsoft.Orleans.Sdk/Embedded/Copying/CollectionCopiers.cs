using System.Collections.Immutable;
using System.Collections.ObjectModel;
using System.Diagnostics.CodeAnalysis;
using System.Reflection;

namespace Orleans.Embedded;

/// <summary>Copies collections, each into one of its own type.</summary>
internal static class CollectionCopiers
{
    private static readonly Dictionary<Type, string> s_builders = new()
    {
        [typeof(List<>)] = nameof(OfList),
        [typeof(HashSet<>)] = nameof(OfHashSet),
        [typeof(SortedSet<>)] = nameof(OfSortedSet),
        [typeof(Queue<>)] = nameof(OfQueue),
        [typeof(Stack<>)] = nameof(OfStack),
        [typeof(Collection<>)] = nameof(OfCollection),
        [typeof(ReadOnlyCollection<>)] = nameof(OfReadOnlyCollection),
        [typeof(Dictionary<,>)] = nameof(OfDictionary),
        [typeof(SortedDictionary<,>)] = nameof(OfSortedDictionary),
        [typeof(SortedList<,>)] = nameof(OfSortedList),
        [typeof(ImmutableArray<>)] = nameof(OfImmutableArray),
        [typeof(ImmutableList<>)] = nameof(OfImmutableList),
        [typeof(ImmutableHashSet<>)] = nameof(OfImmutableHashSet),
        [typeof(ImmutableSortedSet<>)] = nameof(OfImmutableSortedSet),
        [typeof(ImmutableQueue<>)] = nameof(OfImmutableQueue),
        [typeof(ImmutableStack<>)] = nameof(OfImmutableStack),
        [typeof(ImmutableDictionary<,>)] = nameof(OfImmutableDictionary),
        [typeof(ImmutableSortedDictionary<,>)] = nameof(OfImmutableSortedDictionary),
    };

    public static bool Knows(Type definition) => s_builders.ContainsKey(definition);

    public static bool TryBuild(Type type, [NotNullWhen(true)] out CopyFunction? copier)
    {
        copier = s_builders.TryGetValue(type.GetGenericTypeDefinition(), out var name) ? Make(name, type.GetGenericArguments()) : null;
        return copier is not null;
    }

    public static CopyFunction ForArray(Type type)
    {
        var element = type.GetElementType()!;
        if (!type.IsSZArray && !ShallowTypes.Contains(element))
            throw new Orleans.Serialization.CodecNotFoundException($"{type} cannot travel in a message: use a one-dimensional array.");
        return type.IsSZArray ? Make(nameof(OfArray), [element]) : static (original, _) => ((Array)original).Clone();
    }

    private static CopyFunction Make(string name, Type[] arguments) =>
        (CopyFunction)typeof(CollectionCopiers).GetMethod(name, BindingFlags.NonPublic | BindingFlags.Static)!
            .MakeGenericMethod(arguments)
            .Invoke(null, null)!;

    // Element copiers are looked up at the first copy, not while being built: a type may contain collections of itself.
    private static Func<T, CopyContext, T> Element<T>()
    {
        if (ShallowTypes.Contains(typeof(T)))
            return static (value, _) => value;

        var copier = new Lazy<CopyFunction?>(() => DeepCopy.CopierFor(typeof(T)));
        return (value, context) => value is null || copier.Value is not { } copy ? value : (T)copy(value, context);
    }

    private static CopyFunction Recorded<TCollection>(Func<TCollection, CopyContext, TCollection> create, Action<TCollection, TCollection, CopyContext> fill)
        where TCollection : class =>
        (original, context) =>
        {
            if (context.TryGet(original, out var known))
                return known!;
            var source = (TCollection)original;
            var copy = create(source, context);
            context.Record(original, copy);
            fill(source, copy, context);
            return copy;
        };

    private static CopyFunction OfArray<T>()
    {
        if (ShallowTypes.Contains(typeof(T)))
        {
            return static (original, context) =>
            {
                if (context.TryGet(original, out var known))
                    return known!;
                var copy = ((T[])original).Clone();
                context.Record(original, copy);
                return copy;
            };
        }

        var element = Element<T>();
        return Recorded<T[]>(
            (source, _) => new T[source.Length],
            (source, copy, context) =>
            {
                for (var i = 0; i < source.Length; i++)
                    copy[i] = element(source[i], context);
            });
    }

    private static CopyFunction OfList<T>()
    {
        var element = Element<T>();
        return Recorded<List<T>>(
            (source, _) => new List<T>(source.Count),
            (source, copy, context) =>
            {
                foreach (var item in source)
                    copy.Add(element(item, context));
            });
    }

    private static CopyFunction OfHashSet<T>()
    {
        var element = Element<T>();
        return Recorded<HashSet<T>>(
            (source, _) => new HashSet<T>(source.Count, source.Comparer),
            (source, copy, context) =>
            {
                foreach (var item in source)
                    copy.Add(element(item, context));
            });
    }

    private static CopyFunction OfSortedSet<T>()
    {
        var element = Element<T>();
        return Recorded<SortedSet<T>>(
            (source, _) => new SortedSet<T>(source.Comparer),
            (source, copy, context) =>
            {
                foreach (var item in source)
                    copy.Add(element(item, context));
            });
    }

    private static CopyFunction OfQueue<T>()
    {
        var element = Element<T>();
        return Recorded<Queue<T>>(
            (source, _) => new Queue<T>(source.Count),
            (source, copy, context) =>
            {
                foreach (var item in source)
                    copy.Enqueue(element(item, context));
            });
    }

    private static CopyFunction OfStack<T>()
    {
        var element = Element<T>();
        return Recorded<Stack<T>>(
            (source, _) => new Stack<T>(source.Count),
            (source, copy, context) =>
            {
                foreach (var item in source.Reverse())
                    copy.Push(element(item, context));
            });
    }

    private static CopyFunction OfCollection<T>()
    {
        var element = Element<T>();
        return Recorded<Collection<T>>(
            (_, _) => [],
            (source, copy, context) =>
            {
                foreach (var item in source)
                    copy.Add(element(item, context));
            });
    }

    private static CopyFunction OfReadOnlyCollection<T>()
    {
        var element = Element<T>();
        return (original, context) => new ReadOnlyCollection<T>(((ReadOnlyCollection<T>)original).Select(i => element(i, context)).ToList());
    }

    private static CopyFunction OfDictionary<TKey, TValue>()
        where TKey : notnull
    {
        var (key, value) = (Element<TKey>(), Element<TValue>());
        return Recorded<Dictionary<TKey, TValue>>(
            (source, _) => new Dictionary<TKey, TValue>(source.Count, source.Comparer),
            (source, copy, context) =>
            {
                foreach (var pair in source)
                    copy.Add(key(pair.Key, context), value(pair.Value, context));
            });
    }

    private static CopyFunction OfSortedDictionary<TKey, TValue>()
        where TKey : notnull
    {
        var (key, value) = (Element<TKey>(), Element<TValue>());
        return Recorded<SortedDictionary<TKey, TValue>>(
            (source, _) => new SortedDictionary<TKey, TValue>(source.Comparer),
            (source, copy, context) =>
            {
                foreach (var pair in source)
                    copy.Add(key(pair.Key, context), value(pair.Value, context));
            });
    }

    private static CopyFunction OfSortedList<TKey, TValue>()
        where TKey : notnull
    {
        var (key, value) = (Element<TKey>(), Element<TValue>());
        return Recorded<SortedList<TKey, TValue>>(
            (source, _) => new SortedList<TKey, TValue>(source.Count, source.Comparer),
            (source, copy, context) =>
            {
                foreach (var pair in source)
                    copy.Add(key(pair.Key, context), value(pair.Value, context));
            });
    }

    private static CopyFunction OfImmutableArray<T>()
    {
        var element = Element<T>();
        return (original, context) =>
        {
            var source = (ImmutableArray<T>)original;
            return source.IsDefault ? original : ImmutableArray.CreateRange(source, item => element(item, context));
        };
    }

    private static CopyFunction OfImmutableList<T>()
    {
        var element = Element<T>();
        return (original, context) => ((ImmutableList<T>)original).ConvertAll(i => element(i, context));
    }

    private static CopyFunction OfImmutableHashSet<T>()
    {
        var element = Element<T>();
        return (original, context) =>
        {
            var source = (ImmutableHashSet<T>)original;
            return source.Select(i => element(i, context)).ToImmutableHashSet(source.KeyComparer);
        };
    }

    private static CopyFunction OfImmutableSortedSet<T>()
    {
        var element = Element<T>();
        return (original, context) =>
        {
            var source = (ImmutableSortedSet<T>)original;
            return source.Select(i => element(i, context)).ToImmutableSortedSet(source.KeyComparer);
        };
    }

    private static CopyFunction OfImmutableQueue<T>()
    {
        var element = Element<T>();
        return (original, context) => ImmutableQueue.CreateRange(((ImmutableQueue<T>)original).Select(i => element(i, context)));
    }

    private static CopyFunction OfImmutableStack<T>()
    {
        var element = Element<T>();
        return (original, context) => ImmutableStack.CreateRange(((ImmutableStack<T>)original).Reverse().Select(i => element(i, context)));
    }

    private static CopyFunction OfImmutableDictionary<TKey, TValue>()
        where TKey : notnull
    {
        var (key, value) = (Element<TKey>(), Element<TValue>());
        return (original, context) =>
        {
            var source = (ImmutableDictionary<TKey, TValue>)original;
            return source.ToImmutableDictionary(p => key(p.Key, context), p => value(p.Value, context), source.KeyComparer, source.ValueComparer);
        };
    }

    private static CopyFunction OfImmutableSortedDictionary<TKey, TValue>()
        where TKey : notnull
    {
        var (key, value) = (Element<TKey>(), Element<TValue>());
        return (original, context) =>
        {
            var source = (ImmutableSortedDictionary<TKey, TValue>)original;
            return source.ToImmutableSortedDictionary(p => key(p.Key, context), p => value(p.Value, context), source.KeyComparer, source.ValueComparer);
        };
    }
}
