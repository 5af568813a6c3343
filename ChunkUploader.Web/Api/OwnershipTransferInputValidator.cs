using FluentValidation;

namespace ChunkUploader.Web.Api;

public sealed class OwnershipTransferInputValidator : AbstractValidator<OwnershipTransferInput>
{
    public OwnershipTransferInputValidator() => RuleFor(input => input.Secret).IsRequired();
}
