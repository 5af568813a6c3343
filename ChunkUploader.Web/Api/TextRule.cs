using FluentValidation;
using FluentValidation.Validators;

namespace ChunkUploader.Web.Api;

/// <summary>What a field's text must be, in a way that the API's description can tell, too.</summary>
interface ITextRule
{
    /// <summary>A regular expression for all of the text; null where it is a number.</summary>
    string? Pattern { get; }

    /// <summary>Null where the text is no whole number.</summary>
    (long Min, long Max)? Numbers { get; }
}

/// <inheritdoc cref="ITextRule"/>
/// <param name="message">Of a text that is not so.</param>
/// <param name="holds">Whether a text is so.</param>
sealed class TextRule<T>(string message, Func<T, string, bool> holds) : PropertyValidator<T, string?>, ITextRule
{
    public override string Name => nameof(TextRule<>);

    public string? Pattern { get; init; }

    public (long Min, long Max)? Numbers { get; init; }

    public override bool IsValid(ValidationContext<T> context, string? value) =>
        value is null || holds(context.InstanceToValidate, value);

    protected override string GetDefaultMessageTemplate(string errorCode) => message;
}
