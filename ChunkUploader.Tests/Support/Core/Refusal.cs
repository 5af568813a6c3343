using ChunkUploader.Domain;
using NUnit.Framework;

namespace ChunkUploader.Tests.Support.Core;

/// <summary>What was refused, and why.</summary>
static class Refusal
{
    public static async Task<UploadException> OfAsync(UploadErrorCode code, Func<Task> refused)
    {
        try
        {
            await refused().WaitAsync(Until.Limit);
        }
        catch (UploadException exception)
        {
            Assert.That(exception.Code, Is.EqualTo(code), exception.Message);
            return exception;
        }

        throw new AssertionException($"Nothing was refused; {code} was expected.");
    }

    public static UploadException Of(UploadErrorCode code, Action refused) =>
        OfAsync(code, () =>
        {
            refused();
            return Task.CompletedTask;
        }).GetAwaiter().GetResult();
}
