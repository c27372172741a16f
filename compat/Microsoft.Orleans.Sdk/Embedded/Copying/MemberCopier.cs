using System.Linq.Expressions;
using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.CompilerServices;

namespace Orleans.Embedded;

/// <summary>Copies types member by member: contracts by their <see cref="IdAttribute">numbered</see> members, tuples by all.</summary>
internal static class MemberCopier
{
    private delegate void CopyMembers(CopyFunction?[] copiers, object source, object target, CopyContext context);

    public static bool IsTuple(Type type) =>
        type.IsAssignableTo(typeof(ITuple)) || (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(KeyValuePair<,>));

    public static CopyFunction ForContract(Type type) => Build(type, ContractMembers.CarriedFields(type));

    public static CopyFunction ForTuple(Type type) =>
        Build(type, type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic));

    private static CopyFunction Build(Type type, IReadOnlyList<FieldInfo> fields)
    {
        // Looked up at the first copy: a contract may contain itself.
        var copiers = new Lazy<CopyFunction?[]>(() => fields.Select(f => DeepCopy.CopierFor(f.FieldType)).ToArray());
        var copyMembers = Compile(type, fields);
        var create = Creator(type);
        if (type.IsValueType)
        {
            return (original, context) =>
            {
                var copy = create();
                copyMembers(copiers.Value, original, copy, context);
                return copy;
            };
        }

        return (original, context) =>
        {
            if (context.TryGet(original, out var known))
                return known!;
            var copy = create();
            context.Record(original, copy);
            copyMembers(copiers.Value, original, copy, context);
            return copy;
        };
    }

    private static Func<object> Creator(Type type)
    {
        if (!type.IsValueType && type.GetConstructor(Type.EmptyTypes) is { } constructor)
            return Expression.Lambda<Func<object>>(Expression.New(constructor)).Compile();
        return () => RuntimeHelpers.GetUninitializedObject(type);
    }

    // Written as IL because members that are only set at construction cannot be assigned by an expression.
    private static CopyMembers Compile(Type type, IReadOnlyList<FieldInfo> fields)
    {
        var method = new DynamicMethod(
            $"Copy{type.Name}",
            null,
            [typeof(CopyFunction?[]), typeof(object), typeof(object), typeof(CopyContext)],
            typeof(MemberCopier),
            skipVisibility: true);
        var il = method.GetILGenerator();
        var access = type.IsValueType ? OpCodes.Unbox : OpCodes.Castclass;
        for (var i = 0; i < fields.Count; i++)
        {
            var field = fields[i];
            il.Emit(OpCodes.Ldarg_2);
            il.Emit(access, type);
            if (ShallowTypes.Contains(field.FieldType))
            {
                il.Emit(OpCodes.Ldarg_1);
                il.Emit(access, type);
                il.Emit(OpCodes.Ldfld, field);
            }
            else
            {
                il.Emit(OpCodes.Ldarg_0);
                il.Emit(OpCodes.Ldc_I4, i);
                il.Emit(OpCodes.Ldelem_Ref);
                il.Emit(OpCodes.Ldarg_1);
                il.Emit(access, type);
                il.Emit(OpCodes.Ldfld, field);
                if (field.FieldType.IsValueType)
                    il.Emit(OpCodes.Box, field.FieldType);
                il.Emit(OpCodes.Ldarg_3);
                il.Emit(OpCodes.Call, typeof(DeepCopy).GetMethod(nameof(DeepCopy.CopyMember))!);
                il.Emit(OpCodes.Unbox_Any, field.FieldType);
            }

            il.Emit(OpCodes.Stfld, field);
        }

        il.Emit(OpCodes.Ret);
        return method.CreateDelegate<CopyMembers>();
    }
}
