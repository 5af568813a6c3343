using System.IO.Pipelines;
using ChunkUploader.Domain.Catalog;
using ChunkUploader.Infrastructure.Storage;
using ChunkUploader.Tests.Web.Multipart;
using ChunkUploader.Web.Multipart;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Moq;

namespace ChunkUploader.Tests.Web.Clients;

static class FormRequest
{
    public static HttpRequest Of(PipeReader body, string? contentType)
    {
        var context = new DefaultHttpContext();
        context.Features.Set<IRequestBodyPipeFeature>(new Body(body));
        context.Request.ContentType = contentType;
        return context.Request;
    }

    public static HttpRequest Of(byte[] body, string? contentType) => Of(new PieceReader(body), contentType);

    public static HttpRequest Of(SentForm form) => Of(form.Close(), form.ContentType);

    public static UploadFormOptions Options(
        BlobPaths? paths = null, long maxStagedBytes = 0, string? required = null) =>
        new()
        {
            Began = DateTimeOffset.UtcNow,
            Staging = paths is null ? Mock.Of<IStagingStore>() : new FileStagingStore(paths),
            MaxStagedBytes = maxStagedBytes,
            CanPlaceFile = (_, fields) => ValueTask.FromResult(required is null || fields.ContainsKey(required)),
        };

    public static Task<UploadForm> ReadAsync(HttpRequest request) => UploadForm.ReadAsync(request, Options(), default);

    sealed class Body(PipeReader reader) : IRequestBodyPipeFeature
    {
        public PipeReader Reader { get; } = reader;
    }
}
