using System.Globalization;
using ChunkUploader.Domain;
using ChunkUploader.Domain.Chunks;
using ChunkUploader.Domain.Hashing;
using FluentValidation;

namespace ChunkUploader.Web.Api;

/// <summary>The rules that inputs are made of. Absent values pass: being required is another rule.</summary>
static class Rules
{
    /// <summary>How an id is written.</summary>
    public static readonly string IdPattern = $"^[0-9a-f]{{{2 * Id<object>.ByteLength}}}$";

    public static IRuleBuilderOptions<T, string?> MustBeWholeNumber<T>(
        this IRuleBuilder<T, string?> rule, long min = 0, long max = long.MaxValue) =>
        rule.SetValidator(new TextRule<T>(
            $"must be a whole number from {min} to {max}",
            (_, text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                && number >= min && number <= max)
        {
            Numbers = (min, max),
        });

    /// <summary>Whether there is such a chunk is the plan's to say, with a code of its own.</summary>
    public static IRuleBuilderOptions<T, string?> MustBeIndex<T>(this IRuleBuilder<T, string?> rule) =>
        rule.SetValidator(new TextRule<T>(
            "must be a whole number",
            (_, text) => text.AsSpan().TrimStart('-') is { IsEmpty: false } digits
                && !digits.ContainsAnyExceptInRange('0', '9'))
        {
            Numbers = (0, ChunkPlan.MaxChunks - 1),
        });

    public static IRuleBuilderOptions<T, string?> MustBeMd5<T>(this IRuleBuilder<T, string?> rule) =>
        rule.MustBeHex(Md5Digest.ByteLength, (_, text) => Md5Digest.TryParse(text, out var _));

    public static IRuleBuilderOptions<T, string?> MustBeSha256<T>(this IRuleBuilder<T, string?> rule) =>
        rule.MustBeHex(Sha256Digest.ByteLength, (_, text) => Sha256Digest.TryParse(text, out var _));

    public static IRuleBuilderOptions<T, TProperty> IsRequired<T, TProperty>(this IRuleBuilder<T, TProperty> rule) =>
        rule.NotNull().WithMessage("is required");

    static IRuleBuilderOptions<T, string?> MustBeHex<T>(
        this IRuleBuilder<T, string?> rule, int bytes, Func<T, string, bool> holds) =>
        rule.SetValidator(new TextRule<T>($"must be {2 * bytes} hex digits", holds)
        {
            Pattern = $"^[0-9A-Fa-f]{{{2 * bytes}}}$",
        });
}
