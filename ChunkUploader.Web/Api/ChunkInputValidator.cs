using FluentValidation;

namespace ChunkUploader.Web.Api;

public sealed class ChunkInputValidator : AbstractValidator<ChunkInput>
{
    public ChunkInputValidator()
    {
        RuleFor(input => input.Index).IsRequired();

        // Whether there is such a chunk is the plan's to say, with a code of its own.
        RuleFor(input => input.Index)
            .Must(text => text is null || text.AsSpan().TrimStart('-') is { IsEmpty: false } digits
                && !digits.ContainsAnyExceptInRange('0', '9'))
            .WithMessage("must be a whole number");
        RuleFor(input => input.File).IsRequired();
    }
}
