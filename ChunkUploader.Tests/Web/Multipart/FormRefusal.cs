using ChunkUploader.Web.Multipart;
using NUnit.Framework;

namespace ChunkUploader.Tests.Web.Multipart;

static class FormRefusal
{
    public static async Task<MalformedFormReason> OfAsync(Func<Task> reading) =>
        (await Assert.ThrowsAsync<MalformedFormException>(reading))!.Reason;
}
