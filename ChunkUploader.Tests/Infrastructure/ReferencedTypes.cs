using System.Reflection;
using System.Reflection.Emit;

namespace ChunkUploader.Tests.Infrastructure;

/// <summary>The types that a type needs: those of its members, and those whose members its code uses.</summary>
static class ReferencedTypes
{
    const BindingFlags All = BindingFlags.Public | BindingFlags.NonPublic
        | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    static readonly Dictionary<int, OpCode> OpCodesByValue = typeof(OpCodes).GetFields()
        .Select(field => (OpCode)field.GetValue(null)!)
        .ToDictionary(code => code.Value & 0xffff);

    public static IEnumerable<Type> Of(Type type)
    {
        var methods = type.GetMethods(All).Cast<MethodBase>().Concat(type.GetConstructors(All)).ToList();
        return type.GetFields(All).Select(field => field.FieldType)
            .Concat(methods.SelectMany(method => method.GetParameters()).Select(parameter => parameter.ParameterType))
            .Concat(methods.OfType<MethodInfo>().Select(method => method.ReturnType))
            .Concat(type.GetInterfaces())
            .Append(type.BaseType!)
            .Concat(methods.SelectMany(UsedBy))
            .OfType<Type>()
            .SelectMany(WithArguments)
            .Distinct();
    }

    /// <summary>By the tokens in its code (ECMA-335, III).</summary>
    static IEnumerable<Type> UsedBy(MethodBase method)
    {
        var code = method.GetMethodBody()?.GetILAsByteArray() ?? [];
        var ofType = method.DeclaringType!.IsGenericType ? method.DeclaringType.GetGenericArguments() : null;
        var ofMethod = method.IsGenericMethod ? method.GetGenericArguments() : null;
        for (var at = 0; at < code.Length;)
        {
            var opCode = OpCodesByValue[code[at] == 0xfe ? 0xfe00 | code[at + 1] : code[at]];
            at += opCode.Size;
            if (opCode.OperandType is OperandType.InlineMethod or OperandType.InlineField or OperandType.InlineType or OperandType.InlineTok)
            {
                foreach (var used in TypesOf(method.Module.ResolveMember(BitConverter.ToInt32(code, at), ofType, ofMethod)!))
                {
                    yield return used;
                }
            }

            at += opCode.OperandType switch
            {
                OperandType.InlineNone => 0,
                OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
                OperandType.InlineVar => 2,
                OperandType.InlineI8 or OperandType.InlineR => 8,
                OperandType.InlineSwitch => 4 + (4 * BitConverter.ToInt32(code, at)),
                _ => 4,
            };
        }
    }

    static IEnumerable<Type> TypesOf(MemberInfo member) => member switch
    {
        Type type => [type],
        FieldInfo field => [field.DeclaringType!, field.FieldType],
        MethodInfo method => [method.DeclaringType!, method.ReturnType, .. method.GetGenericArguments()],
        _ => [member.DeclaringType!],
    };

    static IEnumerable<Type> WithArguments(Type type) =>
        type.IsGenericType ? type.GetGenericArguments().SelectMany(WithArguments).Append(type) : [type];
}
