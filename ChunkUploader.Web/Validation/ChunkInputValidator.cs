using ChunkUploader.Web.Forms;
using FluentValidation;

namespace ChunkUploader.Web.Validation;

public sealed class ChunkInputValidator : AbstractValidator<ChunkInput>
{
    public ChunkInputValidator()
    {
        RuleFor(input => input.Index).IsRequired();
        RuleFor(input => input.Index).MustBeWholeNumber(max: int.MaxValue);
        RuleFor(input => input.File).IsRequired();
    }
}
