using System.Globalization;
using ChunkUploader.Domain.Hashing;
using FluentValidation;

namespace ChunkUploader.Web.Api;

/// <summary>The rules that several inputs share. Absent values pass: being required is another rule.</summary>
static class Rules
{
    public static IRuleBuilderOptions<T, string?> MustBeWholeNumber<T>(
        this IRuleBuilder<T, string?> rule, long min = 0, long max = long.MaxValue) =>
        rule.Must(text => text is null
                || (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                    && number >= min && number <= max))
            .WithMessage($"must be a whole number from {min} to {max}");

    public static IRuleBuilderOptions<T, string?> MustBeMd5<T>(this IRuleBuilder<T, string?> rule) =>
        rule.Must(text => text is null || Md5Digest.TryParse(text, out _)).WithMessage("must be 32 hex digits");

    public static IRuleBuilderOptions<T, string?> MustBeSha256<T>(this IRuleBuilder<T, string?> rule) =>
        rule.Must(text => text is null || Sha256Digest.TryParse(text, out _)).WithMessage("must be 64 hex digits");

    public static IRuleBuilderOptions<T, TProperty> IsRequired<T, TProperty>(this IRuleBuilder<T, TProperty> rule) =>
        rule.NotNull().WithMessage("is required");
}
