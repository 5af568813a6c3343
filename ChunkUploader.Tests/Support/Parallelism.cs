using NUnit.Framework;

// Each fixture has servers, folders and visitors of its own. Those that measure what the whole process does run alone.
[assembly: Parallelizable(ParallelScope.Fixtures)]
[assembly: LevelOfParallelism(3)] // browsers and other processes are often waited for, so one more than cores
