using Orleans.Core.Internal;

namespace Orleans.Core.Internal
{
    /// <summary>An activation that can let its own call chain back in.</summary>
    public interface ICallChainReentrantGrainContext
    {
        void OnEnterReentrantSection(Guid reentrancyId);

        void OnExitReentrantSection(Guid reentrancyId);
    }
}

namespace Orleans.Runtime
{
    /// <summary>Values that travel with the call chain. Not for identity: that is a parameter.</summary>
    public static class RequestContext
    {
        internal const string CallChainKey = "#CCR";

        private static readonly AsyncLocal<Dictionary<string, object>?> s_values = new();

        /// <summary>The call chain that may enter again, or empty.</summary>
        public static Guid ReentrancyId
        {
            get => Get(CallChainKey) is Guid id ? id : Guid.Empty;
            set
            {
                if (value == Guid.Empty)
                    Remove(CallChainKey);
                else
                    Set(CallChainKey, value);
            }
        }

        public static IEnumerable<string> Keys => s_values.Value?.Keys ?? Enumerable.Empty<string>();

        public static IEnumerable<KeyValuePair<string, object>> Entries => s_values.Value ?? Enumerable.Empty<KeyValuePair<string, object>>();

        /// <summary>Until disposed, calls made from here may call back into this activation while it waits for them.</summary>
        public static ReentrancySection AllowCallChainReentrancy()
        {
            var outer = ReentrancyId;
            return new ReentrancySection(outer, outer == Guid.Empty ? Guid.NewGuid() : outer);
        }

        /// <summary>Until disposed, calls made from here may not call back.</summary>
        public static ReentrancySection SuppressCallChainReentrancy() => new(ReentrancyId, Guid.Empty);

        public static object? Get(string key) => s_values.Value is { } values && values.TryGetValue(key, out var value) ? value : null;

        public static void Set(string key, object value)
        {
            // Copied on every change: other flows of execution hold the same dictionary.
            s_values.Value = s_values.Value is { } values
                ? new Dictionary<string, object>(values) { [key] = value }
                : new Dictionary<string, object>(1) { [key] = value };
        }

        public static bool Remove(string key)
        {
            if (s_values.Value is not { } values || !values.ContainsKey(key))
                return false;

            if (values.Count == 1)
            {
                s_values.Value = null;
            }
            else
            {
                var rest = new Dictionary<string, object>(values);
                rest.Remove(key);
                s_values.Value = rest;
            }

            return true;
        }

        public static void Clear()
        {
            if (s_values.Value is not null)
                s_values.Value = null;
        }

        internal static Dictionary<string, object>? Export() => s_values.Value;

        internal static void Import(Dictionary<string, object>? values) => s_values.Value = values;

        /// <summary>A stretch of code with its own answer to whether its call chain may come back.</summary>
        public readonly struct ReentrancySection : IDisposable
        {
            private readonly Guid _outer;
            private readonly Guid _own;

            public ReentrancySection(Guid originalReentrancyId, Guid newReentrancyId)
            {
                _outer = originalReentrancyId;
                _own = newReentrancyId;
                if (_own != _outer)
                    ReentrancyId = _own;
                if (_own != Guid.Empty)
                    (RuntimeContext.Current as ICallChainReentrantGrainContext)?.OnEnterReentrantSection(_own);
            }

            public void Dispose()
            {
                if (_own != Guid.Empty)
                    (RuntimeContext.Current as ICallChainReentrantGrainContext)?.OnExitReentrantSection(_own);
                if (_own != _outer)
                    ReentrancyId = _outer;
            }
        }
    }
}
