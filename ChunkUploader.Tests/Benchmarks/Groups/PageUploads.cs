using ChunkUploader.Tests.Benchmarks.Driving;
using ChunkUploader.Tests.Benchmarks.Pages;
using ChunkUploader.Tests.Benchmarks.Tables;
using ChunkUploader.Tests.Support;

namespace ChunkUploader.Tests.Benchmarks.Groups;

/// <summary>What people see: uploads from a page in Chromium, picked from the disk.</summary>
sealed class PageUploads : BenchmarkGroup
{
    static readonly UploadingPage Own = new OwnPage();
    static readonly UploadingPage Demo = new DemoPage();

    public override string TitleOf(Scale scale) => "From a page in Chromium";

    public override async Task RunAsync(Bench bench, Section section)
    {
        var scale = bench.Scale;
        var (one, huge) = (TextOf(scale.PageFile), TextOf(scale.PageHugeFile));
        var many = $"{scale.PageFiles} files of {TextOf(scale.PageSmallFile)}";
        await section.TakeTurnsAsync(
            scale.Rounds,
            [
                .. from page in new[] { Own, Demo }
                   select new Contender(RowOf(page, Start(one)), _ => MeasureStartAsync(bench, page, scale.PageFile)),
                .. from page in new[] { Own, Demo } select Row(page, one, 1, scale.PageFile),
                .. from page in new[] { Own, Demo } select Row(page, many, scale.PageFiles, scale.PageSmallFile),
            ]);
        await section.TakeTurnsAsync(1, Row(Own, huge, 1, scale.PageHugeFile));

        bench.Report.Judge(
            $"a page's pick to its first byte on the wire, {one}",
            section.Median(RowOf(Own, Start(one)), Figure.FirstByte),
            150,
            unit: " ms");
        bench.Report.Judge(
            $"a page's pick to stored, {one}, over spark-md5 and flow.js",
            section.Median(RowOf(Own, one), Figure.Wall) / section.Median(RowOf(Demo, one), Figure.Wall),
            0.6);
        bench.Report.Judge(
            $"a page's memory over idle, {huge}",
            section.Median(RowOf(Own, huge), Figure.OverIdle),
            300,
            unit: " MiB");
        bench.Report.Judge(
            $"from a page, {many}, files a second",
            section.Median(RowOf(Own, many), Figure.FilesPerSecond),
            200,
            mustExceed: true);

        Contender Row(UploadingPage page, string what, int files, long size) =>
            new(RowOf(page, what), _ => MeasureAsync(bench, page, files, size));
    }

    static string RowOf(UploadingPage page, string what) => $"{what}, {page.Name}";

    static string Start(string size) => $"{size}, its start";

    static async Task<LoadResult> MeasureStartAsync(Bench bench, UploadingPage kind, long size)
    {
        using var picked = bench.NewFolder();
        await WriteAsync(picked.Combine("0.bin"), 0, size);
        using var data = bench.NewFolder();
        await using var server = await WarmServerAsync(bench, data.Path);
        using var wire = Wire.To(server.BaseAddress);
        await using var page = await ClockedPage.OpenAsync(kind, wire.Address);
        await bench.SettleAsync();
        var start = await page.PickAsync(picked.Combine("0.bin"));
        return new LoadResult(new() { [Figure.FirstByte] = (await wire.FirstByte - start).TotalMilliseconds });
    }

    static async Task<LoadResult> MeasureAsync(Bench bench, UploadingPage kind, int files, long size)
    {
        using var picked = bench.NewFolder();
        for (var number = 0; number < files; number++)
        {
            await WriteAsync(picked.Combine($"{number}.bin"), number, size);
        }

        using var data = bench.NewFolder();
        await using var server = await WarmServerAsync(bench, data.Path);
        await using var page = await ClockedPage.OpenAsync(kind, server.BaseAddress);
        await bench.SettleAsync();
        var times = await page.UploadAsync(files == 1 ? picked.Combine("0.bin") : picked.Path, files);
        return new LoadResult(new()
        {
            [Figure.Wall] = times.Stored.TotalSeconds,
            [Figure.Speed] = files * size / times.Stored.TotalSeconds / MiB,
            [Figure.FilesPerSecond] = files / times.Stored.TotalSeconds,
            [Figure.OverIdle] = times.Memory / (double)MiB,
        });
    }

    /// <summary>One that has been running, as it is developed: unpublished, it has its pages' scripts only so.</summary>
    static async Task<ServerProcess> WarmServerAsync(Bench bench, string folder)
    {
        var server = await ServerProcess.StartAsync(folder);
        var target = new Target(ServerKind.Ours, server.BaseAddress, server.ProcessId, new string('0', 32));
        await LoadDriver.RunAsync(
            new SmallFileLoad { Target = target, Files = bench.Scale.PageWarmUps, Size = 4096, Connections = 5 });
        await LoadDriver.RunAsync(new UploadLoad { Target = target, Size = 16 * MiB, ChunkSize = MiB / 4, Warm = false });
        return server;
    }

    static async Task WriteAsync(string path, int number, long size)
    {
        var random = new Random(number);
        var bytes = new byte[(int)Math.Min(size, MiB)];
        await using var file = File.Create(path);
        for (var left = size; left > 0; left -= bytes.Length)
        {
            random.NextBytes(bytes);
            await file.WriteAsync(bytes.AsMemory(0, (int)Math.Min(left, bytes.Length)));
        }
    }
}
