using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using ChunkUploader.Domain;
using ChunkUploader.Web.Multipart;
using Microsoft.Net.Http.Headers;

namespace ChunkUploader.Web.Clients;

/// <summary>
/// Tells a chunk of a client that no dialect knows from a plain file: to publish one piece of a file as if it were the
/// file is the worst answer there is. Looked at are the names of form fields, query fields, headers and file parts, each
/// of their values where they are repeated, and the properties of JSON in a field, or in a <c>Blob</c> beside the file; a
/// text that merely mentions chunks says nothing. Names are taken apart into words, whatever their spelling
/// (<c>chunkIndex</c>, <c>chunk-index</c>, <c>dzchunkindex</c>); a property in an object <c>part</c> is also
/// <c>part.index</c>. One of these is enough:
/// <list type="number">
/// <item>A name or value that can mean nothing else: the word <em>chunk</em> anywhere in the name, unless the value is
/// prose; the number of a slice; a part's index, or its number in the query or a header; <c>Upload-Offset</c>;
/// <c>Upload-Complete: ?0</c>; <c>Content-Range</c>, of the request or of the file's part of the form, or a value as it
/// has; a <c>Range</c> of bytes; <c>part=1/3</c>; <c>comp=block</c>, as Azure's clients say; a digest with a number behind it,
/// also as the file's name; a file named <c>a.mp4.part_1.6</c>, or <c>a.mp4.part1of6</c> or <c>chunk-0</c> beside a field that
/// names it <c>a.mp4</c>; a range as long as what came; a file's declared size that is more than came.</item>
/// <item>A position (index, number, id, offset, start …) of a part, piece, block, blob, segment, slice or shard, together
/// with a count, size or range of them, both whole numbers: <c>blockIndex</c> and <c>blockCount</c>, <c>part</c> and
/// <c>parts</c>; or where one of the two is bare and the position not beyond the count: <c>part</c> and <c>total</c>,
/// <c>index</c> and <c>parts</c>; or a position and the word that it is not the last one.</item>
/// <item>A position of such a piece, or a bare position and a bare count or size (<c>index</c> and <c>total</c>) or that
/// word, and a sign of an upload, which a gallery or an invoice would not send with them; see <see cref="IsSigned"/>. A
/// total of one is no evidence: the one piece is the file. A bare position is enough with a digest or an identifier of the
/// file, where that is named as a slice is.</item>
/// </list>
/// A part's number in the form is a product's, too (<c>partNumber=4711&amp;quantity=2</c>): it is a position only with a
/// count of parts, with such a sign, or where it is small and nothing else is said but of the upload. The objects in a JSON
/// array are separate things, of which none completes another.
/// </summary>
public static partial class UnknownChunkFields
{
    /// <summary>The name that browsers give to a slice of a file.</summary>
    const string Blob = "blob";

    /// <summary>Of JSON; no client says so much, and each is compared with the others.</summary>
    const int MaxProperties = 2500;

    /// <summary>Larger ones that stand alone are a product's.</summary>
    const int MaxLonePartNumber = 1000;

    static readonly string[] Nouns = ["chunk", "slice", "part", "piece", "block", "blob", "segment", "seg", "shard", "fragment"];
    static readonly HashSet<string> BarePositions =
    [
        "index", "idx", "i", "n", "offset", "start", "begin", "first", "from", "current", "cur", "position", "pos",
        "seq", "sequence",
    ];
    static readonly HashSet<string> Numbers = ["number", "num", "no", "nr"];
    static readonly HashSet<string> Positions = [.. BarePositions, .. Numbers];
    static readonly HashSet<string> WhichFile = ["index", "idx", "current", "cur", "position", "pos", "seq", "sequence"];
    static readonly HashSet<string> Counts =
        ["total", "count", "cnt", "num", "size", "length", "len", "range", "amount", "sum", "end", "last", "to", "all", "of"];
    static readonly HashSet<string> PositionsAndCounts = [.. Positions, .. Counts];
    static readonly HashSet<string> CountsOfNouns = [.. PositionsAndCounts, "max"];
    static readonly HashSet<string> Lasts = ["last", "final", "eof", "end"];
    static readonly HashSet<string> Completes = [.. Lasts, "complete", "completed", "finished", "done"];
    static readonly HashSet<string> Incompletes = ["incomplete", "partial"];
    static readonly HashSet<string> Digests =
        ["digest", "hash", "md5", "sha1", "sha256", "sha512", "checksum", "fingerprint"];
    static readonly HashSet<string> Ids = ["id", "uid", "guid", "uuid", "key"];
    static readonly HashSet<string> PositionsAndIds = [.. Positions, .. Ids];
    static readonly HashSet<string> Owners = ["file", "upload", "task"];
    static readonly HashSet<string> OfUploads =
        [.. PositionsAndIds, .. Counts, .. Digests, .. Owners, "identifier", "session", "filename"];
    static readonly HashSet<string> Sizes = ["size", "length", "total"];

