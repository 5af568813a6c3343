using ChunkUploader.Web.Forms;
using FluentValidation;

namespace ChunkUploader.Web.Validation;

public sealed class TakeOverInputValidator : AbstractValidator<TakeOverInput>
{
    public TakeOverInputValidator() => RuleFor(input => input.Secret).IsRequired();
}
