namespace Microsoft.AspNetCore.SignalR.Client;

/// <summary>Handlers for calls from the hub, with up to eight arguments and with or without a result.</summary>
public static partial class HubConnectionExtensions
{
    public static IDisposable On(this HubConnection hubConnection, string methodName, Type[] parameterTypes, Func<object?[], Task> handler) =>
        hubConnection.On(methodName, parameterTypes, static (arguments, state) => ((Func<object?[], Task>)state)(arguments), handler);

    public static IDisposable On<TResult>(this HubConnection hubConnection, string methodName, Type[] parameterTypes, Func<object?[], Task<TResult>> handler) =>
        hubConnection.On(methodName, parameterTypes, static async (arguments, state) => (object?)await ((Func<object?[], Task<TResult>>)state)(arguments), handler);

    public static IDisposable On(this HubConnection hubConnection, string methodName, Action handler) =>
        hubConnection.On(methodName, [], _ =>
        {
            handler();
            return Task.CompletedTask;
        });

    public static IDisposable On(this HubConnection hubConnection, string methodName, Func<Task> handler) =>
        hubConnection.On(methodName, [], _ => handler());

    public static IDisposable On<TResult>(this HubConnection hubConnection, string methodName, Func<TResult> handler) =>
        hubConnection.On<TResult>(methodName, [], _ => Task.FromResult(handler()));

    public static IDisposable On<TResult>(this HubConnection hubConnection, string methodName, Func<Task<TResult>> handler) =>
        hubConnection.On<TResult>(methodName, [], _ => handler());

    public static IDisposable On<T1>(this HubConnection hubConnection, string methodName, Action<T1> handler) =>
        hubConnection.On(methodName, [typeof(T1)], a =>
        {
            handler((T1)a[0]!);
            return Task.CompletedTask;
        });

    public static IDisposable On<T1>(this HubConnection hubConnection, string methodName, Func<T1, Task> handler) =>
        hubConnection.On(methodName, [typeof(T1)], a => handler((T1)a[0]!));

    public static IDisposable On<T1, TResult>(this HubConnection hubConnection, string methodName, Func<T1, TResult> handler) =>
        hubConnection.On<TResult>(methodName, [typeof(T1)], a => Task.FromResult(handler((T1)a[0]!)));

    public static IDisposable On<T1, TResult>(this HubConnection hubConnection, string methodName, Func<T1, Task<TResult>> handler) =>
        hubConnection.On<TResult>(methodName, [typeof(T1)], a => handler((T1)a[0]!));

    public static IDisposable On<T1, T2>(this HubConnection hubConnection, string methodName, Action<T1, T2> handler) =>
        hubConnection.On(methodName, [typeof(T1), typeof(T2)], a =>
        {
            handler((T1)a[0]!, (T2)a[1]!);
            return Task.CompletedTask;
        });

    public static IDisposable On<T1, T2>(this HubConnection hubConnection, string methodName, Func<T1, T2, Task> handler) =>
        hubConnection.On(methodName, [typeof(T1), typeof(T2)], a => handler((T1)a[0]!, (T2)a[1]!));

    public static IDisposable On<T1, T2, TResult>(this HubConnection hubConnection, string methodName, Func<T1, T2, TResult> handler) =>
        hubConnection.On<TResult>(methodName, [typeof(T1), typeof(T2)], a => Task.FromResult(handler((T1)a[0]!, (T2)a[1]!)));

    public static IDisposable On<T1, T2, TResult>(this HubConnection hubConnection, string methodName, Func<T1, T2, Task<TResult>> handler) =>
        hubConnection.On<TResult>(methodName, [typeof(T1), typeof(T2)], a => handler((T1)a[0]!, (T2)a[1]!));

    public static IDisposable On<T1, T2, T3>(this HubConnection hubConnection, string methodName, Action<T1, T2, T3> handler) =>
        hubConnection.On(methodName, [typeof(T1), typeof(T2), typeof(T3)], a =>
        {
            handler((T1)a[0]!, (T2)a[1]!, (T3)a[2]!);
            return Task.CompletedTask;
        });

