namespace ChunkUploader.Tests.Browser.Clients;

/// <summary>A form client that people have in their pages.</summary>
/// <param name="Name">What it is called in CLIENTS.md.</param>
/// <param name="Scripts">Its files, below the folder of the packages; what is no file is a script itself.</param>
/// <param name="Input">Where a file is picked.</param>
/// <param name="Failure">Makes it call <c>failed</c> when it gives a file up.</param>
sealed record ClientLibrary(string Name, string[] Scripts, string Input, string Failure)
{
    const string OwnInput = "#files";
    const string JQuery = "jquery/dist/jquery.js";

    public static readonly ClientLibrary Flow = new(
        "flow.js",
        ["@flowjs/flow.js/dist/flow.js"],
        OwnInput,
        "flow.on('fileError', (file, answer) => failed(answer));");

    public static readonly ClientLibrary Resumable = new(
        "resumable.js",
        ["resumablejs/resumable.js"],
        OwnInput,
        "resumable.on('fileError', (file, answer) => failed(answer));");

    public static readonly ClientLibrary SimpleUploader = new(
        "simple-uploader.js",
        ["simple-uploader.js/dist/uploader.js"],
        OwnInput,
        "uploader.on('fileError', (root, file, answer) => failed(answer));");

    public static readonly ClientLibrary Dropzone = new(
        "Dropzone",
        ["dropzone/dist/dropzone-min.js"],
        ".dz-hidden-input",
        "drop.on('error', (file, answer) => failed(JSON.stringify(answer)));");

    public static readonly ClientLibrary FineUploader = new(
        "Fine Uploader",
        ["fine-uploader/fine-uploader/fine-uploader.core.js"],
        "#pick input",
        "uploader._options.callbacks.onError = (id, name, reason) => failed(reason);");

    public static readonly ClientLibrary WebUploader = new(
        "WebUploader",
        [JQuery, "webuploader/dist/webuploader.html5only.js"],
        "#pick input",
        "uploader.on('uploadError', (file, reason) => failed(reason));");

    public static readonly ClientLibrary Plupload = new(
        "Plupload",
        ["plupload/js/plupload.full.min.js"],
        ".moxie-shim input",
        "uploader.bind('Error', (up, error) => failed(error.response || error.message));");

    public static readonly ClientLibrary JQueryFileUpload = new(
        "jQuery File Upload",
        [JQuery, "blueimp-file-upload/js/vendor/jquery.ui.widget.js", "blueimp-file-upload/js/jquery.fileupload.js"],
        OwnInput,
        "$('#files').on('fileuploadfail', (event, { jqXHR }) => jqXHR.status >= 400 && failed(jqXHR.responseText));");

    public static readonly ClientLibrary BootstrapFileInput = new(
        "bootstrap-fileinput",
        [JQuery, "bootstrap-fileinput/js/fileinput.js"],
        OwnInput,
        "$('#files').on('filemaxretries', (event, { error }) => failed(error));");

    public static readonly ClientLibrary DevExtreme = new(
        "DevExtreme FileUploader",
        ["devextreme-dist/js/dx.all.js"],
        "#drop input",
        "uploader.on('uploadError', ({ error }) => failed(error.responseText));");

    public static readonly ClientLibrary Kendo = new(
        "Kendo Upload",
        [
            JQuery, "var module = {}, require = () => jQuery", "@progress/kendo-ui/js/kendo.core.js",
            "@progress/kendo-ui/js/kendo.upload.js",
        ],
        OwnInput,
        """
        $('#files').data('kendoUpload').bind(
          'error', ({ XMLHttpRequest: { status, responseText } }) => status >= 400 && failed(responseText));
        """);

    /// <summary>Its packages expect one another under names that only a bundler gives them.</summary>
    public static readonly ClientLibrary Syncfusion = new(
        "Syncfusion Uploader",
        [
            "@syncfusion/ej2-base/dist/ej2-base.umd.min.js", "window.ej2Base = ej",
            "@syncfusion/ej2-buttons/dist/ej2-buttons.umd.min.js", "window.ej2Buttons = ej",
            "@syncfusion/ej2-popups/dist/ej2-popups.umd.min.js", "window.ej2Popups = ej",
            "@syncfusion/ej2-splitbuttons/dist/ej2-splitbuttons.umd.min.js", "window.ej2Splitbuttons = ej",
            "@syncfusion/ej2-inputs/dist/ej2-inputs.umd.min.js", "window.ej = { inputs: ej }",
        ],
        OwnInput,
        "uploader.failure = ({ e }) => failed(e.target.responseText);");

    public static readonly ClientLibrary NgFileUpload = new(
        "ng-file-upload",
        ["angular/angular.js", "ng-file-upload/dist/ng-file-upload.js"],
        OwnInput,
        "");

    public static readonly ClientLibrary HugeUploader = new(
        "huge-uploader",
        ["var module = {}", "huge-uploader/lib/index.js"],
        OwnInput,
        "");

    /// <summary>Sends files whole.</summary>
    public static readonly ClientLibrary FilePond = new(
        "FilePond",
        ["filepond/dist/filepond.js"],
        ".filepond--browser",
        "pond.on('error', ({ body }) => failed(body));");

    /// <summary>No package, but a few lines of the page's own.</summary>
    public static readonly ClientLibrary FileHash = new("Fields as in many tutorials", [], OwnInput, "");

    /// <summary>No package, but a few lines of the page's own.</summary>
    public static readonly ClientLibrary Md5 = new("A file known by its md5", [], OwnInput, "");

    public static IEnumerable<ClientLibrary> All =>
    [
        Flow, Resumable, SimpleUploader, Dropzone, FineUploader, WebUploader, Plupload, JQueryFileUpload,
        BootstrapFileInput, DevExtreme, Kendo, Syncfusion, NgFileUpload, HugeUploader,
    ];

    public override string ToString() => Name;
}
