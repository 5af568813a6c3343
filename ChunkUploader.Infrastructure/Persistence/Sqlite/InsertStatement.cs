using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;

namespace ChunkUploader.Infrastructure.Persistence.Sqlite;

/// <summary>
/// Inserts rows by a prepared statement that is made from EF's model: tables, columns and conversions are EF's, without
/// its change tracking, which costs many times what SQLite takes for the row.
/// </summary>
/// <param name="onConflict">What is to happen where there is such a row; by default that is an error.</param>
sealed class InsertStatement<T>(string onConflict = "")
    where T : class
{
    PreparedStatement? _statement;
    IProperty[] _columns = [];

    /// <summary>Keeps a row out where there is one with the same value in a column.</summary>
    public static InsertStatement<T> Unless(string column) => new($"ON CONFLICT (\"{column}\") DO NOTHING");

    /// <returns>False if a conflict kept the row out.</returns>
    public bool Execute(UploaderDbContext context, T row)
    {
        _statement ??= Prepare(context.Model.FindEntityType(typeof(T))!);
        return _statement.Execute(context, Array.ConvertAll(_columns, column => ValueOf(column, row))) > 0;
    }

    static object? ValueOf(IProperty column, T row)
    {
        // Where an object that has columns is missing, EF would give the defaults of its values.
        if (column.DeclaringType is IComplexType part
            && part.ComplexProperty.GetGetter().GetClrValueUsingContainingEntity(row) is null)
        {
            return null;
        }

        var value = column.GetGetter().GetClrValueUsingContainingEntity(row);
        var converter = column.GetTypeMapping().Converter;
        return value is null || converter is null ? value : converter.ConvertToProvider(value);
    }

    PreparedStatement Prepare(IEntityType type)
    {
        var table = StoreObjectIdentifier.Create(type, StoreObjectType.Table)!.Value;
        _columns = [.. type.GetFlattenedProperties().Where(property => property.GetColumnName(table) is not null)];
        var names = string.Join(", ", _columns.Select(column => $"\"{column.GetColumnName(table)}\""));
        var values = string.Join(", ", _columns.Select((_, i) => $"${i}"));
        return new PreparedStatement($"INSERT INTO \"{table.Name}\" ({names}) VALUES ({values}) {onConflict}");
    }
}
