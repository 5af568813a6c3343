namespace ChunkUploader.Tests.Interleavings.Scenarios;

/// <summary>Those of <see cref="System.Threading.Tasks.ConfigureAwaitOptions"/> that the domain uses.</summary>
public enum ControlledAwaitOptions
{
    SuppressThrowing,
}
