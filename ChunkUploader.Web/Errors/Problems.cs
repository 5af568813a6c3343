using System.Globalization;
using System.Text.Json;
using ChunkUploader.Domain;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.ModelBinding;

namespace ChunkUploader.Web.Errors;

/// <summary>Refusals as problem details (RFC 9457) with a stable <c>code</c>.</summary>
static class Problems
{
    public static ObjectResult Of(
        UploadErrorCode code, string detail, IDictionary<string, string[]>? errors = null)
    {
        var (status, text, title) = ErrorTable.Rows[code];
        var problem = errors is null ? new ProblemDetails() : new ValidationProblemDetails(errors);
        (problem.Status, problem.Title, problem.Detail) = (status, title, detail);
        return Of(problem, text);
    }

    /// <summary>What the framework has refused by itself.</summary>
    public static ObjectResult Of(int status)
    {
        var (code, title, detail) = ErrorTable.OfStatus(status);
        return Of(new ProblemDetails { Status = status, Title = title, Detail = detail }, code);
    }

    /// <summary>What did not pass a validator, or could not be bound, such as a number in the query that is none.
    /// </summary>
    public static ObjectResult Of(ModelStateDictionary state) =>
        Of(
            UploadErrorCode.InvalidInput,
            "Some fields are not as they must be.",
            new ValidationProblemDetails(state).Errors.ToDictionary(
                error => JsonNamingPolicy.CamelCase.ConvertName(error.Key), error => error.Value));

    /// <param name="response">Is told when to come again.</param>
    public static ObjectResult Of(UploadException refusal, HttpResponse response)
    {
        TellWhenToComeAgain(refusal, response);
        var result = Of(refusal.Code, refusal.Message);
        var extensions = ((ProblemDetails)result.Value!).Extensions;
        if (refusal.Missing is { } missing)
        {
            extensions["missing"] = missing.Select(range => new[] { range.First, range.Last }).ToArray();
        }

        if (refusal.MaxFileSize is { } limit)
        {
            extensions["maxFileSize"] = limit;
        }

        return result;
    }

    public static void TellWhenToComeAgain(UploadException refusal, HttpResponse response)
    {
        if (refusal.RetryAfter is { } wait)
        {
            response.Headers.RetryAfter =
                Math.Max(1, Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        }
    }

    static ObjectResult Of(ProblemDetails problem, string code)
    {
        problem.Extensions["code"] = code;
        return new ObjectResult(problem)
        {
            StatusCode = problem.Status,
            ContentTypes = { "application/problem+json" },
        };
    }
}
