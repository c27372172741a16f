using System.Linq.Expressions;
using System.Reflection;
using Orleans.Concurrency;

namespace Orleans.Embedded;

/// <summary>One method of a contract: how its requests behave, are copied and are run. Built once, at start.</summary>
internal sealed class MethodModel
{
    private readonly Func<object, object?[], ValueTask<object?>> _invoke;

    public MethodModel(Type contract, MethodInfo method)
    {
        Contract = contract;
        Method = method;
        var parameters = method.GetParameters();
        Parameters = parameters;
        CancellationIndex = Array.FindIndex(parameters, p => p.ParameterType == typeof(CancellationToken));
        IsOneWay = method.IsDefined(typeof(OneWayAttribute)) || method.ReturnType == typeof(void);
        IsReadOnly = method.IsDefined(typeof(ReadOnlyAttribute));
        AlwaysInterleaves = method.IsDefined(typeof(AlwaysInterleaveAttribute));
        ResponseTimeout = method.GetCustomAttribute<ResponseTimeoutAttribute>()?.Timeout;
        ResultType = ResultTypeOf(method.ReturnType);
        ActivityName = $"{contract.Name}/{method.Name}";

        ArgumentCopiers = parameters
            .Select(p => p.IsDefined(typeof(ImmutableAttribute)) ? null : DeepCopy.CopierFor(p.ParameterType))
            .ToArray();
        ResultCopier = ResultType is null || method.ReturnParameter.IsDefined(typeof(ImmutableAttribute))
            ? null
            : DeepCopy.CopierFor(ResultType);
        _invoke = CompileInvoke(contract, method, parameters);
    }

    public Type Contract { get; }

    public MethodInfo Method { get; }

    public ParameterInfo[] Parameters { get; }

    /// <summary>The type of the answer, or null if the method only completes.</summary>
    public Type? ResultType { get; }

    public int CancellationIndex { get; }

    public bool IsOneWay { get; }

    public bool IsReadOnly { get; }

    public bool AlwaysInterleaves { get; }

    public TimeSpan? ResponseTimeout { get; }

    public string ActivityName { get; }

    /// <summary>Per parameter how its value is copied, or null where it may be handed over.</summary>
    public CopyFunction?[] ArgumentCopiers { get; }

    public CopyFunction? ResultCopier { get; }

    /// <summary>Runs the method on <paramref name="target"/> and gives its result, boxed.</summary>
    public ValueTask<object?> Invoke(object target, object?[] arguments) => _invoke(target, arguments);

    public override string ToString() => $"{Contract.Name}.{Method.Name}";

    private static Type? ResultTypeOf(Type returned) =>
        returned.IsGenericType && (returned.GetGenericTypeDefinition() == typeof(Task<>) || returned.GetGenericTypeDefinition() == typeof(ValueTask<>))
            ? returned.GetGenericArguments()[0]
            : null;

    private static Func<object, object?[], ValueTask<object?>> CompileInvoke(Type contract, MethodInfo method, ParameterInfo[] parameters)
    {
        var target = Expression.Parameter(typeof(object), "target");
        var arguments = Expression.Parameter(typeof(object?[]), "arguments");
        Expression call = Expression.Call(
            Expression.Convert(target, contract.IsAssignableTo(method.DeclaringType) ? method.DeclaringType! : contract),
            method,
            parameters.Select((p, i) => Expression.Convert(Expression.ArrayIndex(arguments, Expression.Constant(i)), p.ParameterType)));

        var returned = method.ReturnType;
        if (returned == typeof(void))
        {
            call = Expression.Block(call, Expression.Default(typeof(ValueTask<object?>)));
        }
        else
        {
            var adapter = returned.IsGenericType
                ? Adapter(returned.GetGenericTypeDefinition() == typeof(Task<>) ? nameof(OfTaskResult) : nameof(OfValueTaskResult))
                    .MakeGenericMethod(returned.GetGenericArguments())
                : Adapter(returned == typeof(Task) ? nameof(OfTask) : nameof(OfValueTask));
            call = Expression.Call(adapter, call);
        }

        return Expression.Lambda<Func<object, object?[], ValueTask<object?>>>(call, target, arguments).Compile();
    }

    private static MethodInfo Adapter(string name) =>
        typeof(MethodModel).GetMethod(name, BindingFlags.NonPublic | BindingFlags.Static)!;

    private static ValueTask<object?> OfTask(Task task)
    {
        if (task.IsCompletedSuccessfully)
            return default;
        return Awaited(task);

        static async ValueTask<object?> Awaited(Task task)
        {
            await task;
            return null;
        }
    }

    private static ValueTask<object?> OfTaskResult<T>(Task<T> task)
    {
        if (task.IsCompletedSuccessfully)
            return new ValueTask<object?>(task.GetAwaiter().GetResult());
        return Awaited(task);

        static async ValueTask<object?> Awaited(Task<T> task) => await task;
    }

    private static ValueTask<object?> OfValueTask(ValueTask task)
    {
        if (task.IsCompletedSuccessfully)
        {
            task.GetAwaiter().GetResult();
            return default;
        }

        return Awaited(task);

        static async ValueTask<object?> Awaited(ValueTask task)
        {
            await task;
            return null;
        }
    }

    private static ValueTask<object?> OfValueTaskResult<T>(ValueTask<T> task)
    {
        if (task.IsCompletedSuccessfully)
            return new ValueTask<object?>(task.GetAwaiter().GetResult());
        return Awaited(task);

        static async ValueTask<object?> Awaited(ValueTask<T> task) => await task;
    }
}