    /// <summary>What stands before or between without another meaning, initials of clients too.</summary>
    static readonly HashSet<string> Fillers =
    [
        "file", "upload", "uploader", "byte", "bytes", "data", "info", "meta", "last", "range", "is",
        "packet", "packets", "package", "packages", "section", "sections", "split", "splits",
        "x", "qq", "dz", "ax", "ju",
    ];

    // Longest first, as a regular expression takes the first alternative that fits.
    static readonly string Vocabulary = string.Join('|', Nouns.Select(noun => $"{noun}(?:s|ed)?")
        .Concat(Positions.Union(Counts).Union(Fillers).Union(Completes).Union(Incompletes).Where(word => word.Length > 2))
        .OrderByDescending(word => word.Length));

    /// <summary>Words that are written together, behind a prefix that may mean anything.</summary>
    static readonly Regex Glued = new(
        $"^(?<prefix>[a-z]*?)(?:{Vocabulary})+(?:no|nr|id)?$", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking);

    /// <summary>An <c>s</c> with which another word begins is no plural's: <c>partseq</c>, <c>blocksize</c>.</summary>
    static readonly Regex GluedWord = new(
        $"{Vocabulary.Replace("(?:s|ed)?", "(?:s(?!eq|ize|um|tart)|ed)?", StringComparison.Ordinal)}|(?:no|nr|id)$",
        RegexOptions.CultureInvariant);

    /// <exception cref="UploadException"><see cref="UploadErrorCode.UnknownChunkFields"/>: the request says that what it
    /// carries is one piece of something.</exception>
    /// <param name="fields">The form's, all of them.</param>
    /// <param name="files">The form's file parts with the length of each in bytes.</param>
    public static void ThrowIfAny(
        HttpRequest request,
        IEnumerable<KeyValuePair<string, string>> fields,
        IReadOnlyCollection<(MultipartPart Part, long Length)> files)
    {
        var found = Find(
            fields,
            [
                .. request.Query.SelectMany(
                    field => field.Value, (field, value) => KeyValuePair.Create(field.Key, value ?? "")),
                .. request.Headers.SelectMany(
                    header => header.Value.SelectMany(ValuesOf),
                    (header, value) => KeyValuePair.Create(header.Key, value)),
                .. files.Where(file => file.Part.Headers.ContentRange is not null)
                    .Select(file => KeyValuePair.Create(HeaderNames.ContentRange, file.Part.Headers.ContentRange!)),
            ],
            [.. files.Select(file => (file.Part.Name, file.Part.FileName, file.Length))]);
        if (found.Count > 0)
        {
            throw new UploadException(
                UploadErrorCode.UnknownChunkFields,
                $"{string.Join(", ", found)}: by these names this is one chunk of a file, in a way that is not known "
                + "here, so nothing was stored. The README lists the clients that are understood, under "
                + "\"Use your own client\", and CLIENTS.md how each is set up.");
        }
    }