    public static IDisposable On<T1, T2, T3>(this HubConnection hubConnection, string methodName, Func<T1, T2, T3, Task> handler) =>
        hubConnection.On(methodName, [typeof(T1), typeof(T2), typeof(T3)], a => handler((T1)a[0]!, (T2)a[1]!, (T3)a[2]!));

    public static IDisposable On<T1, T2, T3, TResult>(this HubConnection hubConnection, string methodName, Func<T1, T2, T3, TResult> handler) =>
        hubConnection.On<TResult>(methodName, [typeof(T1), typeof(T2), typeof(T3)], a => Task.FromResult(handler((T1)a[0]!, (T2)a[1]!, (T3)a[2]!)));

    public static IDisposable On<T1, T2, T3, TResult>(this HubConnection hubConnection, string methodName, Func<T1, T2, T3, Task<TResult>> handler) =>
        hubConnection.On<TResult>(methodName, [typeof(T1), typeof(T2), typeof(T3)], a => handler((T1)a[0]!, (T2)a[1]!, (T3)a[2]!));

    public static IDisposable On<T1, T2, T3, T4>(this HubConnection hubConnection, string methodName, Action<T1, T2, T3, T4> handler) =>
        hubConnection.On(methodName, [typeof(T1), typeof(T2), typeof(T3), typeof(T4)], a =>
        {
            handler((T1)a[0]!, (T2)a[1]!, (T3)a[2]!, (T4)a[3]!);
            return Task.CompletedTask;
        });

    public static IDisposable On<T1, T2, T3, T4>(this HubConnection hubConnection, string methodName, Func<T1, T2, T3, T4, Task> handler) =>
        hubConnection.On(methodName, [typeof(T1), typeof(T2), typeof(T3), typeof(T4)], a => handler((T1)a[0]!, (T2)a[1]!, (T3)a[2]!, (T4)a[3]!));

    public static IDisposable On<T1, T2, T3, T4, TResult>(this HubConnection hubConnection, string methodName, Func<T1, T2, T3, T4, TResult> handler) =>
        hubConnection.On<TResult>(methodName, [typeof(T1), typeof(T2), typeof(T3), typeof(T4)], a => Task.FromResult(handler((T1)a[0]!, (T2)a[1]!, (T3)a[2]!, (T4)a[3]!)));

    public static IDisposable On<T1, T2, T3, T4, TResult>(this HubConnection hubConnection, string methodName, Func<T1, T2, T3, T4, Task<TResult>> handler) =>
        hubConnection.On<TResult>(methodName, [typeof(T1), typeof(T2), typeof(T3), typeof(T4)], a => handler((T1)a[0]!, (T2)a[1]!, (T3)a[2]!, (T4)a[3]!));

    public static IDisposable On<T1, T2, T3, T4, T5>(this HubConnection hubConnection, string methodName, Action<T1, T2, T3, T4, T5> handler) =>
        hubConnection.On(methodName, [typeof(T1), typeof(T2), typeof(T3), typeof(T4), typeof(T5)], a =>
        {
            handler((T1)a[0]!, (T2)a[1]!, (T3)a[2]!, (T4)a[3]!, (T5)a[4]!);
            return Task.CompletedTask;
        });

    public static IDisposable On<T1, T2, T3, T4, T5>(this HubConnection hubConnection, string methodName, Func<T1, T2, T3, T4, T5, Task> handler) =>
        hubConnection.On(methodName, [typeof(T1), typeof(T2), typeof(T3), typeof(T4), typeof(T5)], a => handler((T1)a[0]!, (T2)a[1]!, (T3)a[2]!, (T4)a[3]!, (T5)a[4]!));

