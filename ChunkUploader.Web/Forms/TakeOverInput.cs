namespace ChunkUploader.Web.Forms;

/// <summary>The field of <c>POST /uploads/{id}/take-over</c>, as it was sent.</summary>
public sealed record TakeOverInput(string? Secret) : IUploadInput<TakeOverInput>
{
    public static TakeOverInput From(UploadForm form) => new(form.Field("secret"));
}
