using ChunkUploader.Web.Forms;
using FluentValidation;

namespace ChunkUploader.Web.Validation;

public sealed class BeginInputValidator : AbstractValidator<BeginInput>
{
    public BeginInputValidator()
    {
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
