namespace ChunkUploader.Web.OpenApi;

/// <summary>Says of an action that it takes the forms of clients, with fields of their own.</summary>
/// <param name="fields">Those that are worth naming.</param>
[AttributeUsage(AttributeTargets.Method)]
sealed class ClientFormAttribute(params string[] fields) : Attribute
{
    /// <summary>Under which such calls stand in the description.</summary>
    public const string Tag = "Other clients";

    public IReadOnlyList<string> Fields => fields;

    /// <summary>The same fields may come as a JSON object, without a file.</summary>
    public bool TakesJson { get; init; }
}
