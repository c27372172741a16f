using System.Linq.Expressions;
using System.Reflection;
using System.Reflection.Emit;
using Orleans.Runtime;

namespace Orleans.Embedded;

/// <summary>
/// Makes, for a contract, a class derived from <see cref="GrainReference"/> whose methods pack their arguments and call the base class.
/// The real package does the same at build time with a source generator.
/// </summary>
internal static class ReferenceEmitter
{
    private static readonly Lock s_lock = new();
    private static readonly HashSet<string> s_opened = [];
    private static readonly ConstructorInfo s_ignoresAccessChecks;
    private static readonly AssemblyBuilder s_assembly;
    private static readonly ModuleBuilder s_module;

    static ReferenceEmitter()
    {
        s_assembly = AssemblyBuilder.DefineDynamicAssembly(new AssemblyName("Orleans.Embedded.References"), AssemblyBuilderAccess.Run);
        s_module = s_assembly.DefineDynamicModule("References");
        s_ignoresAccessChecks = DefineIgnoresAccessChecks();
        OpenAssembly(typeof(GrainReference).Assembly);
    }

    public static Func<IMessageRouter, GrainId, GrainReference> Emit(ContractModel model)
    {
        lock (s_lock)
        {
            OpenAssembly(model.Contract.Assembly);
            foreach (var method in model.Methods)
                OpenAssembly(method.Contract.Assembly);

            var type = s_module.DefineType(
                $"Reference{s_opened.Count}_{Guid.NewGuid():N}.{model.Contract.Name}",
                TypeAttributes.Public | TypeAttributes.Sealed | TypeAttributes.Class,
                typeof(GrainReference));
            DefineConstructor(type);
            type.AddInterfaceImplementation(model.Contract);
            for (var i = 0; i < model.Methods.Length; i++)
                DefineMethod(type, model.Methods[i], i);

            return CompileFactory(type.CreateType(), model);
        }
    }

    private static Func<IMessageRouter, GrainId, GrainReference> CompileFactory(Type type, ContractModel model)
    {
        var router = Expression.Parameter(typeof(IMessageRouter));
        var target = Expression.Parameter(typeof(GrainId));
        var constructor = type.GetConstructors().Single();
        return Expression.Lambda<Func<IMessageRouter, GrainId, GrainReference>>(
            Expression.New(constructor, router, Expression.Constant(model), target), router, target).Compile();
    }

    private static void DefineConstructor(TypeBuilder type)
    {
        Type[] parameters = [typeof(IMessageRouter), typeof(ContractModel), typeof(GrainId)];
        var il = type.DefineConstructor(MethodAttributes.Public, CallingConventions.Standard, parameters).GetILGenerator();
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Ldarg_1);
        il.Emit(OpCodes.Ldarg_2);
        il.Emit(OpCodes.Ldarg_3);
        il.Emit(OpCodes.Call, typeof(GrainReference).GetConstructor(BindingFlags.NonPublic | BindingFlags.Instance, parameters)!);
        il.Emit(OpCodes.Ret);
    }

    private static void DefineMethod(TypeBuilder type, MethodModel model, int index)
    {
        var method = model.Method;
        var parameters = Array.ConvertAll(model.Parameters, p => p.ParameterType);
        var builder = type.DefineMethod(
            $"{model.Contract.FullName}.{method.Name}",
            MethodAttributes.Private | MethodAttributes.Virtual | MethodAttributes.HideBySig | MethodAttributes.NewSlot | MethodAttributes.Final,
            method.ReturnType,
            parameters);
        var il = builder.GetILGenerator();
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Ldc_I4, index);
        il.Emit(OpCodes.Ldc_I4, parameters.Length);
        il.Emit(OpCodes.Newarr, typeof(object));
        for (var i = 0; i < parameters.Length; i++)
        {
            il.Emit(OpCodes.Dup);
            il.Emit(OpCodes.Ldc_I4, i);
            il.Emit(OpCodes.Ldarg, i + 1);
            if (parameters[i].IsValueType)
                il.Emit(OpCodes.Box, parameters[i]);
            il.Emit(OpCodes.Stelem_Ref);
        }

        il.Emit(OpCodes.Call, BaseCall(method.ReturnType));
        il.Emit(OpCodes.Ret);
        type.DefineMethodOverride(builder, method);
    }

    private static MethodInfo BaseCall(Type returned)
    {
        var name = returned == typeof(void) ? nameof(GrainReference.InvokeVoid)
            : returned == typeof(Task) ? nameof(GrainReference.InvokeTask)
            : returned == typeof(ValueTask) ? nameof(GrainReference.InvokeValueTask)
            : returned.GetGenericTypeDefinition() == typeof(Task<>) ? nameof(GrainReference.InvokeTaskOf)
            : nameof(GrainReference.InvokeValueTaskOf);
        var method = typeof(GrainReference).GetMethod(name, BindingFlags.NonPublic | BindingFlags.Instance)!;
        return returned.IsGenericType ? method.MakeGenericMethod(returned.GetGenericArguments()) : method;
    }

    // Contracts may be internal to their assembly. The runtime honours this attribute by name wherever it is defined.
    private static ConstructorInfo DefineIgnoresAccessChecks()
    {
        var type = s_module.DefineType(
            "System.Runtime.CompilerServices.IgnoresAccessChecksToAttribute",
            TypeAttributes.Public | TypeAttributes.Sealed | TypeAttributes.Class,
            typeof(Attribute));
        var field = type.DefineField("_assemblyName", typeof(string), FieldAttributes.Private);
        var il = type.DefineConstructor(MethodAttributes.Public, CallingConventions.Standard, [typeof(string)]).GetILGenerator();
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Call, typeof(Attribute).GetConstructor(BindingFlags.NonPublic | BindingFlags.Instance, Type.EmptyTypes)!);
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Ldarg_1);
        il.Emit(OpCodes.Stfld, field);
        il.Emit(OpCodes.Ret);
        var getter = type.DefineMethod(
            "get_AssemblyName", MethodAttributes.Public | MethodAttributes.SpecialName, typeof(string), Type.EmptyTypes);
        il = getter.GetILGenerator();
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Ldfld, field);
        il.Emit(OpCodes.Ret);
        type.DefineProperty("AssemblyName", PropertyAttributes.None, typeof(string), null).SetGetMethod(getter);
        return type.CreateType().GetConstructors().Single();
    }

    private static void OpenAssembly(Assembly assembly)
    {
        var name = assembly.GetName().Name!;
        if (s_opened.Add(name))
            s_assembly.SetCustomAttribute(new CustomAttributeBuilder(s_ignoresAccessChecks, [name]));
    }
}
