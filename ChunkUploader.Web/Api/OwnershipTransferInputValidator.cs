using ChunkUploader.Web.Forms;
using FluentValidation;

namespace ChunkUploader.Web.Validation;

public sealed class OwnershipTransferInputValidator : AbstractValidator<OwnershipTransferInput>
{
    public OwnershipTransferInputValidator() => RuleFor(input => input.Secret).IsRequired();
}
