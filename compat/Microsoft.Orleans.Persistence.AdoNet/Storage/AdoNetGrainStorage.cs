using System.Data;
using System.Data.Common;
using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using Orleans.Embedded;
using Orleans.Runtime;

namespace Orleans.Storage;

/// <summary>
/// Keeps states in the table <c>OrleansStorage</c> with the statements found in <c>OrleansQuery</c>: the rows are those of Orleans, so
/// that either engine opens the same database. The ETag is the row's version.
/// </summary>
public partial class AdoNetGrainStorage : IGrainStorage, ILifecycleParticipant<ISiloLifecycle>
{
    private readonly string _name;
    private readonly string _serviceId;
    private readonly AdoNetGrainStorageOptions _options;
    private readonly ILogger _logger;
    private RelationalStorage _storage = null!;
    private string _read = null!;
    private string _write = null!;
    private string _clear = null!;

    internal AdoNetGrainStorage(string name, string serviceId, AdoNetGrainStorageOptions options, ILogger<AdoNetGrainStorage> logger)
    {
        _name = name;
        _serviceId = serviceId;
        _options = options;
        _logger = logger;
    }

    public void Participate(ISiloLifecycle lifecycle) => lifecycle.Subscribe($"{nameof(AdoNetGrainStorage)}-{_name}", _options.InitStage, Init);

    public async Task ReadStateAsync<T>(string grainType, GrainId grainReference, IGrainState<T> grainState)
    {
        var row = Row(grainType, grainReference, grainState);
        var found = (await _storage.Read(_read, row.AddKey, Stored.Of).ConfigureAwait(false)).SingleOrDefault();
        var state = found?.Payload is { } payload ? _options.GrainStorageSerializer.Deserialize<T>(new BinaryData(payload)) : default;
        grainState.State = state is null ? NewState.Of<T>() : state;
        grainState.ETag = found?.Version?.ToString(CultureInfo.InvariantCulture);
        grainState.RecordExists = found?.Payload is not null;
    }

    public async Task WriteStateAsync<T>(string grainType, GrainId grainReference, IGrainState<T> grainState)
    {
        var row = Row(grainType, grainReference, grainState);
        var payload = _options.GrainStorageSerializer.Serialize(grainState.State).ToArray();
        var version = await NewVersion(
            _write,
            command =>
            {
                row.AddKey(command);
                row.AddVersion(command);
                command.Add("PayloadBinary", DbType.Binary, payload);
            }).ConfigureAwait(false);
        ThrowIfInconsistent("WriteState", row, version, grainState.ETag);
        grainState.ETag = version;
        grainState.RecordExists = true;
    }

    public async Task ClearStateAsync<T>(string grainType, GrainId grainReference, IGrainState<T> grainState)
    {
        if (!grainState.RecordExists && string.IsNullOrWhiteSpace(grainState.ETag))
        {
            await ReadStateAsync(grainType, grainReference, grainState).ConfigureAwait(false);
            if (!grainState.RecordExists)
                return;
        }

        var row = Row(grainType, grainReference, grainState);
        var version = await NewVersion(
            _clear,
            command =>
            {
                row.AddKey(command);
                row.AddVersion(command);
            }).ConfigureAwait(false);
        ThrowIfInconsistent("ClearState", row, version, grainState.ETag);
        grainState.ETag = _options.DeleteStateOnClear ? null : version;
        grainState.RecordExists = false;
        grainState.State = NewState.Of<T>();
    }

    private async Task Init(CancellationToken cancellationToken)
    {
        _storage = new RelationalStorage(_options.Invariant, _options.ConnectionString!);
        var statements = await _storage.ReadStatements(cancellationToken).ConfigureAwait(false);
        _read = Statement("ReadFromStorageKey");
        _write = Statement("WriteToStorageKey");
        _clear = Statement(_options.DeleteStateOnClear ? "DeleteStorageKey" : "ClearStorageKey");
        LogInitialized(_logger, _name, _serviceId, _options.Invariant);

        string Statement(string key) => statements.TryGetValue(key, out var text)
            ? text
            : throw new ArgumentException($"Table OrleansQuery has no {key}: the storage's script was not run on this database.");
    }

    private async Task<string?> NewVersion(string statement, Action<DbCommand> addParameters) =>
        (await _storage.Write(statement, addParameters, reader => Stored.Number(reader, 0)).ConfigureAwait(false))
            .SingleOrDefault()?.ToString(CultureInfo.InvariantCulture);

    // No answer, or the version that was expected, means that no row was written: somebody else's version stands there.
    private void ThrowIfInconsistent(string operation, RowKey row, string? newVersion, string? expected)
    {
        if (string.IsNullOrEmpty(newVersion) || newVersion == expected)
        {
            throw new InconsistentStateException(
                $"Version conflict ({operation}): ServiceId={_serviceId} ProviderName={_name} GrainType={row.State} GrainId={row.Grain} ETag={expected}.",
                null,
                expected);
        }
    }

    private RowKey Row<T>(string stateName, GrainId grain, IGrainState<T> state)
    {
        var hasher = _options.HashPicker.PickHasher(_serviceId, _name, stateName, grain, state)!;
        var key = AdoGrainKey.Of(grain);
        return new RowKey(_serviceId, stateName, grain, key, hasher.Hash(key.HashedBytes), hasher.Hash(Encoding.UTF8.GetBytes(stateName)), state.ETag);
    }

    [LoggerMessage(EventId = 200409, Level = LogLevel.Information, Message = "Storage {Name} of service {ServiceId} is ready ({Invariant}).")]
    private static partial void LogInitialized(ILogger logger, string name, string serviceId, string invariant);

    private sealed record RowKey(
        string ServiceId, string State, GrainId Grain, AdoGrainKey Key, int GrainHash, int StateHash, string? ETag)
    {
        public void AddKey(DbCommand command)
        {
            command.Add("GrainIdHash", DbType.Int32, GrainHash);
            command.Add("GrainIdN0", DbType.Int64, Key.N0);
            command.Add("GrainIdN1", DbType.Int64, Key.N1);
            command.Add("GrainTypeHash", DbType.Int32, StateHash);
            command.Add("GrainTypeString", DbType.String, State);
            command.Add("GrainIdExtensionString", DbType.String, Key.Extension);
            command.Add("ServiceId", DbType.String, ServiceId);
        }

        public void AddVersion(DbCommand command) => command.Add(
            "GrainStateVersion",
            DbType.Int32,
            string.IsNullOrWhiteSpace(ETag) ? null : int.Parse(ETag, CultureInfo.InvariantCulture));
    }

    private sealed record Stored(byte[]? Payload, int? Version)
    {
        public static Stored Of(DbDataReader reader)
        {
            var payload = reader.GetOrdinal("PayloadBinary");
            return new Stored(reader.IsDBNull(payload) ? null : (byte[])reader.GetValue(payload), Number(reader, reader.GetOrdinal("Version")));
        }

        public static int? Number(DbDataReader reader, int column) =>
            reader.IsDBNull(column) ? null : Convert.ToInt32(reader.GetValue(column), CultureInfo.InvariantCulture);
    }
}
