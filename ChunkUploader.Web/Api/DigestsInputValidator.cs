using FluentValidation;

namespace ChunkUploader.Web.Api;

public sealed class DigestsInputValidator : AbstractValidator<DigestsInput>
{
    public DigestsInputValidator()
    {
        RuleFor(input => input.Md5).MustBeMd5();
        RuleFor(input => input.ContentHash).MustBeSha256();
    }
}
