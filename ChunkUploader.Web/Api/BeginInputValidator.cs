using ChunkUploader.Domain;
using ChunkUploader.Domain.Sessions;
using FluentValidation;

namespace ChunkUploader.Web.Api;

public sealed class BeginInputValidator : AbstractValidator<BeginInput>
{
    public BeginInputValidator()
    {
        RuleFor(input => input.Id)
            .SetValidator(new TextRule<BeginInput>(
                "must be 32 lower-case hex digits, and stand before a file that is sent along",
                (input, id) => input.File is not null && Id<UploadSession>.TryParse(id, out _))
            {
                Pattern = Rules.IdPattern,
            });
        RuleFor(input => input.FileName).IsRequired();
        RuleFor(input => input.Size).IsRequired();
        RuleFor(input => input.Size).MustBeWholeNumber();
        RuleFor(input => input.LastModified).MustBeWholeNumber();
        RuleFor(input => input.ChunkSize).MustBeWholeNumber(min: 1);
        RuleFor(input => input.Md5).MustBeMd5();
        RuleFor(input => input.ContentHash).MustBeSha256();
        RuleFor(input => input.FirstBlock).MustBeSha256();
    }
}
