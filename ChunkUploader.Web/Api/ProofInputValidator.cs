using FluentValidation;

namespace ChunkUploader.Web.Api;

public sealed class ProofInputValidator : AbstractValidator<ProofInput>
{
    public ProofInputValidator()
    {
        RuleFor(input => input.Answer).IsRequired();
        RuleFor(input => input.Answer).MustBeSha256();
    }
}
