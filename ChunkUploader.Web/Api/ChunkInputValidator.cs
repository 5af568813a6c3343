using FluentValidation;

namespace ChunkUploader.Web.Api;

public sealed class ChunkInputValidator : AbstractValidator<ChunkInput>
{
    public ChunkInputValidator()
    {
        RuleFor(input => input.Index).IsRequired();
        RuleFor(input => input.Index).MustBeIndex();
        RuleFor(input => input.File).IsRequired();
    }
}
