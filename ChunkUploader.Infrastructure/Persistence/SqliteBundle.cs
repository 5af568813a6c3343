using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.Loader;

namespace ChunkUploader.Infrastructure.Persistence;

/// <summary>
/// Microsoft.Data.Sqlite 10 asks for SQLitePCLRaw.core 2.1; version 2.0.6, which is referenced, has every function that
/// it calls but <c>sqlite3_load_extension</c>, which is not used here. The runtime refuses an older assembly than the
/// one asked for, so it is offered here by its bare name. Can go with SQLitePCLRaw 2.1.13, see Directory.Build.props.
/// </summary>
static class SqliteBundle
{
    [ModuleInitializer]
    [SuppressMessage("Usage", "CA2255", Justification = "It must run before the first SQLite type is loaded.")]
    internal static void AcceptOlderCore() => AssemblyLoadContext.Default.Resolving += static (context, name) =>
        name is { Name: "SQLitePCLRaw.core", Version: not null }
            ? context.LoadFromAssemblyName(new AssemblyName(name.Name))
            : null;
}