    public static IDisposable On<T1, T2, T3, T4, T5, TResult>(this HubConnection hubConnection, string methodName, Func<T1, T2, T3, T4, T5, TResult> handler) =>
        hubConnection.On<TResult>(methodName, [typeof(T1), typeof(T2), typeof(T3), typeof(T4), typeof(T5)], a => Task.FromResult(handler((T1)a[0]!, (T2)a[1]!, (T3)a[2]!, (T4)a[3]!, (T5)a[4]!)));

    public static IDisposable On<T1, T2, T3, T4, T5, TResult>(this HubConnection hubConnection, string methodName, Func<T1, T2, T3, T4, T5, Task<TResult>> handler) =>
        hubConnection.On<TResult>(methodName, [typeof(T1), typeof(T2), typeof(T3), typeof(T4), typeof(T5)], a => handler((T1)a[0]!, (T2)a[1]!, (T3)a[2]!, (T4)a[3]!, (T5)a[4]!));

    public static IDisposable On<T1, T2, T3, T4, T5, T6>(this HubConnection hubConnection, string methodName, Action<T1, T2, T3, T4, T5, T6> handler) =>
        hubConnection.On(methodName, [typeof(T1), typeof(T2), typeof(T3), typeof(T4), typeof(T5), typeof(T6)], a =>
        {
            handler((T1)a[0]!, (T2)a[1]!, (T3)a[2]!, (T4)a[3]!, (T5)a[4]!, (T6)a[5]!);
            return Task.CompletedTask;
        });

    public static IDisposable On<T1, T2, T3, T4, T5, T6>(this HubConnection hubConnection, string methodName, Func<T1, T2, T3, T4, T5, T6, Task> handler) =>
        hubConnection.On(methodName, [typeof(T1), typeof(T2), typeof(T3), typeof(T4), typeof(T5), typeof(T6)], a => handler((T1)a[0]!, (T2)a[1]!, (T3)a[2]!, (T4)a[3]!, (T5)a[4]!, (T6)a[5]!));

    public static IDisposable On<T1, T2, T3, T4, T5, T6, TResult>(this HubConnection hubConnection, string methodName, Func<T1, T2, T3, T4, T5, T6, TResult> handler) =>
        hubConnection.On<TResult>(methodName, [typeof(T1), typeof(T2), typeof(T3), typeof(T4), typeof(T5), typeof(T6)], a => Task.FromResult(handler((T1)a[0]!, (T2)a[1]!, (T3)a[2]!, (T4)a[3]!, (T5)a[4]!, (T6)a[5]!)));

    public static IDisposable On<T1, T2, T3, T4, T5, T6, TResult>(this HubConnection hubConnection, string methodName, Func<T1, T2, T3, T4, T5, T6, Task<TResult>> handler) =>
        hubConnection.On<TResult>(methodName, [typeof(T1), typeof(T2), typeof(T3), typeof(T4), typeof(T5), typeof(T6)], a => handler((T1)a[0]!, (T2)a[1]!, (T3)a[2]!, (T4)a[3]!, (T5)a[4]!, (T6)a[5]!));

    public static IDisposable On<T1, T2, T3, T4, T5, T6, T7>(this HubConnection hubConnection, string methodName, Action<T1, T2, T3, T4, T5, T6, T7> handler) =>
        hubConnection.On(methodName, [typeof(T1), typeof(T2), typeof(T3), typeof(T4), typeof(T5), typeof(T6), typeof(T7)], a =>
        {
            handler((T1)a[0]!, (T2)a[1]!, (T3)a[2]!, (T4)a[3]!, (T5)a[4]!, (T6)a[5]!, (T7)a[6]!);
            return Task.CompletedTask;
        });

    public static IDisposable On<T1, T2, T3, T4, T5, T6, T7>(this HubConnection hubConnection, string methodName, Func<T1, T2, T3, T4, T5, T6, T7, Task> handler) =>
        hubConnection.On(methodName, [typeof(T1), typeof(T2), typeof(T3), typeof(T4), typeof(T5), typeof(T6), typeof(T7)], a => handler((T1)a[0]!, (T2)a[1]!, (T3)a[2]!, (T4)a[3]!, (T5)a[4]!, (T6)a[5]!, (T7)a[6]!));