    /// <param name="form">Fields of the form.</param>
    /// <param name="around">Those of the query, and headers.</param>
    /// <returns>The names that say so, in the order of the request; none for a plain form.</returns>
    public static IReadOnlyList<string> Find(
        IEnumerable<KeyValuePair<string, string>> form,
        IEnumerable<KeyValuePair<string, string>> around,
        IReadOnlyCollection<(string Name, string? FileName, long Length)> files)
    {
        var said = Read(form, isInForm: true).Concat(Read(around, isInForm: false)).ToList();
        var parts = files.Select(file => new Said(file.Name, "")).ToList();
        var splitsText = said.Exists(field => field.IsOfTextSplitter);
        var certain = said.Where(field => field.IsChunk && !(splitsText && field.IsOptionOfTextSplitter))
            .Concat(parts.Where(part => part.IsNamedChunk))
            .Concat(files.Where(file => IsNamedAsPiece(file.FileName ?? "", said)).Select(file => new Said(file.FileName!, "")))
            .Concat(said.Where(field => files.Any(file => file.Length > 0 && field.RangeLength == file.Length)))
            .ToList();
        if (certain.Count > 0)
        {
            return NamesOf(certain.Concat(said.Where(field =>
                field.IsCount && certain.Exists(other => other.Noun == field.Noun))));
        }

        var rows = said.ToLookup(field => field.Row);
        var alone = rows[null].ToList();
        var length = files.Sum(file => file.Length);
        var larger = alone.Where(field => files.Count > 0 && field.FileSize > length).ToList();
        if (larger.Count > 0)
        {
            return NamesOf(larger);
        }

        var numbers = alone.Where(field => field.IsPartNumber && field.Number <= MaxLonePartNumber).ToList();
        if (numbers.Count > 0 && alone.TrueForAll(field =>
            !field.IsInForm || field.IsOfUpload || files.Any(file => field.Value == file.FileName)))
        {
            return NamesOf(numbers);
        }

        var isSigned = IsSigned(alone, files);
        return rows.Select(row => NamesOf(PieceIn([.. row], isSigned, files))).FirstOrDefault(found => found.Count > 0)
            ?? [];
    }

    /// <param name="said">What belongs together: an object in a JSON array, or all that is outside of such.</param>
    /// <param name="isSigned">What is outside has a sign of an upload, which is enough for all.</param>
    static IEnumerable<Said> PieceIn(
        List<Said> said, bool isSigned, IReadOnlyCollection<(string Name, string? FileName, long Length)> files)
    {
        var positions = said.Where(field => field.IsPosition).ToList();
        var counts = said.Where(field => field.IsCount).ToList();
        var either = said.Where(field => field.IsPositionOrId).ToList();
        if (either.Exists(position => counts.Exists(count => count.Noun == position.Noun && count != position)))
        {
            return either.Concat(counts);
        }

        var bare = said.Where(field => field.IsBarePosition).ToList();
        var total = said.Where(field => field.IsBareCount || field.IsUnfinished).ToList();
        if (positions.Exists(position => total.Exists(count => count.IsNumberOf(position))))
        {
            return positions.Concat(total);
        }

        if (bare.Exists(position => counts.Exists(count => count.IsNumberOfPiecesWith(position))))
        {
            return bare.Concat(counts);
        }

        if (!isSigned && !IsSigned(said, files))
        {
            return [];
        }

        var isBlob = files.Any(file => IsSlice(file.FileName));
        var pieces = said.Where(field =>
            field.IsPosition || field.IsNamedChunk || field.IsBytePosition
            || (isBlob && field is { IsCount: true, Number: > 1 })
            || files.Any(file => field.IsOffset && field.Number > 0 && file.Length > 0 && field.Number % file.Length == 0));
        if (isBlob && said.Where(field => field.IdentifiesFile || field.IsNumberedDigest).ToList() is [_, ..] identifiers)
        {
            bare.AddRange(said.Where(field => field.IsBareNumber));
            pieces = pieces.Concat(bare.Count > 0 ? bare.Concat(identifiers) : identifiers.Where(field => field.IsNumberedDigest));
        }

        return pieces.Concat(
            bare.Exists(position => total.Exists(count => count != position)) ? bare.Concat(total) : []);
    }

    /// <summary>Whether there is something that only an upload has: a digest or an identifier of the file, a declared
    /// size that is more than came, an offset in front of a length that is the file's, a start and an end as far apart as
    /// that, or a file named <c>blob</c>, as browsers name a slice of a file.</summary>
    static bool IsSigned(List<Said> said, IReadOnlyCollection<(string Name, string? FileName, long Length)> files)
    {
        var length = files.Sum(file => file.Length);
        var hasOffset = said.Exists(field => field.IsOffset);
        return said.Exists(field => field.IdentifiesFile)
            || files.Any(file => IsSlice(file.FileName))
            || (files.Count > 0 && said.Exists(field => field.Size > length || (hasOffset && field.Total > length)))
            || AreAsFarApart(said, files)
            || (said.Exists(field => field.IsOffset && field.Number > 0)
                && files.Any(file => said.Exists(field => field.Length == file.Length)));
    }

