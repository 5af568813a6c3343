// The domain is compiled with these in place of what Coyote 1.7.11 does not control. It knows monitors, but not
// System.Threading.Lock: a task that waits for one would block the scheduler itself. ConfigureAwait with options makes it
// crash, and timers and the thread pool would run beside it.
global using ChunkUploader.Tests.Interleavings.Scenarios;
global using ConfigureAwaitOptions = ChunkUploader.Tests.Interleavings.Scenarios.ControlledAwaitOptions;
global using Lock = object;
global using TaskCompletionSource = ChunkUploader.Tests.Interleavings.Scenarios.ControlledCompletionSource;
global using TimeProvider = ChunkUploader.Tests.Interleavings.Scenarios.ControlledTime;