    public static IDisposable On<T1, T2, T3, T4, T5, T6, T7, TResult>(this HubConnection hubConnection, string methodName, Func<T1, T2, T3, T4, T5, T6, T7, TResult> handler) =>
        hubConnection.On<TResult>(methodName, [typeof(T1), typeof(T2), typeof(T3), typeof(T4), typeof(T5), typeof(T6), typeof(T7)], a => Task.FromResult(handler((T1)a[0]!, (T2)a[1]!, (T3)a[2]!, (T4)a[3]!, (T5)a[4]!, (T6)a[5]!, (T7)a[6]!)));

    public static IDisposable On<T1, T2, T3, T4, T5, T6, T7, TResult>(this HubConnection hubConnection, string methodName, Func<T1, T2, T3, T4, T5, T6, T7, Task<TResult>> handler) =>
        hubConnection.On<TResult>(methodName, [typeof(T1), typeof(T2), typeof(T3), typeof(T4), typeof(T5), typeof(T6), typeof(T7)], a => handler((T1)a[0]!, (T2)a[1]!, (T3)a[2]!, (T4)a[3]!, (T5)a[4]!, (T6)a[5]!, (T7)a[6]!));

    public static IDisposable On<T1, T2, T3, T4, T5, T6, T7, T8>(this HubConnection hubConnection, string methodName, Action<T1, T2, T3, T4, T5, T6, T7, T8> handler) =>
        hubConnection.On(methodName, [typeof(T1), typeof(T2), typeof(T3), typeof(T4), typeof(T5), typeof(T6), typeof(T7), typeof(T8)], a =>
        {
            handler((T1)a[0]!, (T2)a[1]!, (T3)a[2]!, (T4)a[3]!, (T5)a[4]!, (T6)a[5]!, (T7)a[6]!, (T8)a[7]!);
            return Task.CompletedTask;
        });

    public static IDisposable On<T1, T2, T3, T4, T5, T6, T7, T8>(this HubConnection hubConnection, string methodName, Func<T1, T2, T3, T4, T5, T6, T7, T8, Task> handler) =>
        hubConnection.On(methodName, [typeof(T1), typeof(T2), typeof(T3), typeof(T4), typeof(T5), typeof(T6), typeof(T7), typeof(T8)], a => handler((T1)a[0]!, (T2)a[1]!, (T3)a[2]!, (T4)a[3]!, (T5)a[4]!, (T6)a[5]!, (T7)a[6]!, (T8)a[7]!));

    public static IDisposable On<T1, T2, T3, T4, T5, T6, T7, T8, TResult>(this HubConnection hubConnection, string methodName, Func<T1, T2, T3, T4, T5, T6, T7, T8, TResult> handler) =>
        hubConnection.On<TResult>(methodName, [typeof(T1), typeof(T2), typeof(T3), typeof(T4), typeof(T5), typeof(T6), typeof(T7), typeof(T8)], a => Task.FromResult(handler((T1)a[0]!, (T2)a[1]!, (T3)a[2]!, (T4)a[3]!, (T5)a[4]!, (T6)a[5]!, (T7)a[6]!, (T8)a[7]!)));

    public static IDisposable On<T1, T2, T3, T4, T5, T6, T7, T8, TResult>(this HubConnection hubConnection, string methodName, Func<T1, T2, T3, T4, T5, T6, T7, T8, Task<TResult>> handler) =>
        hubConnection.On<TResult>(methodName, [typeof(T1), typeof(T2), typeof(T3), typeof(T4), typeof(T5), typeof(T6), typeof(T7), typeof(T8)], a => handler((T1)a[0]!, (T2)a[1]!, (T3)a[2]!, (T4)a[3]!, (T5)a[4]!, (T6)a[5]!, (T7)a[6]!, (T8)a[7]!));
}