    /// <summary>Whether a start and an end are as far apart as a file is long; the end may be its last byte.</summary>
    static bool AreAsFarApart(
        List<Said> said, IReadOnlyCollection<(string Name, string? FileName, long Length)> files)
    {
        var starts = said.Where(field => field.IsBarePosition).Select(field => field.Number).ToHashSet();
        var ends = said.Where(field => field.IsEnd).Select(field => field.Number).Distinct().ToList();
        return files.Any(file => ends.Exists(end =>
            starts.Contains(end - file.Length) || starts.Contains(end - file.Length + 1)));
    }

    /// <summary>Whether a file is named as browsers and tutorials name a slice of one.</summary>
    static bool IsSlice(string? fileName) => fileName == Blob || NumberedSlice().IsMatch(fileName ?? "");

    /// <summary>Whether a file's name can mean nothing else; or says so beside a field with the whole one's name, which it
    /// begins with, or is a slice's instead.</summary>
    static bool IsNamedAsPiece(string fileName, List<Said> said) =>
        PieceOfSeveral().IsMatch(fileName)
        || NumberedDigest().Match(fileName) is { Success: true, Groups: var groups } && !groups["ending"].Success
        || said.Exists(field => field.IsFileName && field.Value.Length > 0 && field.Value != fileName
            && (NumberedSlice().IsMatch(fileName)
                || (fileName.StartsWith(field.Value, StringComparison.Ordinal)
                    && NumberedEnding().IsMatch(fileName.AsSpan(field.Value.Length)))));

    static List<string> NamesOf(IEnumerable<Said> said) => [.. said.Select(field => field.Name).Distinct()];

    /// <summary>The fields, and behind them all the properties of JSON in them.</summary>
    static IEnumerable<Said> Read(IEnumerable<KeyValuePair<string, string>> fields, bool isInForm)
    {
        var read = fields.Select(field => (field.Key, field.Value, Json: JsonProperty.In(field.Key, field.Value, IsPiece)))
            .ToList();
        return read.Select(field => new Said(field.Key, field.Value, field.Json is not null) { IsInForm = isInForm })
            .Concat(read.SelectMany(field => field.Json ?? []).SelectMany(SaidBy).Take(MaxProperties));

        IEnumerable<Said> SaidBy(JsonProperty property)
        {
            string[] names = property.Within is { } within
                ? [property.Name, $"{within}.{property.Name}"] : [property.Name];
            return names.Select(name =>
                new Said(name, property.Value, property.IsContainer) { IsInForm = isInForm, Row = property.Row });
        }

        static bool IsPiece(string name) => new Said(name, "") is { Noun: not null, IsPlural: false };
    }

    /// <summary>A header that is sent twice may come as one, with a comma between.</summary>
    static IEnumerable<string> ValuesOf(string? header) =>
        header?.Split(',', StringSplitOptions.TrimEntries).Append(header).Distinct() ?? [];

    /// <summary>The words of a name, in lower case.</summary>
    static IEnumerable<string> WordsOf(string name) =>
        Word().Matches(name).Select(match => match.Value.ToLowerInvariant()).SelectMany(word =>
            !Digests.Contains(word) && Glued.Match(word) is { Success: true } glued
                ? GluedWord.Matches(word, glued.Groups["prefix"].Length).Select(match => match.Value)
                    .Prepend(glued.Groups["prefix"].Value)
                    .Where(part => part.Length > 0)
                : [word]);

    [GeneratedRegex("[A-Z]?[a-z]+[0-9]*|[A-Z]+(?![a-z])|[0-9]+")]
    private static partial Regex Word();

    [GeneratedRegex(@"\A(?<unit>bytes[ =])?(?<from>\d{1,18})-(?<to>\d{1,18})/(?<size>\d{1,18}|\*)\z")]
    private static partial Regex ByteRange();

    [GeneratedRegex(@"\A(\d+\.(part|blob|slice|chunk)|(chunk|slice)[-_.]?\d+)\z", RegexOptions.IgnoreCase)]
    private static partial Regex NumberedSlice();

