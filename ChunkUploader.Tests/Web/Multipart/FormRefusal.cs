using ChunkUploader.Web.Forms;
using NUnit.Framework;

namespace ChunkUploader.Tests.Web.Forms;

static class Refusal
{
    public static async Task<MalformedFormReason> OfAsync(Func<Task> reading) =>
        (await Assert.ThrowsAsync<MalformedFormException>(reading))!.Reason;
}
