using NUnit.Framework;

namespace ChunkUploader.Tests.Web.Downloads;

/// <summary>The server sends the bytes itself.</summary>
[TestFixture]
public sealed class DirectDownloadTests : DownloadContract
{
    protected override Task<HttpClient> ConnectAsync() =>
        Task.FromResult(new HttpClient { BaseAddress = App.Address });
}
