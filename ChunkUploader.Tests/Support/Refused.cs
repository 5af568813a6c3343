using NUnit.Framework;
using NUnit.Framework.Constraints;

namespace ChunkUploader.Tests.Support;

/// <summary>How refusals are asserted.</summary>
public static class Refused
{
    /// <summary>Problem details with this status and code, and nothing of the server's inside.</summary>
    public static IConstraint With(int status, string code) =>
        new PredicateConstraint<ApiAnswer>(answer =>
            answer is not null
            && answer.Status == status
            && answer.MediaType == "application/problem+json"
            && answer.Code == code
            && answer["status"].GetInt32() == status
            && answer["title"].GetString() is { Length: > 0 }
            && answer["detail"].GetString() is { Length: > 0 } detail
            && !detail.Contains("Exception", StringComparison.Ordinal));
}
