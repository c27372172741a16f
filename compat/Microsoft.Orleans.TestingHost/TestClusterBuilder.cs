using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace Orleans.TestingHost;

/// <summary>Puts a test cluster together.</summary>
public class TestClusterBuilder
{
    private readonly List<Action> _builderActions = [];
    private readonly List<Action<IConfigurationBuilder>> _configurationActions = [];

    public TestClusterBuilder() : this(2) { }

    public TestClusterBuilder(short initialSilosCount) => Options = new TestClusterOptions
    {
        InitialSilosCount = initialSilosCount,
        ClusterId = CreateClusterId(),
        ServiceId = Guid.NewGuid().ToString("N"),
    };

    public TestClusterOptions Options { get; }

    /// <summary>Configuration values that configurators can read.</summary>
    public Dictionary<string, string?> Properties { get; } = [];

    public static string CreateClusterId() => string.Create(
        CultureInfo.InvariantCulture, $"testcluster-{TimeProvider.System.GetUtcNow():yyyy-MM-dd-HH-mm-ss}-{Random.Shared.Next(1000)}");

    public TestClusterBuilder ConfigureBuilder(Action configureDelegate)
    {
        ArgumentNullException.ThrowIfNull(configureDelegate);
        _builderActions.Add(configureDelegate);
        return this;
    }

    public TestClusterBuilder ConfigureHostConfiguration(Action<IConfigurationBuilder> configureDelegate)
    {
        ArgumentNullException.ThrowIfNull(configureDelegate);
        _configurationActions.Add(configureDelegate);
        return this;
    }

    public TestClusterBuilder AddSiloBuilderConfigurator<T>()
        where T : new()
    {
        if (!typeof(T).IsAssignableTo(typeof(ISiloConfigurator)) && !typeof(T).IsAssignableTo(typeof(IHostConfigurator)))
            throw new ArgumentException($"{typeof(T)} is neither an {nameof(ISiloConfigurator)} nor an {nameof(IHostConfigurator)}.");

        Options.SiloBuilderConfiguratorTypes.Add(typeof(T).AssemblyQualifiedName);
        return this;
    }

    public TestClusterBuilder AddClientBuilderConfigurator<T>()
        where T : new()
    {
        if (!typeof(T).IsAssignableTo(typeof(IClientBuilderConfigurator)) && !typeof(T).IsAssignableTo(typeof(IHostConfigurator)))
            throw new ArgumentException($"{typeof(T)} is neither an {nameof(IClientBuilderConfigurator)} nor an {nameof(IHostConfigurator)}.");

        Options.ClientBuilderConfiguratorTypes.Add(typeof(T).AssemblyQualifiedName);
        return this;
    }

    public TestCluster Build()
    {
        _builderActions.ForEach(action => action());
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(Properties);
        configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Orleans:ClusterId"] = Options.ClusterId,
            ["Orleans:ServiceId"] = Options.ServiceId,
            [nameof(TestClusterOptions.InitialSilosCount)] = Options.InitialSilosCount.ToString(CultureInfo.InvariantCulture),
        });
        _configurationActions.ForEach(action => action(configuration));
        return new TestCluster(Options, configuration.Build());
    }
}
