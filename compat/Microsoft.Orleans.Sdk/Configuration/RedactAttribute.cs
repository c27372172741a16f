namespace Orleans;

/// <summary>The option's value is not written to logs.</summary>
[AttributeUsage(AttributeTargets.Property, AllowMultiple = false)]
public class RedactAttribute : Attribute
{
    public virtual string Redact(object? value) => "REDACTED";
}
