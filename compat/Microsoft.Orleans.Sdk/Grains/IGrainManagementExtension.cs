using Orleans.Runtime;

namespace Orleans.Runtime
{
    /// <summary>An interface that every grain takes requests for beside its own contracts.</summary>
    public interface IGrainExtension : IAddressable;
}

namespace Orleans.Core.Internal
{
    /// <summary>Asks a grain to end its activation: <c>grain.AsReference&lt;IGrainManagementExtension&gt;().DeactivateOnIdle()</c>.</summary>
    [Alias("Orleans.IGrainManagementExtension")]
    public interface IGrainManagementExtension : IGrainExtension
    {
        [Alias("DeactivateOnIdle")]
        ValueTask DeactivateOnIdle();
    }
}
