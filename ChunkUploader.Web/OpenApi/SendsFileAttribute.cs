namespace ChunkUploader.Web.OpenApi;

/// <summary>Says of an action that it sends a stored file's bytes, whole or in part.</summary>
[AttributeUsage(AttributeTargets.Method)]
sealed class SendsFileAttribute : Attribute;
