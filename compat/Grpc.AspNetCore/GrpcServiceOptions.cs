using System.Collections.ObjectModel;
using System.IO.Compression;
using Grpc.Core.Interceptors;
using Grpc.Net.Compression;
using Microsoft.Extensions.DependencyInjection;

namespace Grpc.AspNetCore.Server;

/// <summary>Limits, compression and interceptors of all services, or of one (<see cref="GrpcServiceOptions{TService}"/>).</summary>
public class GrpcServiceOptions
{
    internal const int DefaultMaxReceiveMessageSize = 4 * 1024 * 1024;

    private int? _maxSend;
    private int? _maxReceive;
    private bool _maxSendSpecified;
    private bool _maxReceiveSpecified;

    /// <summary>Bytes; null, the default, is no limit. A larger response fails the call with ResourceExhausted.</summary>
    public int? MaxSendMessageSize
    {
        get => _maxSend;
        set => (_maxSend, _maxSendSpecified) = (value, true);
    }

    public bool MaxSendMessageSizeSpecified
    {
        get => _maxSendSpecified;
        set => (_maxSendSpecified, _maxSend) = (value, value ? _maxSend : null);
    }

    /// <summary>Bytes; 4 MiB unless set; null is no limit. A larger request fails the call with ResourceExhausted.</summary>
    public int? MaxReceiveMessageSize
    {
        get => _maxReceive;
        set => (_maxReceive, _maxReceiveSpecified) = (value, true);
    }

    public bool MaxReceiveMessageSizeSpecified
    {
        get => _maxReceiveSpecified;
        set => (_maxReceiveSpecified, _maxReceive) = (value, value ? _maxReceive : null);
    }

    /// <summary>True puts the exception's type and message into the status that the caller sees. Null is false.</summary>
    public bool? EnableDetailedErrors { get; set; }

    /// <summary>The encoding of responses, used when the caller accepts it; its provider must be known.</summary>
    public string? ResponseCompressionAlgorithm { get; set; }

    public CompressionLevel? ResponseCompressionLevel { get; set; }

    public IList<ICompressionProvider> CompressionProviders { get; set; } = [];

    /// <summary>True answers unknown services with HTTP 404 instead of Unimplemented.</summary>
    public bool? IgnoreUnknownServices { get; set; }

    public InterceptorCollection Interceptors { get; } = [];

    internal void Inherit(GrpcServiceOptions all)
    {
        (_maxSend, _maxSendSpecified) = (all._maxSend, all._maxSendSpecified);
        (_maxReceive, _maxReceiveSpecified) = (all._maxReceive, all._maxReceiveSpecified);
        EnableDetailedErrors = all.EnableDetailedErrors;
        ResponseCompressionAlgorithm = all.ResponseCompressionAlgorithm;
        ResponseCompressionLevel = all.ResponseCompressionLevel;
        CompressionProviders = all.CompressionProviders;
        IgnoreUnknownServices = all.IgnoreUnknownServices;
    }

    /// <summary>Fills the default without marking it as specified.</summary>
    internal void ApplyDefaults()
    {
        if (!_maxReceiveSpecified)
            _maxReceive = DefaultMaxReceiveMessageSize;
        if (CompressionProviders.Count > 0)
            return;
        CompressionProviders.Add(new GzipCompressionProvider(CompressionLevel.Fastest));
        CompressionProviders.Add(new DeflateCompressionProvider(CompressionLevel.Fastest));
    }
}

public class GrpcServiceOptions<TService> : GrpcServiceOptions
    where TService : class;

/// <summary>Server interceptors in the order in which they see a call; those of all services come before those of one.</summary>
public class InterceptorCollection : Collection<InterceptorRegistration>
{
    public void Add<TInterceptor>(params object[] args)
        where TInterceptor : Interceptor =>
        Add(typeof(TInterceptor), args);

    /// <exception cref="ArgumentException">The type is no interceptor, or an argument is null.</exception>
    public void Add(Type interceptorType, params object[] args)
    {
        ArgumentNullException.ThrowIfNull(interceptorType);
        if (!interceptorType.IsSubclassOf(typeof(Interceptor)))
            throw new ArgumentException($"Type must inherit from {typeof(Interceptor).FullName}.", nameof(interceptorType));
        Add(new InterceptorRegistration(interceptorType, args));
    }
}

/// <summary>An interceptor's type and the constructor arguments that do not come from services. Made anew for each call unless registered as a service.</summary>
public class InterceptorRegistration
{
    private readonly object[] _arguments;
    private readonly Lazy<ObjectFactory> _factory;

    internal InterceptorRegistration(Type type, object[] arguments)
    {
        if (arguments.Any(argument => argument is null))
            throw new ArgumentException("Interceptor arguments contains a null value. Null interceptor arguments are not supported.", nameof(arguments));
        Type = type;
        _arguments = arguments;
        _factory = new Lazy<ObjectFactory>(() => ActivatorUtilities.CreateFactory(type, [.. arguments.Select(argument => argument.GetType())]));
    }

    public Type Type { get; }

    public IReadOnlyList<object> Arguments => _arguments;

    internal Activated<Interceptor> Activate(IServiceProvider services)
    {
        if (_arguments.Length == 0 && services.GetService(Type) is Interceptor registered)
            return new Activated<Interceptor>(registered, false);
        return new Activated<Interceptor>((Interceptor)_factory.Value(services, _arguments), true);
    }
}

/// <summary>An instance for the time of one call; one that was made for it is disposed with it.</summary>
internal readonly struct Activated<T>(T instance, bool created) : IAsyncDisposable
    where T : class
{
    public T Instance { get; } = instance;

    public ValueTask DisposeAsync()
    {
        if (!created)
            return default;
        if (Instance is IAsyncDisposable asynchronous)
            return asynchronous.DisposeAsync();
        (Instance as IDisposable)?.Dispose();
        return default;
    }
}