    [GeneratedRegex(@"\A[-_.](chunk|slice|part|piece|block|blob)?[-_.]?\d+((of|[-_.])\d+)?\z", RegexOptions.IgnoreCase)]
    private static partial Regex NumberedEnding();

    [GeneratedRegex(@"\A(?<from>\d{1,18})-(?<to>\d{1,18})\z")]
    private static partial Regex PlainRange();

    /// <summary>As a well-known tutorial names it: which one it is, and of how many.</summary>
    [GeneratedRegex(@"\.part_\d+\.\d+\z", RegexOptions.IgnoreCase)]
    private static partial Regex PieceOfSeveral();

    /// <summary>Perhaps with the file's own ending.</summary>
    [GeneratedRegex(@"\A([0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64})[-_]\d+(?<ending>\.\w+)?\z", RegexOptions.IgnoreCase)]
    private static partial Regex NumberedDigest();

    [GeneratedRegex(@"\Abytes=\d+-\d*\z")]
    private static partial Regex RangeOfBytes();

    [GeneratedRegex(@"\A\s*\d+\s*(/|of)\s*\d+\s*\z")]
    private static partial Regex OneOfSeveral();

    /// <summary>No number, no flag, no JSON and nothing that a program makes up; <c>peanut butter</c>.</summary>
    [GeneratedRegex(
        @"\A(?!\s*[{\[""]|(?:true|false|yes|no|on|off|null|undefined)\z)(?=.*\p{L})(?:\D*|.*\s.*)\z",
        RegexOptions.IgnoreCase | RegexOptions.Singleline)]
    private static partial Regex Prose();

    /// <summary>Hexadecimal, base64 and the like, but no text and no word: <c>weekly</c>, <c>ok</c>.</summary>
    [GeneratedRegex(@"\A(?!(?![a-f]+\z)[a-z]{2,15}\z)[\w+/=:.,-]+\z", RegexOptions.IgnoreCase)]
    private static partial Regex Digest();

    [GeneratedRegex("overlap|strateg|token|separator|chunking.?(mode|method)", RegexOptions.IgnoreCase)]
    private static partial Regex TextSplitter();

    /// <summary>But not <c>chunky</c>.</summary>
    [GeneratedRegex("chunk(?!y)", RegexOptions.IgnoreCase)]
    private static partial Regex NamedChunk();

    /// <summary>What a field may say of a piece.</summary>
    sealed class Said
    {
        /// <summary>Also written as 1.0, or with blanks around.</summary>
        const NumberStyles WholeNumber =
            NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite;

        readonly long? _number;
        readonly bool _isRange;
        readonly bool _isCommand;
        readonly bool _isOneOfSeveral;
        readonly List<string> _words; // but the noun

        public Said(string name, string value, bool isContainer = false)
        {
            (Name, Value, IsContainer) = (name, value, isContainer);
            _number = decimal.TryParse(value, WholeNumber, CultureInfo.InvariantCulture, out var number)
                && number is >= 0 and <= long.MaxValue && decimal.IsInteger(number)
                ? (long)number
                : null;
            _isOneOfSeveral = OneOfSeveral().IsMatch(value);
            _isCommand =
                name.Equals("comp", StringComparison.OrdinalIgnoreCase) && value is "block" or "blocklist" or "page";
            _words = [.. WordsOf(name)];
            _isRange = ByteRange().Match(value) is { Success: true } range
                && (range.Groups["unit"].Success || (IsNamedRange && IsInOrder(range)));
            _isRange |= name.Equals(HeaderNames.Range, StringComparison.OrdinalIgnoreCase) && RangeOfBytes().IsMatch(value);
            var at = _words.FindIndex(word => NounIn(word) == "chunk");
            at = at >= 0 ? at : _words.FindIndex(word => NounIn(word) is not null);
            if (at >= 0)
            {
                Noun = NounIn(_words[at]);
                IsPlural = _words[at][^1] == 's';
                _words.RemoveAt(at);
            }
        }

        public string Name { get; }

        public string Value { get; }

        /// <summary>Its value is JSON, whose properties are fields of their own.</summary>
        public bool IsContainer { get; }

        public bool IsInForm { get; init; }

        /// <inheritdoc cref="JsonProperty.Row"/>
        public object? Row { get; init; }

        /// <summary>What there are several of, in the singular; null where the name has no such word.</summary>
        public string? Noun { get; }

