using ChunkUploader.Tests.Support;

namespace ChunkUploader.Tests.Benchmarks.Pages;

/// <summary>A kind of page that uploads what is picked.</summary>
abstract class UploadingPage
{
    public abstract string Name { get; }

    /// <summary>JavaScript: what takes files.</summary>
    public abstract string FileInput { get; }

    /// <summary>JavaScript: what takes a folder.</summary>
    public abstract string FolderInput { get; }

    /// <summary>JavaScript: how many files are stored.</summary>
    public abstract string StoredCount { get; }

    public abstract Task OpenAsync(BrowserTab tab, Uri server);
}

/// <summary>The application's own page.</summary>
sealed class OwnPage : UploadingPage
{
    public override string Name => "this page";

    public override string FileInput => InputOf("Choose files");

    public override string FolderInput => InputOf("Choose a folder");

    public override string StoredCount =>
        "parseInt(document.querySelector('.overall-facts').textContent.replaceAll(',', '')) || 0";

    public override Task OpenAsync(BrowserTab tab, Uri server) => tab.GoToAsync(server);

    static string InputOf(string label) =>
        $"[...document.querySelectorAll('label')].find(it => it.textContent.trim() === '{label}').control";
}

/// <summary>
/// The page that demos of chunked uploads show: spark-md5 reads the whole file, then flow.js sends it in chunks of 8 MiB,
/// three at a time. Both are the packages from npm.
/// </summary>
sealed class DemoPage : UploadingPage
{
    const string Script =
        """
        let stored = 0;
        const chunkSize = 8 * 1024 * 1024;
        const flow = new Flow({ target: '/upload', chunkSize, simultaneousUploads: 3, testChunks: false });
        flow.on('fileSuccess', () => { stored++; });
        const md5Of = async file => {
          const md5 = new SparkMD5.ArrayBuffer();
          for (let start = 0; start < file.size; start += chunkSize)
            md5.append(await file.slice(start, start + chunkSize).arrayBuffer());
          return md5.end();
        };
        const upload = async files => {
          for (const file of files) {
            file.md5 = await md5Of(file);
            flow.addFile(file);
            flow.upload();
          }
        };
        document.body.innerHTML = '<input id="file" type="file"><input id="folder" type="file" webkitdirectory>';
        for (const input of document.querySelectorAll('input'))
          input.addEventListener('change', () => void upload([...input.files]));
        """;

    static readonly string Packages = Path.Combine(ProjectFolders.Tests, "Browser", "Clients", "node_modules");

    public override string Name => "spark-md5, then flow.js";

    public override string FileInput => "document.querySelector('#file')";

    public override string FolderInput => "document.querySelector('#folder')";

    public override string StoredCount => "stored";

    public override async Task OpenAsync(BrowserTab tab, Uri server)
    {
        await tab.GoToAsync(new Uri(server, "languages/en")); // an empty page of the same origin would do
        await tab.EvaluateAsync(await PackageAsync("spark-md5", "spark-md5.min.js"));
        await tab.EvaluateAsync(await PackageAsync("@flowjs", "flow.js", "dist", "flow.min.js"));
        await tab.EvaluateAsync(Script);
    }

    static Task<string> PackageAsync(params string[] path) =>
        File.ReadAllTextAsync(Path.Combine([Packages, .. path]));
}