        public bool IsPlural { get; }

        /// <summary>Nothing else can be meant.</summary>
        public bool IsChunk => _isRange || _isCommand || (IsNamedChunk && !IsProse) || IsUnfinishedUpload || Noun switch
        {
            null when IsNumberedDigest => _words.Exists(Digests.Contains),
            not null when _isOneOfSeveral => _words.TrueForAll(Fillers.Contains),
            "slice" => IsPosition,
            "part" => IsPosition && _words.Exists(Positions.Contains) && !IsPartNumber,
            _ => Name.EndsWith("Content-Range", StringComparison.OrdinalIgnoreCase)
                || Name.EndsWith("Upload-Offset", StringComparison.OrdinalIgnoreCase),
        };

        /// <summary>How a text is cut that is fed to a language model: <c>chunk_overlap</c>.</summary>
        public bool IsOfTextSplitter => IsNamedChunk && TextSplitter().IsMatch(Name);

        /// <summary>Beside such a one; which chunk it is says no option.</summary>
        public bool IsOptionOfTextSplitter => IsNamedChunk && !IsContainer && !IsPositionOrId && (IsOfTextSplitter || Number > 0);

        /// <summary>The name of the file that is sent.</summary>
        public bool IsFileName => Noun is null && _words is ["name"] or ["filename"] or ["file", "name"];

        /// <summary>In bytes, from a first to a last one; null where it is no range.</summary>
        public long? RangeLength => IsNamedRange && PlainRange().Match(Value) is { Success: true } range
            ? long.Parse(range.Groups["to"].ValueSpan, CultureInfo.InvariantCulture)
                - long.Parse(range.Groups["from"].ValueSpan, CultureInfo.InvariantCulture) + 1
            : null;

        /// <summary>The file's digest, and which piece of it this is.</summary>
        public bool IsNumberedDigest => NumberedDigest().IsMatch(Value);

        public bool IsNamedChunk => NamedChunk().IsMatch(Name);

        public bool IsPositionOrId => Noun is not null && !IsPlural && (Says(PositionsAndIds) || IsBlockId);

        public bool IsPosition => Noun is not null && !IsPlural && Says(Positions);

        /// <summary>Of a product, or of a piece of a file.</summary>
        public bool IsPartNumber => IsInForm && Noun == "part" && IsPosition && _words.Exists(Numbers.Contains);

        public bool IsCount =>
            Noun is not null && (IsPlural || _words.Exists(word => Counts.Contains(word) || word == "max")) && Says(CountsOfNouns);

        /// <summary>But not which one of several files it is, as <c>fileIndex</c> says.</summary>
        public bool IsBarePosition =>
            Noun is null
            && _words.Exists(BarePositions.Contains)
            && !(_words.Contains("file") && _words.Exists(WhichFile.Contains))
            && Says(Positions);

        /// <summary>A position only in what is certainly an upload.</summary>
        public bool IsBareNumber => Noun is null && _words.Exists(Numbers.Contains) && Says(Positions);

        /// <summary>A client counts bytes in files only.</summary>
        public bool IsBytePosition => IsBarePosition && _words.Exists(word => word is "byte" or "bytes");

        public bool IsBareCount =>
            Noun is null
            && _words.Exists(Counts.Contains)
            && Says(PositionsAndCounts)
            && !(_number == 1 && _words.Exists(IsNumber));

        /// <summary>That more will come.</summary>
        public bool IsUnfinished =>
            Noun is null
            && ((Says(false) && Names(Completes)) || (Says(true) && Names(Incompletes)));

        /// <summary>Whether it says how many there are of what that position is one, or that it is not the last one.
        /// </summary>
        public bool IsNumberOf(Said position) =>
            !position.IsPartNumber
            && (IsUnfinished
                ? _words.Exists(Lasts.Contains)
                : _words.Exists(IsNumber) && !_words.Contains("file") && position._number <= _number);

        /// <summary>Whether it says into how many pieces, or how large ones, that a file is cut of which this is one.
        /// </summary>
        public bool IsNumberOfPiecesWith(Said position) =>
            IsCount
            && (Noun == "slice"
                || (position._words.Exists(word => word is "index" or "idx" or "current" or "cur" or "seq")
                    && position._number <= _number
                    && _number > 1));

        public bool IdentifiesFile =>
            (Noun is null
                && !string.IsNullOrWhiteSpace(Value)
                && (_words.Contains("identifier")
                    || (_words.Exists(Digests.Contains) && Digest().IsMatch(Value))
                    || (_words.Exists(Ids.Contains) && _words.Exists(Owners.Contains)))
                && _words.TrueForAll(word => word is "session" or "identifier"
                    || Digests.Contains(word) || Ids.Contains(word) || Owners.Contains(word) || Fillers.Contains(word)))
            || (Name.Equals("command", StringComparison.OrdinalIgnoreCase) && Value == "APPEND"); // X, once Twitter

        /// <summary>Nothing that a form about a product would say.</summary>
        public bool IsOfUpload =>
            IsContainer
            || _words.TrueForAll(word => OfUploads.Contains(word) || Fillers.Contains(word))
            || (_words.Contains("file") && _words.Contains("name"));

        /// <summary>Of the file by its name, in bytes; null where it says something else.</summary>
        public long? FileSize => _words.Exists(word => word is "file" or "upload") ? Size : null;

        /// <summary>In bytes; null where it says something else, such as an amount.</summary>
        public long? Size =>
            _words.Exists(word => word is "size" or "length" or "byte" or "bytes") ? Total : null;

        /// <summary>Of whatever, perhaps in bytes; null where it is something else.</summary>
        public long? Total => Noun is null && _words.Exists(Sizes.Contains) && Says(Sizes) ? _number : null;

        public bool IsOffset => IsBarePosition && _words.Exists(word => word is "offset" or "start" or "begin");

        /// <summary>In bytes; null where it says something else.</summary>
        public long? Length =>
            Noun is null && _words.Exists(word => word is "length" or "len" or "size") && Says(Sizes) ? _number : null;

        public bool IsEnd => IsBareCount && _words.Exists(word => word is "end" or "last" or "to");

        /// <summary>Null where the value is no whole number.</summary>
        public long? Number => _number;

        /// <summary>As Azure's clients have it.</summary>
        bool IsBlockId =>
            Noun == "block"
            && Names(Ids)
            && Value.Length > 0
            && Convert.TryFromBase64String(Value, new byte[Value.Length], out _);

        /// <summary>In a header, or in the words of the protocol that has it; a page may well have such a field.</summary>
        bool IsUnfinishedUpload =>
            IsUnfinished && _words.Contains("upload") && (!IsInForm || Value.StartsWith('?'));

        bool IsNamedRange =>
            _words.Contains("range") && _words.TrueForAll(word => word == "content" || Fillers.Contains(word));

        bool IsProse =>
            Noun == "chunk"
            && !IsContainer
            && Prose().IsMatch(Value)
            && !_words.Exists(word => PositionsAndIds.Contains(word) || Counts.Contains(word) || Digests.Contains(word));

        /// <summary>It is a whole number, and no word gives it another meaning.</summary>
        bool Says(HashSet<string> meaning) =>
            _number is not null && _words.TrueForAll(word => meaning.Contains(word) || Fillers.Contains(word));

        /// <summary>As JSON, JavaScript, forms and structured headers have it.</summary>
        bool Says(bool flag) => flag
            ? Value.ToLowerInvariant() is "true" or "1" or "yes" or "on" or "?1"
            : Value.ToLowerInvariant() is "false" or "0" or "no" or "off" or "?0";

        /// <summary>One of these words is there, and no other gives it another meaning.</summary>
        bool Names(HashSet<string> meaning) =>
            _words.Exists(meaning.Contains) && _words.TrueForAll(word => meaning.Contains(word) || Fillers.Contains(word));

        static bool IsInOrder(Match range) =>
            long.Parse(range.Groups["from"].ValueSpan, CultureInfo.InvariantCulture) is var from
            && long.Parse(range.Groups["to"].ValueSpan, CultureInfo.InvariantCulture) is var to
            && from <= to
            && (!long.TryParse(range.Groups["size"].ValueSpan, CultureInfo.InvariantCulture, out var size) || to < size);

        static bool IsNumber(string word) => word is "total" or "count" or "cnt" or "of";

        static string? NounIn(string word) =>
            Array.Find(Nouns, noun => word == noun || word == $"{noun}s" || word == $"{noun}ed");
    }
}
